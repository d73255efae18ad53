// traefik routers: a second router of one name, or one rule on two services, and both answer 404
// (engine-notes §6).
#include "plan/preflight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace skep::plan {
namespace {

struct Router {
  std::string service;   // full name
  std::string protocol;  // http, tcp, udp
  std::string name;
  std::string rule;
  std::string plain_rule;              // without spaces: for comparing
  std::set<std::string> entry_points;  // empty: all
  std::string priority;
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (auto end = text.find(at); end != std::string::npos; end = text.find(at, begin)) {
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

std::string without_spaces(std::string text) {
  text.erase(std::remove_if(text.begin(), text.end(),
                            [](unsigned char c) { return std::isspace(c) != 0; }),
             text.end());
  return text;
}

/// Labels "traefik.http.routers.NAME.rule" and its siblings; keys of traefik's labels have no case.
std::vector<Router> routers(const std::string& service, const swarm::Spec& spec) {
  std::map<std::string, Router> found;
  for (const auto& [label, value] : spec.labels()) {
    const auto key = lower(label);
    if (key == "traefik.enable" && lower(value) == "false") return {};
    const auto parts = split(key, '.');
    if (parts.size() < 5 || parts[0] != "traefik" || parts[2] != "routers") continue;
    auto& router = found[parts[1] + "." + parts[3]];
    router.service = service;
    router.protocol = parts[1];
    router.name = parts[3];
    if (parts.size() != 5) continue;
    if (parts[4] == "rule") {
      router.rule = value;
      router.plain_rule = without_spaces(value);
    }
    if (parts[4] == "priority") router.priority = value;
    if (parts[4] == "entrypoints") {
      for (const auto& point : split(without_spaces(value), ',')) router.entry_points.insert(point);
    }
  }
  std::vector<Router> result;
  for (auto& [key, router] : found) result.push_back(std::move(router));
  return result;
}

/// Two routers with one rule are told apart by entry point or by priority.
bool told_apart(const Router& a, const Router& b) {
  if (!a.priority.empty() && !b.priority.empty() && a.priority != b.priority) return true;
  if (a.entry_points.empty() || b.entry_points.empty()) return false;
  return std::none_of(a.entry_points.begin(), a.entry_points.end(),
                      [&](const std::string& point) { return b.entry_points.contains(point); });
}

void compare(const convert::DesiredService& service, const Router& mine, const Router& other,
             Diagnostics& problems) {
  if (mine.protocol != other.protocol) return;
  const auto path = [&] { return path_of(service) + ".deploy.labels"; };
  if (mine.name == other.name) {
    problems.error(
        service.loc, path(),
        fmt::format(
            "traefik router \"{}\" is already defined by service \"{}\": both would answer 404",
            mine.name, other.service),
        "give the router a name of its own");
  } else if (!mine.rule.empty() && mine.plain_rule == other.plain_rule &&
             !told_apart(mine, other)) {
    problems.error(
        service.loc, path(),
        fmt::format("traefik rule {} is already routed to service \"{}\" by router \"{}\"",
                    mine.rule, other.service, other.name),
        "use another host or path, or take the other service away first");
  }
}

}  // namespace

void check_gateway(const Checked& checked, Diagnostics& problems) {
  std::vector<Router> known;
  for (const auto* service : other_services(checked)) {
    for (auto& router : routers(service->name, service->spec)) known.push_back(std::move(router));
  }
  for (const auto& one : checked.drafts.services) {
    const auto mine = routers(one.desired->name, one.spec);
    for (const auto& router : mine) {
      for (const auto& other : known) compare(*one.desired, router, other, problems);
    }
    known.insert(known.end(), mine.begin(), mine.end());
  }
}

}  // namespace skep::plan
