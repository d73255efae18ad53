// /secrets, /configs and what has to do with images.
#include "base/hash.hpp"
#include "base/image_ref.hpp"
#include "docker/config.hpp"
#include "support/fake_routes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::test {

namespace {

Json without_data(const Json& object, const std::string& kind) {
  auto copy = object;
  if (kind == "secret") copy["Spec"].erase("Data");
  return copy;
}

void check_name(const std::string& name, const std::string& kind) {
  const auto legal = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
  };
  if (name.empty() || name.size() > 64 || !std::all_of(name.begin(), name.end(), legal)) {
    throw Refusal{400, fmt::format("rpc error: code = InvalidArgument desc = invalid name, only 64 "
                                   "[a-zA-Z0-9-_.] characters allowed, and the start and end "
                                   "character must be [a-zA-Z0-9] ({})",
                                   kind)};
  }
}

http::Response pushed(const std::string& name, const std::string& tag, const std::string& digest) {
  const std::vector<Json> objects{
      {{"status", fmt::format("The push refers to repository [{}]", name)}},
      {{"status", "Pushing"},
       {"progressDetail", {{"current", 512}, {"total", 1024}}},
       {"id", "aaaaaaaaaaaa"}},
      {{"status", "Pushed"}, {"progressDetail", Json::object()}, {"id", "aaaaaaaaaaaa"}},
      {{"status", fmt::format("{}: digest: {} size: 528", tag, digest)}},
      {{"progressDetail", Json::object()},
       {"aux", {{"Tag", tag}, {"Digest", digest}, {"Size", 528}}}}};
  std::string body;
  for (const auto& object : objects) body += dump_json(object) + "\r\n";
  return {.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = body};
}

}  // namespace

http::Response FakeSwarm::answer_objects(const Call& call, const std::string& kind,
                                         std::map<std::string, Json>& objects) {
  const auto parts = parts_of(call.path);
  if (parts.size() == 1 && call.method == "GET") {
    const FakeFilters filters(call);
    filters.only({"id", "name", "names", "label"});
    Json list = Json::array();
    for (const auto& [id, object] : objects) {
      const auto& spec = object["Spec"];
      if (filters.begins("id", id) && filters.begins("name", spec["Name"]) &&
          filters.fits("names", spec["Name"]) && filters.labels(spec["Labels"])) {
        list.push_back(without_data(object, kind));
      }
    }
    return json_answer(list);
  }
  if (call.method == "POST" && parts.size() == 2 && parts[1] == "create")
    return create_object(call, kind, objects);
  const auto found = std::find_if(objects.begin(), objects.end(), [&](const auto& entry) {
    return parts.size() > 1 &&
           (entry.first == parts[1] || entry.second["Spec"]["Name"] == parts[1]);
  });
  if (found == objects.end())
    throw Refusal{404, fmt::format("{} {} not found", kind, parts.size() > 1 ? parts[1] : "")};
  if (call.method == "GET" && parts.size() == 2)
    return json_answer(without_data(found->second, kind));
  if (call.method == "POST" && parts.size() == 3 && parts[2] == "update")
    return update_object(call, kind, found->second);
  if (call.method != "DELETE" || parts.size() != 2) unknown_route(call);
  refuse_if_used(kind, found->second);
  objects.erase(found);
  return empty_answer(204);
}

http::Response FakeSwarm::create_object(const Call& call, const std::string& kind,
                                        std::map<std::string, Json>& objects) {
  auto spec = call.json();
  const auto name = spec.value("Name", "");
  check_name(name, kind);
  for (const auto& [id, object] : objects) {
    if (object["Spec"]["Name"] == name) {
      throw Refusal{409, fmt::format("rpc error: code = AlreadyExists desc = {} {} already exists",
                                     kind, name)};
    }
  }
  const auto size = base64_decode(spec.value("Data", "")).size();
  const std::size_t limit = kind == "secret" ? 512'000 : 1'024'000;
  if ((size == 0 && !spec.contains("Driver")) || size >= limit) {
    throw Refusal{400, fmt::format("rpc error: code = InvalidArgument desc = {} data must be "
                                   "larger than 0 and less than {} bytes",
                                   kind, limit)};
  }
  if (!spec.contains("Labels") || spec["Labels"].is_null()) spec["Labels"] = Json::object();
  auto object = new_object(kind);
  object["Spec"] = std::move(spec);
  const auto id = object["ID"].get<std::string>();
  objects[id] = std::move(object);
  return json_answer({{"ID", id}}, 201);
}

