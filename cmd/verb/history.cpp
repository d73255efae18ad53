#include "ops/history.hpp"

#include "base/image_ref.hpp"
#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"
#include "swarm/record.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace skep::cmd {
namespace {

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

/// "web:1.2, worker:1.2": repositories' last part and tag, each once.
std::string images_line(const ops::ReleaseSummary& release) {
  std::vector<std::string> words;
  for (const auto& [service, reference] : release.images) {
    const ImageRef image = image_ref(reference);
    const auto name = image.path.substr(image.path.rfind('/') + 1);
    auto word = image.tag.empty() ? name : name + ":" + image.tag;
    if (std::find(words.begin(), words.end(), word) == words.end())
      words.push_back(std::move(word));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

constexpr const char* kRow = "{:<6} {:<21} {:<12} {:<18} {:<20} {:<18} {:>7}  {}\n";

std::string format(const ops::History& history) {
  std::string text =
      fmt::format(kRow, "REV", "WHEN", "STATE", "WHAT", "BY", "COMMIT", "SECONDS", "IMAGES");
  for (const auto& release : history.releases) {
    text += fmt::format(
        kRow, fmt::format("r{}{}", release.number, release.number == history.current ? "*" : ""),
        release.when, release.state.text(), or_dash(release.what), release.who,
        or_dash(release.commit), fmt::format("{:.1f}", release.seconds), images_line(release));
  }
  return text;
}

Json to_json(const ops::ReleaseSummary& release) {
  Json images = Json::object();
  for (const auto& [service, image] : release.images) images[service] = image;
  return {{"release", release.number},  {"state", release.state.text()},
          {"what", release.what},       {"when", release.when},
          {"who", release.who},         {"commit", release.commit},
          {"seconds", release.seconds}, {"images", images}};
}

Json to_json(const ops::History& history) {
  Json json = Json::array();
  for (const auto& release : history.releases) {
    json.push_back(to_json(release));
    json.back()["current"] = release.number == history.current;
  }
  return json;
}

std::string format(const char* what, const std::vector<swarm::RecordedService>& services) {
  std::string text;
  for (const auto& service : services)
    text += fmt::format("\n{} {}\n{}\n", what, service.name, dump_json_pretty(service.spec));
  return text;
}

std::string format(const ops::KeptRelease& kept) {
  const auto& release = kept.summary;
  return fmt::format("release r{}: {}, {} ({:.1f} s)\n{} by {}{}\n", release.number,
                     release.state.text(), or_dash(release.what), release.seconds, release.when,
                     release.who, release.commit.empty() ? "" : ", commit " + release.commit) +
         format("service", kept.services) + format("before", kept.before);
}

Json to_json(const std::vector<swarm::RecordedService>& services) {
  Json json = Json::object();
  for (const auto& service : services) json[service.name] = service.spec;
  return json;
}

Json to_json(const ops::KeptRelease& kept) {
  Json json = to_json(kept.summary);
  json["service"] = to_json(kept.services);
  json["before"] = to_json(kept.before);
  return json;
}

}  // namespace

Runner bind_history(Flags& flags) {
  auto options = std::make_shared<project::Options>();
  add_project_flags(flags, *options);
  return [options](Session& session) {
    session.print(ops::history(session.deps(), *options), format, to_json);
    return 0;
  };
}

Runner bind_history_show(Flags& flags) {
  auto options = std::make_shared<ops::HistoryShowOptions>();
  add_stack_flags(flags, options->project);
  flags.positional("REV", options->revision, true, "A release that `skep history` lists");
  return [options](Session& session) {
    session.print(ops::show_release(session.deps(), *options), format, to_json);
    return 0;
  };
}

}  // namespace skep::cmd
