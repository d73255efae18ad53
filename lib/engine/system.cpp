#include "engine/system.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>

namespace skep::engine {

Ping ping(Transport& engine, std::stop_token stop) {
  const auto answer = call(engine, get("/_ping"), std::move(stop));
  return {.api_version = answer.header("Api-Version"),
          .os = answer.header("Ostype"),
          .builder = answer.header("Builder-Version"),
          .swarm = answer.header("Swarm")};
}

std::optional<int> api_minor(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  if (!version.starts_with("1.")) return std::nullopt;
  version.remove_prefix(2);
  int minor = 0;
  const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), minor);
  if (error != std::errc() || end != version.data() + version.size()) return std::nullopt;
  return minor;
}

Json info(Transport& engine, std::stop_token stop) {
  return call_json(engine, get("/info"), std::move(stop));
}

Json version(Transport& engine, std::stop_token stop) {
  return call_json(engine, get("/version"), std::move(stop));
}

Json inspect_swarm(Transport& engine, std::stop_token stop) {
  return call_json(engine, get("/swarm"), std::move(stop));
}

void check_auth(Transport& engine, const docker::Auth& auth, std::stop_token stop) {
  const auto request = post("/auth", docker::auth_config(auth));
  const auto answer = engine.send(request, {}, std::move(stop));
  if (answer.status == 200) return;
  const auto message = error_message(answer);
  // 20.10 answers 500 with the registry's status in the text, newer engines 401.
  const bool refused = answer.status == 401 ||
                       message.find("401 Unauthorized") != std::string::npos ||
                       message.find("403 Forbidden") != std::string::npos;
  throw Error(refused ? Kind::unauthorized : Kind::rejected,
              fmt::format("credentials of {}: {}", auth.server_address, message));
}

}  // namespace skep::engine
