#include "base/diagnostics.hpp"

#include "base/plural.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
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

/// " (also at line 20, other.yml:3)": the other lines, up to `kMostPlaces`.
std::string elsewhere(const Diagnostic& d) {
  constexpr std::size_t kMostPlaces = 20;
  if (d.also_told) return "";
  std::vector<std::string> places;
  for (const auto& loc : d.also) {
    if (loc.file == d.loc.file && loc.line == d.loc.line) continue;
    std::string place = loc.file == d.loc.file ? fmt::format("line {}", loc.line)
                                               : format(SourceLoc{loc.file, loc.line, 0});
    if (places.empty() || places.back() != place) places.push_back(std::move(place));
  }
  if (places.empty()) return "";
  std::string more;
  if (places.size() > kMostPlaces) {
    more = fmt::format(" and {} more", places.size() - kMostPlaces);
    places.resize(kMostPlaces);
  }
  return fmt::format(" (also at {}{})", fmt::join(places, ", "), more);
}

/// One of those that repeat, with the places of the others; `sorted` by place.
std::vector<Diagnostic> gathered(std::vector<Diagnostic> sorted) {
  std::vector<Diagnostic> result;
  std::map<std::tuple<Severity, std::string, std::string>, std::size_t> first;
  for (auto& d : sorted) {
    if (d.repeats) {
      const auto [at, fresh] =
          first.emplace(std::tuple(d.severity, d.message, d.hint), result.size());
      if (!fresh) {
        auto& also = result[at->second].also;
        also.push_back(std::move(d.loc));
        also.insert(also.end(), d.also.begin(), d.also.end());
        continue;
      }
    }
    result.push_back(std::move(d));
  }
  std::set<std::pair<Severity, std::string>> hints;
  for (auto& d : result) {
    if (d.repeats && !hints.emplace(d.severity, d.hint).second) d.hint.clear();
    std::sort(d.also.begin(), d.also.end());
    d.also.erase(std::unique(d.also.begin(), d.also.end()), d.also.end());
    d.also.erase(std::remove(d.also.begin(), d.also.end(), d.loc), d.also.end());
  }
  return result;
}

/// One of those that one place says of many paths.
std::vector<Diagnostic> once_a_place(std::vector<Diagnostic> sorted) {
  std::vector<Diagnostic> result;
  std::map<std::tuple<SourceLoc, Severity, std::string, std::string>, std::size_t> first;
  std::map<std::size_t, std::size_t> more;
  for (auto& d : sorted) {
    const auto key = std::tuple(d.loc, d.severity, d.message, d.hint);
    const auto [at, fresh] = first.emplace(key, result.size());
    const bool same = !fresh && !d.repeats && d.loc.line > 0 && !d.path.empty();
    if (same) {
      ++more[at->second];
    } else {
      result.push_back(std::move(d));
    }
  }
  for (const auto& [at, count] : more)
    result[at].message += fmt::format(" (and so in {})", plural(count, "more place"));
  return result;
}

}  // namespace

std::string format(const Diagnostic& diagnostic) {
  std::string text;
  const std::string where = format(diagnostic.loc);
  if (!where.empty()) text += where + ": ";
  text += fmt::format("{}: ", word(diagnostic.severity));
  if (!diagnostic.path.empty()) text += diagnostic.path + ": ";
  text += diagnostic.message + elsewhere(diagnostic);
  if (!diagnostic.hint.empty()) text += "\n  hint: " + diagnostic.hint;
  return text;
}

Json to_json(const Diagnostic& diagnostic) {
  Json json = {{"severity", word(diagnostic.severity)},
               {"file", diagnostic.loc.file},
               {"line", diagnostic.loc.line},
               {"column", diagnostic.loc.column},
               {"path", diagnostic.path},
               {"message", diagnostic.message},
               {"hint", diagnostic.hint},
               {"also", Json::array()}};
  for (const auto& loc : diagnostic.also)
    json["also"].push_back({{"file", loc.file}, {"line", loc.line}, {"column", loc.column}});
  return json;
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

void Diagnostics::rewrite(const std::function<Diagnostic(Diagnostic)>& f) {
  for (auto& d : all_) d = f(std::move(d));
}

void Diagnostics::erase_if(const std::function<bool(const Diagnostic&)>& unwanted) {
  all_.erase(std::remove_if(all_.begin(), all_.end(), unwanted), all_.end());
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
  return gathered(once_a_place(std::move(result)));
}

void Diagnostics::throw_if_errors(const std::string& what) const {
  if (!has_errors()) return;
  std::vector<Diagnostic> errors;
  for (const auto& d : sorted()) {
    if (d.severity == Severity::error) errors.push_back(d);
  }
  std::string text = fmt::format("{}: {}", what, plural(errors.size(), "problem"));
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
