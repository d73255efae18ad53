#include "base/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
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

std::size_t edit_distance(const std::string& a, const std::string& b) {
  // Optimal string alignment: a swap of two neighbours, the commonest slip, counts as one.
  std::vector<std::vector<std::size_t>> rows(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) rows[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.size()][b.size()];
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
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance && distance < word.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace skep
