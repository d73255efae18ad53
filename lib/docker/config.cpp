#include "docker/config.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "docker/helper.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace skep::docker {

namespace {

constexpr const char* kHub = "https://index.docker.io/v1/";

/// What a message calls the place: the file, or the variable.
struct Place {
  std::string name;
  Error wrong(const std::string& what) const {
    return {Kind::input, SourceLoc{.file = name}, what};
  }
};

std::string text_at(const Json& object, const char* key, const std::string& path,
                    const Place& place) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return {};
  if (!found->is_string()) throw place.wrong(fmt::format("{}{} must be a string", path, key));
  return found->get<std::string>();
}

const Json* object_at(const Json& object, const char* key, const Place& place) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return nullptr;
  if (!found->is_object()) throw place.wrong(fmt::format("{} must be an object", key));
  return &*found;
}

Auth read_auth(const std::string& key, const Json& entry, const Place& place) {
  const auto path = fmt::format("auths[\"{}\"].", key);
  if (!entry.is_object()) throw place.wrong(fmt::format("auths[\"{}\"] must be an object", key));
  Auth auth{.username = text_at(entry, "username", path, place),
            .password = Secret(text_at(entry, "password", path, place)),
            .identity_token = Secret(text_at(entry, "identitytoken", path, place)),
            .server_address = key,
            .source = place.name};
  const auto encoded = text_at(entry, "auth", path, place);
  if (encoded.empty()) return auth;
  std::string pair;
  try {
    pair = base64_decode(encoded);
  } catch (const Error&) {
    throw place.wrong(path + "auth is not base64");
  }
  const auto colon = pair.find(':');
  if (colon == std::string::npos) throw place.wrong(path + "auth holds no user:password");
  auth.username = pair.substr(0, colon);
  auto password = pair.substr(colon + 1);
  while (password.ends_with('\0')) password.pop_back();  // old clients padded with zero bytes
  auth.password = Secret(std::move(password));
  return auth;
}

void read_auths(Config& config, const Json& document, const Place& place) {
  const auto* auths = object_at(document, "auths", place);
  if (auths == nullptr) return;
  for (const auto& [key, entry] : auths->items()) {
    auto auth = read_auth(key, entry, place);
    // With a store, docker leaves empty entries behind: they say nothing. These two are what
    // `docker login` by the browser leaves for docker itself, no password of the registry.
    if (key.ends_with("/access-token") || key.ends_with("/refresh-token")) continue;
    if (auth.username.empty() && auth.identity_token.empty()) continue;
    config.auths.insert_or_assign(key, std::move(auth));
  }
}

Json parse(const std::string& text, const Place& place) {
  Json document;
  try {
    document = parse_json(text, place.name);
  } catch (const Error&) {
    // The parser's own words quote the text around the mistake, and that may be a password.
    throw place.wrong("is not JSON");
  }
  if (!document.is_object()) throw place.wrong("must hold a JSON object");
  return document;
}

/// "https://registry.example.com/v2/" → "registry.example.com" (docker/cli
/// credentials.ConvertToHostname).
std::string host_of(std::string text) {
  for (const std::string scheme : {"http://", "https://"}) {
    if (text.starts_with(scheme)) text.erase(0, scheme.size());
  }
  return text.substr(0, text.find('/'));
}

bool is_hub(const std::string& host) {
  return host == "docker.io" || host == "index.docker.io" || host == "registry-1.docker.io";
}

bool same_registry(const std::string& a, const std::string& b) {
  return host_of(a) == host_of(b) || (is_hub(host_of(a)) && is_hub(host_of(b)));
}

}  // namespace

Config load_config(const Env& env) {
  const auto folder = env.get("DOCKER_CONFIG").value_or("");
  Config config;
  config.file =
      (folder.empty() ? env.home() + "/.docker" : absolute_path(env.cwd, folder)) + "/config.json";
  const Place place{config.file};
  if (file_exists(config.file)) {
    const auto document = parse(read_file(config.file), place);
    read_auths(config, document, place);
    if (const auto* helpers = object_at(document, "credHelpers", place)) {
      for (const auto& [key, entry] : helpers->items()) {
        if (!entry.is_string())
          throw place.wrong(fmt::format("credHelpers[\"{}\"] must be a string", key));
        config.cred_helpers[key] = entry.get<std::string>();
      }
    }
    config.creds_store = text_at(document, "credsStore", "", place);
    config.current_context = text_at(document, "currentContext", "", place);
  }
  if (const auto text = env.get("DOCKER_AUTH_CONFIG"); text && !text->empty()) {
    const Place variable{"DOCKER_AUTH_CONFIG"};
    Config more;
    read_auths(more, parse(*text, variable), variable);
    // What the variable says goes before all else, in whatever form the file writes the registry.
    for (auto& [key, auth] : more.auths) {
      const auto same = [&named = key](const auto& entry) {
        return same_registry(entry.first, named);
      };
      std::erase_if(config.cred_helpers, same);
      std::erase_if(config.auths, same);
      config.cred_helpers.insert_or_assign(key, "");
      config.auths.insert_or_assign(key, std::move(auth));
    }
  }
  return config;
}

Credentials::Credentials(Config config, Env env, Asking how)
    : config_(std::move(config)), env_(std::move(env)), how_(std::move(how)) {}

std::optional<Auth> Credentials::find(const std::string& domain) const {
  auto auth = look_up(domain);
  if (auth && how_.found) {
    how_.found(auth->password);
    how_.found(auth->identity_token);
    how_.found(Secret(registry_auth_header(auth)));
  }
  return auth;
}

std::optional<Auth> Credentials::look_up(const std::string& domain) const {
  const bool hub = is_hub(domain);
  const auto matches = [&](const std::string& key) {
    const auto host = host_of(key);
    return hub ? is_hub(host) : host == domain;
  };
  const auto server = hub ? std::string(kHub) : domain;

  auto helper = config_.creds_store;
  for (const auto& [key, name] : config_.cred_helpers) {
    if (matches(key)) helper = name;
  }
  if (!helper.empty()) return ask_helper(helper, server, env_, how_);

  auto found = config_.auths.find(server);
  for (auto it = config_.auths.begin(); found == config_.auths.end() && it != config_.auths.end();
       ++it) {
    if (matches(it->first)) found = it;
  }
  if (found == config_.auths.end()) return std::nullopt;
  auto auth = found->second;
  auth.server_address = server;
  return auth;
}

Json auth_config(const Auth& auth) {
  Json document = {{"serveraddress", auth.server_address}};
  if (auth.identity_token.empty()) {
    document["username"] = auth.username;
    document["password"] = auth.password.reveal();
  } else {
    document["identitytoken"] = auth.identity_token.reveal();
  }
  return document;
}

std::string registry_auth_header(const std::optional<Auth>& auth) {
  return base64url(dump_json(auth ? auth_config(*auth) : Json::object()));
}

}  // namespace skep::docker
