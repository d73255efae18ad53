#include "engine/images.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace skep::engine {

namespace {

void stream(Transport& engine, const Request& request, const JsonStream::OnObject& on_object,
            std::stop_token stop) {
  JsonStream objects(name_of(request), on_object);
  auto answer = engine.send(
      request, [&](std::string_view piece) { objects.feed(piece); }, std::move(stop));
  static_cast<void>(require(std::move(answer), request));
  objects.finish();
}

}  // namespace

Json list_images(Transport& engine, const Filters& filters, std::stop_token stop) {
  Pairs query;
  add_filters(query, filters);
  return call_json(engine, get("/images/json", std::move(query)), std::move(stop));
}

std::optional<Json> find_image(Transport& engine, const std::string& name, std::stop_token stop) {
  const auto request = get(fmt::format("/images/{}/json", segment(name)));
  auto answer = engine.send(request, {}, std::move(stop));
  if (answer.status == 404) return std::nullopt;
  return parse_json(require(std::move(answer), request).body, name_of(request));
}

void tag_image(Transport& engine, const std::string& name, const std::string& repository,
               const std::string& tag, std::stop_token stop) {
  write(
      engine,
      post(fmt::format("/images/{}/tag", segment(name)), Pairs{{"repo", repository}, {"tag", tag}}),
      std::move(stop));
}

void push_image(Transport& engine, const std::string& repository, const std::string& tag,
                const RegistryAuth& registry_auth, const JsonStream::OnObject& on_object,
                std::stop_token stop) {
  auto request = post(fmt::format("/images/{}/push", segment(repository)), Pairs{{"tag", tag}});
  request.patience = http::kWorking;
  registry_auth.add_to(request);
  stream(engine, request, on_object, std::move(stop));
}

Json inspect_distribution(Transport& engine, const std::string& reference,
                          const RegistryAuth& registry_auth, std::stop_token stop) {
  auto request = get(fmt::format("/distribution/{}/json", segment(reference)));
  registry_auth.add_to(request);
  return call_json(engine, request, std::move(stop));
}

void build_image(Transport& engine, const Pairs& query, BodySource context,
                 const JsonStream::OnObject& on_object, std::stop_token stop) {
  Request request{.method = "POST",
                  .path = "/build",
                  .query = query,
                  .headers = {},
                  .body = std::move(context),
                  .patience = http::kWorking};
  if (request.body.next) request.headers.emplace_back("Content-Type", "application/x-tar");
  stream(engine, request, on_object, std::move(stop));
}

}  // namespace skep::engine
