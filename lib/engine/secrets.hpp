#pragma once
// /secrets. Content goes in and never comes out.
#include "base/secret.hpp"
#include "engine/call.hpp"
#include "swarm/snapshot.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace skep::engine {

std::vector<swarm::Secret> list_secrets(Transport& engine, const Filters& filters = {},
                                        std::stop_token stop = {});
/// By id or name; nullopt when there is no such secret.
std::optional<swarm::Secret> find_secret(Transport& engine, const std::string& secret,
                                         std::stop_token stop = {});
/// POST /secrets/create; returns its id. Throws Error{conflict} when the name is taken.
std::string create_secret(Transport& engine, const std::string& name, const swarm::Labels& labels,
                          const Secret& content, std::stop_token stop = {});
/// POST /secrets/create with a whole SecretSpec (a driver, templating).
std::string create_secret(Transport& engine, const Json& spec, std::stop_token stop = {});
/// Only labels can be changed. Throws Error{conflict} when the secret was changed since it was
/// read.
void set_secret_labels(Transport& engine, const swarm::Secret& secret, const swarm::Labels& labels,
                       std::stop_token stop = {});
/// Throws Error{rejected} naming the services that use it.
void remove_secret(Transport& engine, const std::string& id, std::stop_token stop = {});

/// Whether a secret's content is `content`, without writing: an update with an impossible version
/// (1) is refused with "update out of sequence" when the content is equal, and with "only updates
/// to Labels are allowed" when it is not (docs/engine.md, "Secrets and configs").
bool secret_holds(Transport& engine, const swarm::Secret& secret, const Secret& content,
                  std::stop_token stop = {});

}  // namespace skep::engine
