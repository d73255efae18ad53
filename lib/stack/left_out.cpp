// One message for all that Swarm cannot do, and one for all that does nothing there.
#include "stack/cursor.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::stack {
namespace {

/// "privileged (services.web, line 4; services.db, line 9), links (services.web, line 7)"
std::string listed(std::vector<LeftOut> all, std::string& reasons) {
  std::stable_sort(all.begin(), all.end(),
                   [](const LeftOut& a, const LeftOut& b) { return a.key < b.key; });
  const bool one_file = std::all_of(all.begin(), all.end(), [&](const LeftOut& one) {
    return one.loc.file == all.front().loc.file;
  });
  std::string text;
  for (auto at = all.begin(); at != all.end();) {
    const auto end =
        std::find_if(at, all.end(), [&](const LeftOut& other) { return other.key != at->key; });
    std::vector<std::string> places;
    for (auto place = at; place != end; ++place) {
      const std::string line = one_file ? fmt::format("line {}", place->loc.line)
                                        : fmt::format("{}:{}", place->loc.file, place->loc.line);
      places.push_back(fmt::format("{}, {}", place->owner, line));
    }
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", at->key, fmt::join(places, "; "));
    if (!at->why.empty())
      reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", at->key, at->why);
    at = end;
  }
  return text;
}

void report(const std::vector<LeftOut>& all, const std::string& what, Severity severity,
            Context& context) {
  if (all.empty()) return;
  const auto first = std::min_element(
      all.begin(), all.end(), [](const LeftOut& a, const LeftOut& b) { return a.loc < b.loc; });
  std::string reasons;
  const std::string keys = listed(all, reasons);
  context.problems.add({context.options.strict ? Severity::error : severity, first->loc, "",
                        fmt::format("{}: {}", what, keys), reasons});
}

}  // namespace

void report_left_out(Context& context) {
  if (context.options.compat == Compat::docker) {
    auto all = context.ignored;
    all.insert(all.end(), context.impossible.begin(), context.impossible.end());
    return report(all, "docker ignores these, and so does --compat docker", Severity::warning,
                  context);
  }
  report(context.impossible, "Swarm cannot do these, they are left out", Severity::warning,
         context);
  auto of_builds = context.ignored;
  const auto swarms =
      std::stable_partition(of_builds.begin(), of_builds.end(),
                            [](const auto& one) { return one.owner.ends_with(".build"); });
  report({swarms, of_builds.end()}, "these do nothing on Swarm", Severity::notice, context);
  of_builds.erase(swarms, of_builds.end());
  report(of_builds, "the image is the same without these", Severity::notice, context);
}

}  // namespace skep::stack
