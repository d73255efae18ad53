#include "engine/secrets.hpp"

#include "base/hash.hpp"
#include "engine/list.hpp"
#include "swarm/parse.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace skep::engine {

namespace {

std::string update_path(const swarm::Secret& secret) {
  return "/secrets/" + segment(secret.id) + "/update";
}

}  // namespace

std::vector<swarm::Secret> list_secrets(Transport& engine, const Filters& filters,
                                        std::stop_token stop) {
  return list(engine, "/secrets", filters, swarm::parse_secret, std::move(stop));
}

std::optional<swarm::Secret> find_secret(Transport& engine, const std::string& secret,
                                         std::stop_token stop) {
  const auto request = get("/secrets/" + segment(secret));
  auto answer = engine.send(request, {}, std::move(stop));
  if (answer.status == 404) return std::nullopt;
  return swarm::parse_secret(
      parse_json(require(std::move(answer), request).body, name_of(request)));
}

std::string create_secret(Transport& engine, const std::string& name, const swarm::Labels& labels,
                          const Secret& content, std::stop_token stop) {
  auto spec = named_spec(name, labels);
  spec["Data"] = base64(content.reveal());
  return create_secret(engine, spec, std::move(stop));
}

std::string create_secret(Transport& engine, const Json& spec, std::stop_token stop) {
  return created_id(call_json(engine, post("/secrets/create", spec), std::move(stop)));
}

void set_secret_labels(Transport& engine, const swarm::Secret& secret, const swarm::Labels& labels,
                       std::stop_token stop) {
  write(engine, post(update_path(secret), named_spec(secret.name, labels), version_of(secret)),
        std::move(stop));
}

void remove_secret(Transport& engine, const std::string& id, std::stop_token stop) {
  write(engine, remove("/secrets/" + segment(id)), std::move(stop));
}

bool secret_holds(Transport& engine, const swarm::Secret& secret, const Secret& content,
                  std::stop_token stop) {
  auto spec = named_spec(secret.name, secret.labels);
  spec["Data"] = base64(content.reveal());
  // Versions are indexes of the Raft log, where the cluster itself came first: no secret is of
  // version 1.
  const auto request = post(update_path(secret), spec, {{"version", "1"}});
  const auto answer = engine.send(request, {}, std::move(stop));
  const auto message = error_message(answer);
  if (answer.status == 500 && message.find("update out of sequence") != std::string::npos)
    return true;
  if (answer.status == 400 && message.find("only updates to Labels") != std::string::npos)
    return false;
  static_cast<void>(require(answer, request));
  throw Error(Kind::internal, fmt::format("{}: the engine took an update of an outdated version",
                                          name_of(request)));
}

}  // namespace skep::engine
