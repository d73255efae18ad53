#include "ops/version.hpp"

#include "cmd/verbs.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>

namespace skep::cmd {
namespace {

struct Versions {
  std::string skep;
  std::optional<ops::EngineVersion> engine;
};

std::string format(const Versions& versions) {
  std::string text = fmt::format("skep {}\n", versions.skep);
  if (const auto& engine = versions.engine)
    text += fmt::format("engine {} (API {})\n", engine->number, engine->api);
  return text;
}

Json to_json(const Versions& versions) {
  Json json = {{"version", versions.skep}};
  if (const auto& engine = versions.engine) {
    json["engine"] = engine->number;
    json["api"] = engine->api;
  }
  return json;
}

}  // namespace

Runner bind_version(Flags& flags) {
  auto engine = std::make_shared<bool>(false);
  flags.flag("--engine", *engine, "Also ask the engine for its version");
  return [engine](Session& session) {
    Versions versions{SKEP_VERSION, {}};
    if (*engine) versions.engine = ops::engine_version(session.deps());
    session.print(versions, format, to_json);
    return 0;
  };
}

}  // namespace skep::cmd