http::Response FakeSwarm::update_object(const Call& call, const std::string& kind, Json& object) {
  const auto spec = call.json();
  // Content and name are compared before the version: skep's look at a secret's content rests on
  // that.
  const bool other = spec.value("Name", "") != object["Spec"]["Name"].get<std::string>() ||
                     (spec.contains("Data") && spec["Data"] != object["Spec"]["Data"]);
  if (other)
    throw Refusal{400,
                  "rpc error: code = InvalidArgument desc = only updates to Labels are allowed"};
  const auto version = call.parameter("version");
  if (version.empty()) throw Refusal{400, fmt::format("invalid {} version ''", kind)};
  if (version != std::to_string(object["Version"]["Index"].get<std::uint64_t>())) {
    throw Refusal{500, "rpc error: code = Unknown desc = update out of sequence"};
  }
  object["Spec"]["Labels"] = spec.value("Labels", Json::object());
  touch(object);
  return empty_answer(200);
}

void FakeSwarm::refuse_if_used(const std::string& kind, const Json& object) {
  const bool secret = kind == "secret";
  const auto name = object["Spec"]["Name"].get<std::string>();
  for (const auto& [id, service] : tasks_.services) {
    const auto& container = service.object["Spec"]["TaskTemplate"]["ContainerSpec"];
    const auto references = container.value(secret ? "Secrets" : "Configs", Json::array());
    for (const auto& reference : references) {
      if (reference[secret ? "SecretID" : "ConfigID"] != object["ID"]) continue;
      throw Refusal{400,
                    fmt::format("rpc error: code = InvalidArgument desc = {} '{}' is in use by the "
                                "following service: {}",
                                kind, name, service.object["Spec"]["Name"].get<std::string>())};
    }
  }
}

http::Response FakeSwarm::answer_images(const Call& call) {
  if (call.path == "/build") {
    std::string body = on_build ? on_build(call) : std::string();
    for (const auto& object : build_stream) body += dump_json(object) + "\r\n";
    return {.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = body};
  }
  if (call.path == "/images/json") {
    Json list = Json::array();
    for (const auto& [name, image] : local_images_) list.push_back(image);
    return json_answer(list);
  }
  const bool distribution = call.path.starts_with("/distribution/");
  const auto begin =
      distribution ? std::string("/distribution/").size() : std::string("/images/").size();
  const auto last = call.path.rfind('/');
  if (last < begin) unknown_route(call);
  const auto name = call.path.substr(begin, last - begin);
  const auto verb = call.path.substr(last + 1);
  if (distribution || verb == "push") {
    const auto domain = image_ref(name).domain;
    const auto guard = protected_.find(domain);
    if (guard != protected_.end() && guard->second != call.header("X-Registry-Auth")) {
      if (distribution && call.header("X-Registry-Auth") == "e30=") {
        throw Refusal{500,
                      fmt::format("Head \"https://{}/v2/\": no basic auth credentials", domain)};
      }
      if (distribution) throw Refusal{401, "unauthorized: authentication required"};
      return {.status = 200,
              .headers = {},
              .body =
                  "{\"errorDetail\":{\"message\":\"no basic auth credentials\"},\"error\":\"no "
                  "basic auth credentials\"}\r\n"};
    }
  }
  if (distribution && verb == "json") {
    // By digest as by tag: "a:1@sha256:…" is what any tag of it holds.
    const auto at = name.find('@');
    const auto found = at == std::string::npos
                           ? digests_.find(name)
                           : std::find_if(digests_.begin(), digests_.end(), [&](const auto& one) {
                               return one.second == name.substr(at + 1);
                             });
    if (found == digests_.end()) throw Refusal{404, "manifest unknown: manifest unknown"};
    return json_answer({{"Descriptor",
                         {{"mediaType", "application/vnd.oci.image.manifest.v1+json"},
                          {"digest", found->second},
                          {"size", 528}}},
                        {"Platforms", {{{"architecture", "amd64"}, {"os", "linux"}}}}});
  }
  if (verb == "json") {
    const auto found = local_images_.find(name);
    if (found == local_images_.end()) throw Refusal{404, fmt::format("No such image: {}", name)};
    return json_answer(found->second);
  }
  if (verb == "tag") {
    local_images_[call.parameter("repo") + ":" + call.parameter("tag")] = {{"Id", name}};
    return empty_answer(201);
  }
  if (verb != "push") unknown_route(call);
  const auto tag = call.parameter("tag");
  const auto digest = "sha256:" + sha256_hex(name + ":" + tag);
  digests_[name + ":" + tag] = digest;
  return pushed(name, tag, digest);
}

}  // namespace skep::test
