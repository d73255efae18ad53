#include "docker/context.hpp"

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace skep::docker {

namespace {

/// What Go's JSON takes for the member of that name: any case. Null when it is not there.
const Json* member(const Json& object, const std::string& name) {
  if (!object.is_object()) return nullptr;
  if (const auto exact = object.find(name); exact != object.end()) return &*exact;
  for (const auto& [key, value] : object.items()) {
    if (lower(key) == lower(name)) return &value;
  }
  return nullptr;
}

std::string text_in(const Json* object, const std::string& name) {
  const auto* value = object == nullptr ? nullptr : member(*object, name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

bool flag_in(const Json& object, const std::string& name) {
  const auto* value = member(object, name);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

/// The files that are there, or nothing when TLS is off (load.go, WithTLSData).
std::optional<Tls> tls_in(const std::string& folder, bool skip_verify) {
  const auto path = [&](const char* name) {
    auto file = fmt::format("{}/docker/{}", folder, name);
    return file_exists(file) ? file : std::string();
  };
  Tls tls{.ca = path("ca.pem"), .cert = path("cert.pem"), .key = path("key.pem")};
  tls.verify = !skip_verify;
  if (tls.ca.empty() && tls.cert.empty() && tls.key.empty() && tls.verify) return std::nullopt;
  return tls;
}

Context read_context(const std::string& folder, const std::string& hash) {
  const auto file = fmt::format("{}/contexts/meta/{}/meta.json", folder, hash);
  const auto wrong = [&](const std::string& what) {
    return Error(Kind::input, SourceLoc{.file = file}, what,
                 "docker context create makes one anew");
  };
  const auto text = read_file(file);
  Json document;
  try {
    document = parse_json(text, file);
  } catch (const Error&) {
    throw wrong("is not JSON");
  }
  const auto* endpoints = member(document, "Endpoints");
  const auto* docker = endpoints == nullptr ? nullptr : member(*endpoints, "docker");
  if (docker == nullptr || !docker->is_object()) throw wrong("names no docker endpoint");
  return {.name = text_in(&document, "Name"),
          .description = text_in(member(document, "Metadata"), "Description"),
          .host = text_in(docker, "Host"),
          .tls = tls_in(fmt::format("{}/contexts/tls/{}", folder, hash),
                        flag_in(*docker, "SkipTLSVerify"))};
}

}  // namespace

Context load_context(const std::string& folder, const std::string& name,
                     const std::string& source) {
  const auto hash = sha256_hex(name);
  if (!file_exists(fmt::format("{}/contexts/meta/{}/meta.json", folder, hash))) {
    throw Error(Kind::usage, fmt::format("{}: there is no docker context \"{}\"", source, name),
                "skep context ls lists those that are there");
  }
  auto context = in_context(fmt::format("{}: docker context \"{}\"", source, name),
                            [&] { return read_context(folder, hash); });
  context.name = name;
  return context;
}

std::vector<Found> list_contexts(const std::string& folder) {
  std::vector<Found> all;
  std::error_code none;  // without the folder there are no contexts
  for (const auto& entry : std::filesystem::directory_iterator(folder + "/contexts/meta", none)) {
    const auto hash = entry.path().filename().string();
    Found found;
    try {
      found.context = read_context(folder, hash);
    } catch (const Error& error) {
      found.context.name = hash.substr(0, 12);
      found.problem = fmt::format("{}/meta.json: {}", entry.path().string(), error.message());
    }
    all.push_back(std::move(found));
  }
  std::sort(all.begin(), all.end(),
            [](const Found& a, const Found& b) { return a.context.name < b.context.name; });
  return all;
}

}  // namespace skep::docker
