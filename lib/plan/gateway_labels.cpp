// Labels as traefik decodes them (github.com/traefik/paerser parser): keys have no case but for the
// names that users chose, and what one name's labels say is one definition.
#include "base/ascii.hpp"
#include "plan/gateway.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <tuple>

namespace skep::plan {
namespace {

// Said or not, it is the same (SetDefaults in traefik pkg/config/dynamic).
constexpr std::pair<std::string_view, std::string_view> kDefaults[] = {
    {"priority", "0"},
    {"loadbalancer.passhostheader", "true"},
    {"loadbalancer.strategy", "wrr"},
    {"loadbalancer.responseforwarding.flushinterval", "100ms"},
    {"loadbalancer.healthcheck.mode", "http"},
    {"loadbalancer.healthcheck.interval", "30s"},
    {"loadbalancer.healthcheck.timeout", "5s"},
    {"loadbalancer.healthcheck.followredirects", "true"},
    {"loadbalancer.sticky.cookie.path", "/"},
};

// The last part of a list's key: spaces about its commas do not count.
constexpr std::string_view kLists[] = {"entrypoints", "middlewares", "sans",
                                       "users",       "sourcerange", "prefixes"};

std::vector<std::string> parts_of(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (auto end = text.find(at); end != std::string::npos; end = text.find(at, begin)) {
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

bool holds_a_list(const std::string& field) {
  const auto last = field.substr(field.rfind('.') + 1);
  return std::find(std::begin(kLists), std::end(kLists), last) != std::end(kLists);
}

std::string value_of(const std::string& field, const std::string& value) {
  if (holds_a_list(field)) {
    auto items = parts_of(value, ',');
    for (auto& item : items) item = std::string(trimmed(item));
    return fmt::format("{}", fmt::join(items, ","));
  }
  const auto small = lower(value);
  return small == "true" || small == "false" ? small : value;
}

/// The fields below one: "tls.options" is below "tls".
std::pair<LabelTexts::iterator, LabelTexts::iterator> below(LabelTexts& fields,
                                                            const std::string& field) {
  return {fields.lower_bound(field + "."), fields.lower_bound(field + "/")};
}

/// `tls=true` says nothing beside `tls.certresolver=le`, and `tls=false` takes that away.
void settle_switches(LabelTexts& fields) {
  for (auto field = fields.begin(); field != fields.end();) {
    const auto [first, last] = below(fields, field->first);
    const bool off = field->second == "false";
    const bool said_below = first != last && (field->second == "true" || field->second.empty());
    if (off) fields.erase(first, last);
    const bool gone = said_below || (off && field->first == "tls");
    field = gone ? fields.erase(field) : std::next(field);
  }
  const auto tls = fields.find("tls");
  if (tls != fields.end() && tls->second.empty()) tls->second = "true";
}

/// The servers behind a service are each task's own.
bool is_of_server(const std::string& kind, const std::string& field) {
  return kind == "services" && field.starts_with("loadbalancer.server.");
}

void settle(Definition& one) {
  settle_switches(one.fields);
  std::erase_if(one.fields, [&](const auto& field) {
    return is_of_server(one.kind, field.first) ||
           std::any_of(std::begin(kDefaults), std::end(kDefaults), [&](const auto& said) {
             return field.first == said.first && field.second == said.second;
           });
  });
}

bool is_read(const std::string& protocol, const std::string& kind) {
  if (protocol == "tls") return kind == "stores";
  const bool with_middlewares = protocol == "http" || protocol == "tcp";
  if (!with_middlewares && protocol != "udp") return false;
  return kind == "routers" || kind == "services" || (with_middlewares && kind == "middlewares");
}

/// Within one service's labels "Web" and "web" are one name, as it is written first.
Definition& named(std::vector<Definition>& all, const std::string& protocol,
                  const std::string& kind, const std::string& name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Definition& one) {
    return one.protocol == protocol && one.kind == kind && lower(one.name) == lower(name);
  });
  if (found != all.end()) return *found;
  all.push_back({protocol, kind, name, {}, false});
  return all.back();
}

/// provider.Normalize: what is no letter or digit parts words, which "-" joins.
std::string normalized(const std::string& name) {
  std::string result;
  for (const char c : name) {
    if (is_alnum(c) || static_cast<unsigned char>(c) >= 0x80) {
      result += c;
    } else if (!result.empty() && result.back() != '-') {
      result += '-';
    }
  }
  if (result.ends_with('-')) result.pop_back();
  return result;
}

/// The services of a protocol; one called as the Swarm service is where none is named.
std::vector<std::string> services_of(std::vector<Definition>& all, const std::string& protocol,
                                     const std::string& service) {
  std::vector<std::string> names;
  bool wanted = false;
  for (const auto& one : all) {
    if (one.protocol != protocol) continue;
    wanted = true;
    if (one.kind == "services") names.push_back(one.name);
  }
  if (!wanted || !names.empty()) return names;
  all.push_back({protocol, "services", normalized(service), {}, false});
  return {all.back().name};
}

/// A router leads to the service that it names, or to the only one; where there are many, or a rule
/// is needed and missing, it is not made.
bool complete(Definition& router, const std::vector<std::string>& services,
              const std::string& service) {
  if (router.field("service").empty()) {
    if (services.size() != 1) return false;
    router.fields["service"] = services.front();
    router.linked = true;
  }
  if (!router.field("rule").empty() || router.protocol == "udp") return true;
  if (router.protocol == "tcp") return false;
  router.fields["rule"] = fmt::format("(the default rule of {})", service);
  return true;
}

}  // namespace

std::string Definition::field(const std::string& key) const {
  const auto found = fields.find(key);
  return found == fields.end() ? "" : found->second;
}

std::vector<Definition> definitions(const std::string& service, const LabelTexts& labels) {
  std::vector<Definition> all;
  for (const auto& [label, value] : labels) {
    const auto parts = parts_of(label, '.');
    if (parts.size() < 5 || parts[0] != "traefik") continue;
    const auto protocol = lower(parts[1]);
    const auto kind = lower(parts[2]);
    if (!is_read(protocol, kind)) continue;
    const auto field = lower(fmt::format("{}", fmt::join(parts.begin() + 4, parts.end(), ".")));
    named(all, protocol, kind, parts[3]).fields[field] = value_of(field, value);
  }
  for (auto& one : all) settle(one);
  std::map<std::string, std::vector<std::string>> services;
  for (const char* protocol : {"http", "tcp", "udp"})
    services[protocol] = services_of(all, protocol, service);
  std::vector<Definition> made;
  for (auto& one : all) {
    if (one.kind != "routers" || complete(one, services[one.protocol], service))
      made.push_back(std::move(one));
  }
  std::sort(made.begin(), made.end(), [](const Definition& a, const Definition& b) {
    return std::tie(a.protocol, a.kind, a.name) < std::tie(b.protocol, b.kind, b.name);
  });
  return made;
}

}  // namespace skep::plan
