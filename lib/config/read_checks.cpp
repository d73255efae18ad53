#include "config/read.hpp"
#include "yaml/cast.hpp"
#include "yaml/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace skep::config {
namespace {

using yaml::Node;
using yaml::Reader;

constexpr int kLeastStatus = 100;
constexpr int kMostStatus = 599;

void read_url(const Reader& reader, Check& check) {
  check.url = reader.required_text("url", "for example http://app.example.com/health");
  const bool http = check.url.starts_with("http://") || check.url.starts_with("https://");
  const std::size_t host = check.url.find("://") + 3;
  const bool good = http && check.url.size() > host && check.url[host] != '/' &&
                    check.url.find_first_of(" \t\n") == std::string::npos;
  if (!check.url.empty() && !good) {
    reader.error("url", fmt::format("\"{}\" is no URL of http or https", check.url));
  }
}

void read_connect(const Reader& reader, Check& check) {
  check.connect = reader.text("connect").value_or("");
  if (check.connect.empty()) return;
  const std::size_t colon = check.connect.rfind(':');
  int port = 0;
  const char* end = check.connect.data() + check.connect.size();
  const char* start = colon == std::string::npos ? end : check.connect.data() + colon + 1;
  const auto [rest, error] = std::from_chars(start, end, port);
  const bool good = colon != std::string::npos && colon > 0 && error == std::errc() &&
                    rest == end && port > 0 && port < 65536;
  if (!good) {
    reader.error("connect", fmt::format("\"{}\" is no HOST:PORT", check.connect),
                 "for example 127.0.0.1:80");
  }
}

void read_status(const Reader& reader, Check& check) {
  const Node* node = reader.find("status");
  if (node == nullptr) return;
  check.status.clear();
  std::vector<Node> wanted = node->items();
  if (!node->is_list()) wanted.push_back(*node);
  for (const auto& one : wanted) {
    const auto status = yaml::to_integer(one);
    if (!status || *status < kLeastStatus || *status > kMostStatus) {
      const std::string shown = one.is_scalar() ? one.text() : yaml::with_article(one.type());
      reader.error("status", fmt::format("{} is no HTTP status", shown),
                   "a number from 100 to 599, or a list of them");
      continue;
    }
    check.status.push_back(static_cast<int>(*status));
  }
}

void read_method(const Reader& reader, Check& check) {
  const auto method = reader.text("method");
  if (!method) return;
  check.method = *method;
  const bool good = !method->empty() && std::all_of(method->begin(), method->end(),
                                                    [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!good) {
    reader.error("method", fmt::format("\"{}\" is no HTTP method", *method),
                 "in capitals: GET, POST, …");
  }
}

}  // namespace

std::vector<Check> read_checks(const Node& node, Diagnostics& diagnostics) {
  std::vector<Check> checks;
  if (!node.is_list()) {
    diagnostics.error(node.loc(), "checks", yaml::must_be("a list", node));
    return checks;
  }
  for (std::size_t i = 0; i < node.items().size(); ++i) {
    const Node& item = node.items()[i];
    const Reader reader(item, yaml::join_path("checks", i), diagnostics);
    if (!item.is_map()) continue;
    Check check;
    check.loc = item.loc();
    read_url(reader, check);
    read_connect(reader, check);
    read_method(reader, check);
    read_status(reader, check);
    check.headers = reader.pairs("headers");
    for (const auto& [name, value] : check.headers) {
      if ((name + value).find_first_of(std::string("\r\n\0", 3)) != std::string::npos)
        reader.error("headers", fmt::format("the header {} holds the end of a line", name),
                     "a header is one line");
    }
    check.body = reader.text("body").value_or("");
    check.contains = reader.text("contains").value_or("");
    check.timeout = reader.duration("timeout").value_or(check.timeout);
    checks.push_back(std::move(check));
  }
  return checks;
}

}  // namespace skep::config
