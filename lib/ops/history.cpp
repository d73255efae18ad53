#include "ops/history.hpp"

#include "base/image_ref.hpp"
#include "deploy/kept.hpp"
#include "deploy/stack_name.hpp"
#include "ops/draft.hpp"
#include "ops/revision.hpp"
#include "release/release.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::ops {
namespace {

std::vector<release::Kept> kept_records(deploy::Deps& deps, const std::string& stack) {
  auto records = release::records(deps.engine(), stack, deps.stop);
  if (records.empty()) {
    throw Error(Kind::not_found, fmt::format("no release of stack \"{}\" is kept", stack),
                "skep keeps the last ten of what it released; `skep ls` lists the stacks");
  }
  return records;
}

/// "web:1.2, worker:1.2": repositories' last part and tag, each once.
std::string images_line(const swarm::Record& record) {
  std::vector<std::string> words;
  for (const auto& service : record.services) {
    const ImageRef image = image_ref(swarm::Spec(service.spec).image());
    const auto name = image.path.substr(image.path.rfind('/') + 1);
    auto word = image.tag.empty() ? name : name + ":" + image.tag;
    if (std::find(words.begin(), words.end(), word) == words.end())
      words.push_back(std::move(word));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

Json to_json(const release::Kept& kept) {
  Json images = Json::object();
  for (const auto& service : kept.record.services)
    images[service.name] = swarm::Spec(service.spec).image();
  return {{"release", kept.record.number}, {"state", kept.state.text()},
          {"what", kept.record.what},      {"when", kept.record.when},
          {"who", kept.record.who},        {"commit", kept.record.commit},
          {"seconds", kept.seconds},       {"images", images}};
}

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

constexpr const char* kRow = "{:<6} {:<21} {:<12} {:<18} {:<20} {:<18} {:>7}  {}\n";

}  // namespace

Printable history(deploy::Deps& deps, const project::Options& options) {
  const auto records = kept_records(deps, deploy::stack_name(deps, options));
  const auto* current = release::last_released(records);
  Draft result{
      fmt::format(kRow, "REV", "WHEN", "STATE", "WHAT", "BY", "COMMIT", "SECONDS", "IMAGES"),
      Json::array()};
  for (const auto& kept : records) {
    result.text += fmt::format(
        kRow, fmt::format("r{}{}", kept.record.number, &kept == current ? "*" : ""),
        kept.record.when, kept.state.text(), or_dash(kept.record.what), kept.record.who,
        or_dash(kept.record.commit), fmt::format("{:.1f}", kept.seconds), images_line(kept.record));
    auto json = to_json(kept);
    json["current"] = &kept == current;
    result.json.push_back(std::move(json));
  }
  return result.done();
}

Printable show_release(deploy::Deps& deps, const HistoryShowOptions& options) {
  const auto revision = parse_revision(options.revision);
  const std::string stack = deploy::stack_name(deps, options.project);
  const auto records = kept_records(deps, stack);
  const auto& found = deploy::kept_release(records, stack, revision);
  Draft result{"", to_json(found)};
  const auto& record = found.record;
  result.text = fmt::format("release r{}: {}, {} ({:.1f} s)\n{} by {}{}\n", record.number,
                            found.state.text(), or_dash(record.what), found.seconds, record.when,
                            record.who, record.commit.empty() ? "" : ", commit " + record.commit);
  const auto add = [&](const char* key, const std::vector<swarm::RecordedService>& services) {
    Json specs = Json::object();
    for (const auto& service : services) {
      specs[service.name] = swarm::redacted(swarm::Spec(service.spec));
      result.text +=
          fmt::format("\n{} {}\n{}\n", key, service.name, dump_json_pretty(specs[service.name]));
    }
    result.json[key] = std::move(specs);
  };
  add("service", record.services);
  add("before", record.before);
  return result.done();
}

}  // namespace skep::ops
