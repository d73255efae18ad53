#include "engine/call.hpp"

#include "base/ascii.hpp"
#include "base/hash.hpp"
#include "engine/connect.hpp"
#include "swarm/snapshot.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace skep::engine {

namespace {

constexpr std::size_t kLongestWords = 16384;

/// Drops every "rpc error: code = Unknown desc = ": gRPC's words, nobody's help.
std::string without_rpc(std::string text) {
  const std::string begin = "rpc error: code = ";
  const std::string end = " desc = ";
  for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin)) {
    const auto stop = text.find(end, at);
    if (stop == std::string::npos) break;
    text.erase(at, stop + end.size() - at);
  }
  return text;
}

/// One line: who shows an error briefly shows its first, and the reason may stand behind it
/// ("invalid network config:\ninvalid subnet 10.9.0.5/24: …").
std::string on_one_line(const std::string& text) {
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto part = trimmed(std::string_view(text).substr(at, end - at));
    if (!part.empty() && !line.empty()) line += line.back() == ':' ? " " : "; ";
    line += part;
    at = end + 1;
  }
  return line;
}

/// `message` of a JSON body, or "" when the body is something else.
std::string json_message(const std::string& body) {
  try {
    return text_of(parse_json(body, "an error of the engine"), "message");
  } catch (const Error&) {
    return {};  // old engines answer some refusals in text/plain
  }
}

Kind kind_of(int status, const std::string& message) {
  if (message.find("update out of sequence") != std::string::npos) return Kind::conflict;
  if (status == 404) return Kind::not_found;
  if (status == 409) return Kind::conflict;
  if (status == 503) return Kind::unavailable;
  // A look-up without credentials at a registry that wants some is a 500.
  const bool anonymous = message.find("no basic auth credentials") != std::string::npos;
  if (status == 401 || status == 403 || anonymous) return Kind::unauthorized;
  return Kind::rejected;
}

std::string hint_of(const std::string& message) {
  if (message.find("not a swarm manager") != std::string::npos) {
    return "name a manager with -H, or make this engine one with docker swarm init";
  }
  if (message.find("client version") != std::string::npos) {
    return fmt::format("skep speaks the Engine API 1.{} to 1.{}; DOCKER_API_VERSION pins one",
                       kMinApiMinor, kMaxApiMinor);
  }
  return {};
}

bool is_good(int status) {
  return (status >= 200 && status < 300) || status == 304;
}

}  // namespace

std::string encode(const Filters& filters) {
  return filters.empty() ? std::string() : dump_json(Json(filters));
}

void add_filters(Pairs& query, const Filters& filters) {
  if (!filters.empty()) query.emplace_back("filters", encode(filters));
}

Filters of_stack(const std::string& stack) {
  return {{"label", {fmt::format("{}={}", swarm::kNamespaceLabel, stack)}}};
}

std::string name_of(const Request& request) {
  return request.method + ' ' + request.path;
}

std::string error_message(const Response& response) {
  auto message = json_message(response.body);
  if (message.empty()) message = response.body;
  message = on_one_line(without_rpc(std::move(message)));
  if (message.size() > kLongestWords) message = message.substr(0, kLongestWords) + "…";
  return message.empty() ? fmt::format("status {}", response.status) : message;
}

bool is_no_manager(const std::string& message) {
  return message.find("not a swarm manager") != std::string::npos &&
         message.find("being prepared") == std::string::npos;
}

Response require(Response response, const Request& request) {
  if (is_good(response.status)) return response;
  const auto message = error_message(response);
  throw Error(kind_of(response.status, message), fmt::format("{}: {}", name_of(request), message),
              hint_of(message));
}

Response call(Transport& engine, const Request& request, std::stop_token stop) {
  return require(engine.send(request, {}, std::move(stop)), request);
}

void write(Transport& engine, const Request& request, std::stop_token stop) {
  static_cast<void>(call(engine, request, std::move(stop)));
}

Json call_json(Transport& engine, const Request& request, std::stop_token stop) {
  return parse_json(call(engine, request, std::move(stop)).body,
                    "the answer to " + name_of(request));
}

void call_each(Transport& engine, const Request& request, const std::function<void(Json)>& take,
               std::stop_token stop) {
  const auto body = call(engine, request, std::move(stop)).body;
  const auto what = "the answer to " + name_of(request);
  const auto need = [&](bool good) {
    if (!good) throw Error(Kind::rejected, what + " is no list of objects");
  };
  const bool list = each_element(body, what, [&](Json item) {
    need(item.is_object());
    take(std::move(item));
  });
  if (!list) need(parse_json(body, what).is_null());
}

Json call_list(Transport& engine, const Request& request, std::stop_token stop) {
  Json all = Json::array();
  call_each(
      engine, request, [&](Json item) { all.push_back(std::move(item)); }, std::move(stop));
  return all;
}

Request get(std::string path, Pairs query) {
  return {.method = "GET",
          .path = std::move(path),
          .query = std::move(query),
          .headers = {},
          .body = {}};
}

Request post(std::string path, const Json& body, Pairs query) {
  return {.method = "POST",
          .path = std::move(path),
          .query = std::move(query),
          .headers = {{"Content-Type", "application/json"}},
          .body = http::body_of(dump_json(body))};
}

Request post(std::string path, Pairs query) {
  return {.method = "POST",
          .path = std::move(path),
          .query = std::move(query),
          .headers = {},
          .body = {}};
}

Request remove(std::string path) {
  return {.method = "DELETE", .path = std::move(path), .query = {}, .headers = {}, .body = {}};
}

std::string segment(const std::string& text) {
  std::string encoded;
  for (const char c : text) {
    const bool keep = c == '/' || c == ':' || c == '@';
    encoded += keep ? std::string(1, c) : url_encode(std::string(1, c));
  }
  return encoded;
}

std::string text_of(const Json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace skep::engine
