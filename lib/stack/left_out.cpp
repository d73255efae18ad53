// One message for each key that Swarm cannot do, or that does nothing there, with its places.
#include "stack/left_out.hpp"

#include "stack/cursor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace skep::stack {
namespace {

using Each = std::vector<LeftOut>::const_iterator;

/// "services.web, line 4; services.db, line 9; services.c, line 12; and 37 more". A place that says
/// it of many services (an anchor) is named once.
std::string places(Each begin, Each end, std::vector<SourceLoc>& further) {
  constexpr std::size_t kMostPlaces = 3;
  const bool one_file =
      std::all_of(begin, end, [&](const LeftOut& one) { return one.loc.file == begin->loc.file; });
  std::vector<std::string> words;
  std::size_t count = 0;
  for (auto at = begin; at != end;) {
    const auto next =
        std::find_if(at, end, [&](const LeftOut& other) { return other.loc != at->loc; });
    if (at != begin) further.push_back(at->loc);
    if (++count <= kMostPlaces) {
      const std::string owner =
          next - at == 1 ? at->owner : fmt::format("{} and {} more", at->owner, next - at - 1);
      const std::string line = one_file ? fmt::format("line {}", at->loc.line)
                                        : fmt::format("{}:{}", at->loc.file, at->loc.line);
      words.push_back(owner.empty() ? line : fmt::format("{}, {}", owner, line));
    }
    at = next;
  }
  if (count > kMostPlaces) words.push_back(fmt::format("and {} more", count - kMostPlaces));
  return fmt::format("{}", fmt::join(words, "; "));
}

void report(std::vector<LeftOut> all, const std::string& what, Severity severity,
            Context& context) {
  const auto identity = [](const LeftOut& one) { return std::tie(one.key, one.loc, one.owner); };
  std::stable_sort(all.begin(), all.end(),
                   [&](const LeftOut& a, const LeftOut& b) { return identity(a) < identity(b); });
  const auto rest = std::unique(all.begin(), all.end(), [&](const LeftOut& a, const LeftOut& b) {
    return identity(a) == identity(b);
  });
  all.erase(rest, all.end());
  for (auto at = all.cbegin(); at != all.cend();) {
    const auto end =
        std::find_if(at, all.cend(), [&](const LeftOut& other) { return other.key != at->key; });
    Diagnostic one{context.options.strict ? Severity::error : severity, at->loc, "", "", ""};
    one.message = fmt::format("{}: {} ({})", what, at->key, places(at, end, one.also));
    if (!at->why.empty()) one.hint = fmt::format("{}: {}", at->key, at->why);
    one.also_told = true;
    context.problems.add(std::move(one));
    at = end;
  }
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
