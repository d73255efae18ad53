#include "base/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <string_view>
#include <tuple>

namespace skep {
namespace {

const char* word(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::notice:
      return "notice";
  }
  return "";
}

auto place(const Diagnostic& d) {
  return std::tie(d.loc.file, d.loc.line, d.loc.column, d.path, d.message);
}

/// The edit distance of two words when it is at most `most`, else something above it. Optimal
/// string alignment: a swap of two neighbours, the commonest slip, counts as one. Linear in the
/// words' length: what is farther from the diagonal than `most` is not looked at.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most) {
  const std::size_t far = most + 1;
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > most) return far;
  std::vector<std::size_t> before(b.size() + 1, far), above(before), row(before);
  for (std::size_t j = 0; j <= std::min(most, b.size()); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    const std::size_t first = i > most ? i - most : 0;
    const std::size_t last = std::min(i + most, b.size());
    row[first > 0 ? first - 1 : 0] = far;
    std::size_t least = far;
    for (std::size_t j = first; j <= last; ++j) {
      if (j == 0) {
        row[0] = i;
      } else {
        row[j] =
            std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
        const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
        if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
      }
      least = std::min(least, row[j]);
    }
    if (last < b.size()) row[last + 1] = far;
    if (least > most) return far;
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

std::string format(const Diagnostic& diagnostic) {
  std::string text;
  const std::string where = format(diagnostic.loc);
  if (!where.empty()) text += where + ": ";
  text += fmt::format("{}: ", word(diagnostic.severity));
  if (!diagnostic.path.empty()) text += diagnostic.path + ": ";
  text += diagnostic.message;
  if (!diagnostic.hint.empty()) text += "\n  hint: " + diagnostic.hint;
  return text;
}

void Diagnostics::error(SourceLoc loc, std::string path, std::string message, std::string hint) {
  add({Severity::error, std::move(loc), std::move(path), std::move(message), std::move(hint)});
}

void Diagnostics::warning(SourceLoc loc, std::string path, std::string message, std::string hint) {
  add({Severity::warning, std::move(loc), std::move(path), std::move(message), std::move(hint)});
}

void Diagnostics::notice(SourceLoc loc, std::string path, std::string message, std::string hint) {
  add({Severity::notice, std::move(loc), std::move(path), std::move(message), std::move(hint)});
}

void Diagnostics::add(Diagnostic diagnostic) {
  all_.push_back(std::move(diagnostic));
}

void Diagnostics::add(const Diagnostics& more) {
  all_.insert(all_.end(), more.all_.begin(), more.all_.end());
}

void Diagnostics::add_where_no_error_is(const Diagnostics& more) {
  std::set<SourceLoc> wrong;
  for (const auto& d : all_) {
    if (d.severity == Severity::error) wrong.insert(d.loc);
  }
  for (const auto& d : more.all_) {
    if (!wrong.contains(d.loc)) all_.push_back(d);
  }
}

void Diagnostics::rewrite(const std::function<std::string(const std::string&)>& f) {
  for (auto& d : all_) {
    d.path = f(d.path);
    d.message = f(d.message);
    d.hint = f(d.hint);
  }
}

bool Diagnostics::has_errors() const {
  return std::any_of(all_.begin(), all_.end(),
                     [](const Diagnostic& d) { return d.severity == Severity::error; });
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  auto result = all_;
  std::stable_sort(result.begin(), result.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return place(a) < place(b); });
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

void Diagnostics::throw_if_errors(const std::string& what) const {
  if (!has_errors()) return;
  std::vector<Diagnostic> errors;
  for (const auto& d : sorted()) {
    if (d.severity == Severity::error) errors.push_back(d);
  }
  std::string text =
      fmt::format("{}: {} problem{}", what, errors.size(), errors.size() == 1 ? "" : "s");
  for (const auto& d : errors) text += "\n" + format(d);
  throw Error(Kind::input, errors.front().loc, text);
}

std::string format(const Diagnostics& diagnostics) {
  std::string text;
  for (const auto& d : diagnostics.sorted()) text += format(d) + "\n";
  return text;
}

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = 3;
  for (const auto& candidate : candidates) {
    if (best_distance == 1) break;
    const std::size_t distance = edit_distance(word, candidate, best_distance - 1);
    if (distance < best_distance && distance < std::max(word.size(), candidate.size())) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace skep
