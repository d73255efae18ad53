#include "stack/canonical.hpp"

#include "base/units.hpp"
#include "stack/cursor.hpp"
#include "stack/docker_forms.hpp"
#include "stack/short_syntax.hpp"
#include "yaml/cast.hpp"
#include "yaml/typing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace skep::stack {
namespace {

using yaml::Casts;
using yaml::Node;

Node like(Node made, const Node& original) {
  made.set_merge_tag(original.merge_tag()).at(original.place());
  return made;
}

Node text_of(const Node& node) {
  const bool other = node.is_scalar() && !node.is_null() && !node.is_string();
  return other ? like(Node::string(yaml::plain_text(node)), node) : node;
}

Node texts_of(const Node& list) {
  std::vector<Node> items;
  for (const auto& item : list.items()) items.push_back(text_of(item));
  return like(Node::list(std::move(items)), list);
}

Node list_of_one(const Node& node) {
  return like(Node::list({node}), node);
}

/// A variable without a value is a null, of which the environment decides; a label has "" then.
bool may_lack_value(std::string_view path) {
  return path == "services.*.environment" || path == "services.*.build.args";
}

/// A list of A=B, or a map, as a map of strings.
Node pairs(const Node& node, bool nulls) {
  Node result = Node::map();
  const auto add = [&](const std::string& key, Node value, const yaml::Place& place) {
    if (value.is_null() && !nulls) value = like(Node::string(""), value);
    result.put({key, std::move(value), place});
  };
  for (const auto& item : node.items()) {
    if (!item.is_string()) return node;
    const std::string& line = item.as_string();
    const auto equals = line.find('=');
    const bool alone = equals == std::string::npos;
    Node value = alone ? Node() : Node::string(line.substr(equals + 1));
    add(line.substr(0, equals), value.at(item.place()), item.place());
  }
  for (const auto& entry : node.entries()) add(entry.key, text_of(entry.value), entry.key_place);
  return like(std::move(result), node);
}

/// "host:address", an address of IPv6 without its brackets: docker's own form.
std::string host_line(const std::string& host, std::string address) {
  const bool bracketed = address.size() > 2 && address.front() == '[' && address.back() == ']';
  if (bracketed) address = address.substr(1, address.size() - 2);
  return host + ":" + address;
}

/// docker takes "=" before ":", and leaves out what names no address.
std::optional<std::string> docker_host(const std::string& written) {
  auto at = written.find('=');
  if (at == std::string::npos) at = written.find(':');
  if (at == std::string::npos) return std::nullopt;
  return host_line(written.substr(0, at), written.substr(at + 1));
}

/// "host:address" lines, as docker writes them.
Node hosts(const Node& node, Compat compat) {
  const bool as_docker = compat == Compat::docker;
  std::vector<Node> items;
  for (const auto& item : node.items()) {
    const auto host = as_docker ? docker_host(yaml::plain_text(item)) : std::nullopt;
    if (host) items.push_back(like(Node::string(*host), item));
    if (!as_docker) items.push_back(text_of(item));
  }
  for (const auto& entry : node.entries()) {
    const auto add = [&](const Node& address) {
      if (as_docker && address.is_null()) return;
      const std::string line = as_docker ? host_line(entry.key, as_go_prints(address))
                                         : entry.key + ":" + yaml::plain_text(address);
      items.push_back(Node::string(line).at(entry.key_place));
    };
    if (!entry.value.is_list()) add(entry.value);
    for (const auto& address : entry.value.items()) add(address);
  }
  if (node.is_map()) {
    std::sort(items.begin(), items.end(),
              [](const Node& a, const Node& b) { return a.text() < b.text(); });
  }
  return like(Node::list(std::move(items)), node);
}

Node port_map(const Port& port, const std::string& address, const Node& written) {
  const yaml::Place& place = written.place();
  Node map = Node::map();
  const auto add = [&](const char* key, Node value) { map.put({key, value.at(place), place}); };
  add("mode", Node::string("ingress"));
  if (!address.empty()) add("host_ip", Node::string(address));
  add("target", Node::integer(port.target));
  if (port.published != 0) add("published", Node::integer(port.published));
  add("protocol", Node::string(port.protocol));
  return like(std::move(map), written);
}

Node volume_map(const Node& written, Compat compat) {
  if (!written.is_string()) return written;
  const auto parsed = parse_mount(written.as_string());
  // What Swarm has no word for stays in the text, so that the reader still names it.
  const bool unsaid = !parsed.value.unknown.empty() && compat == Compat::none;
  if (!parsed.error.empty() || unsaid) return written;
  const Mount& mount = parsed.value.mount;
  const yaml::Place& place = written.place();
  Node map = Node::map();
  const auto add = [&](const char* key, Node value) { map.put({key, value.at(place), place}); };
  const auto inside = [&](const char* key, Node value) {
    return Node::map({{key, value.at(place), place}});
  };
  add("type", Node::string(mount.type));
  if (!mount.source.empty()) add("source", Node::string(mount.source));
  add("target", Node::string(mount.target));
  if (mount.read_only) add("read_only", Node::boolean(true));
  if (mount.propagation) add("bind", inside("propagation", Node::string(*mount.propagation)));
  if (mount.volume) add("volume", inside("nocopy", Node::boolean(true)));
  return like(std::move(map), written);
}

/// {KEY: text} for a text; a map as it is.
Node map_of(const char* key, const Node& node) {
  if (!node.is_string()) return node;
  Node value = node;
  value.set_merge_tag(yaml::MergeTag::none);
  return like(Node::map({{key, std::move(value), node.place()}}), node);
}

/// A file mode as a number, whether it was one or an octal text.
Node mode(const Node& node) {
  if (!node.is_string() || node.text().empty()) return node;
  std::int64_t value = 0;
  const char* end = node.text().data() + node.text().size();
  const auto [rest, bad] = std::from_chars(node.text().data(), end, value, 8);
  if (bad != std::errc() || rest != end) return node;
  return like(Node::integer(value), node);
}

Node size(const Node& node, bool number) {
  auto bytes = whole_number(node, Casts::all);
  if (!bytes && node.is_string()) bytes = parse_size(node.as_string());
  if (!bytes) return node;
  return like(number ? Node::integer(*bytes) : Node::string(std::to_string(*bytes)), node);
}

Node duration(const Node& node) {
  const auto value = node.is_string() ? parse_duration(node.as_string()) : std::nullopt;
  return value ? like(Node::string(format_duration(*value)), node) : node;
}

Node command(const Node& node) {
  if (node.is_list()) return texts_of(node);
  if (!node.is_string()) return node;
  auto words = split_command(node.as_string());
  if (!words.error.empty()) return node;
  std::vector<Node> items;
  for (auto& word : words.value) items.push_back(Node::string(std::move(word)).at(node.place()));
  return like(Node::list(std::move(items)), node);
}

Node health_test(const Node& node) {
  if (!node.is_string()) return texts_of(node);
  Node shell = Node::string("CMD-SHELL");
  return like(Node::list({shell.at(node.place()), node}), node);
}

/// A network, volume, secret or config: `external: {name: X}` is the old form of a name.
Node object(Node node, const std::string& key) {
  if (node.is_null()) node = like(Node::map(), node);
  if (!node.is_map()) return node;
  const yaml::Entry* external = node.find_entry("external");
  if (external == nullptr) return node;
  const yaml::Place place = external->value.place();
  const bool old = external->value.is_map();
  const Node* old_name = external->value.find("name");
  const bool is = old || yaml::to_boolean(external->value, Casts::all).value_or(false);
  if (!is) {
    node.erase("external");
    return node;
  }
  Node name = Node::string(key).at(place);
  if (old_name != nullptr) name = *old_name;
  if (node.find("name") == nullptr) node.put({"name", std::move(name), place});
  node.put({"external", Node::boolean(true).at(place), place});
  return node;
}

/// What the form of the key does not say.
std::optional<Node> by_path(const Node& node, std::string_view path, Compat compat) {
  if (path == "services.*.networks" || path == "services.*.models") return as_map(node, Node());
  if (path == "services.*.build") return map_of("context", node);
  if (path == "services.*.extends") return map_of("service", node);
  if (path == "services.*.secrets.[]" || path == "services.*.configs.[]")
    return map_of("source", node);
  if (path == "services.*.secrets.[].mode" || path == "services.*.configs.[].mode")
    return mode(node);
  if (path == "services.*.healthcheck.test") return health_test(node);
  if (path == "services.*.extra_hosts") return hosts(node, compat);
  if (path == "services.*.volumes.[]") return volume_map(node, compat);
  if (path == "services.*.ports.[].published") {
    const auto number = whole_number(node, Casts::all);
    return number ? like(Node::integer(*number), node) : node;
  }
  if (path == "services.*.volumes.[].tmpfs.size") return size(node, /*number=*/true);
  if (path == "services.*.env_file") return node.is_list() ? node : list_of_one(node);
  return std::nullopt;
}

Node by_form(Node node, const Key& key) {
  switch (key.form) {
    case Form::boolean:
    case Form::boolean_or_map:
      if (const auto value = yaml::to_boolean(node, Casts::all))
        return like(Node::boolean(*value), node);
      return node;
    case Form::integer:
    case Form::integer_or_live:
    case Form::integer_or_map:
      if (const auto value = whole_number(node, Casts::all))
        return like(Node::integer(*value), node);
      return node;
    case Form::number:
      if (!node.is_string()) return node;
      if (const auto value = yaml::to_floating(node, Casts::all))
        return like(Node::floating(*value), node);
      return node;
    case Form::duration:
      return duration(node);
    case Form::size:
      return size(node, /*number=*/false);
    case Form::command:
      return command(node);
    case Form::text_or_list:
      return node.is_string() ? list_of_one(node) : texts_of(node);
    case Form::list_of_text:
    case Form::list_of_text_or_number:
      return node.is_list() ? texts_of(node) : node;
    case Form::pairs:
    case Form::options:
      return pairs(node, may_lack_value(key.path));
    case Form::text_or_number:
      return text_of(node);
    case Form::hosts:
    case Form::any:
    case Form::text:
    case Form::text_or_null:
    case Form::map:
    case Form::map_or_null:
    case Form::list:
    case Form::text_or_map:
    case Form::list_or_map:
    case Form::port:
    case Form::list_or_text_or_map:
      return node;
  }
  return node;
}

bool is_object(std::string_view path) {
  constexpr std::array<std::string_view, 4> kObjects = {"networks.*", "volumes.*", "secrets.*",
                                                        "configs.*"};
  return std::find(kObjects.begin(), kObjects.end(), path) != kObjects.end();
}

void add_ports(const Node& item, const KeyTree& row, Compat compat, std::vector<Node>& result) {
  const bool is_short = item.is_scalar() && !item.is_null();
  const auto parsed = is_short ? parse_ports(yaml::plain_text(item)) : Parsed<ShortPorts>{};
  if (!is_short || !parsed.error.empty()) return result.push_back(canonical(item, row, compat));
  for (const auto& port : parsed.value.ports) {
    result.push_back(port_map(port, parsed.value.address, item));
  }
}

Node items_of(Node list, const KeyTree& row, Compat compat) {
  const KeyTree* item_row = row.item();
  if (item_row == nullptr) return list;
  if (row.key.path == "services.*.ports") {
    std::vector<Node> items;
    for (const auto& item : list.items()) {
      if (items.size() <= kMostPorts)
        add_ports(item, *item_row, compat, items);  // the reader says the rest
    }
    return like(Node::list(std::move(items)), list);
  }
  for (auto& item : list.items()) item = canonical(std::move(item), *item_row, compat);
  return list;
}

Node entries_of(Node map, const KeyTree& row, Compat compat) {
  for (std::size_t at = 0; at < map.entries().size(); ++at) {
    const std::string& key = map.entries()[at].key;
    const KeyTree* below = key.starts_with("x-") ? nullptr : row.child(key);
    if (below == nullptr) continue;
    Node value = canonical(std::move(map.value_at(at)), *below, compat);
    if (is_object(below->key.path)) value = object(std::move(value), key);
    map.value_at(at) = std::move(value);
  }
  return map;
}

}  // namespace

Node as_pairs(const Node& node) {
  return pairs(node, /*nulls=*/true);
}

Node as_map(const Node& node, const Node& value) {
  if (!node.is_list()) return node;
  Node result = Node::map();
  for (const auto& item : node.items()) {
    if (!item.is_string()) return node;
    Node copy = value;
    result.put({item.as_string(), copy.at(item.place()), item.place()});
  }
  return like(std::move(result), node);
}

Node canonical(Node node, const KeyTree& row, Compat compat) {
  if (node.is_null() || node.merge_tag() == yaml::MergeTag::reset) return node;
  auto special = by_path(node, row.key.path, compat);
  Node result = special ? std::move(*special) : by_form(std::move(node), row.key);
  const bool leaf =
      row.key.form == Form::pairs || row.key.form == Form::options || row.key.form == Form::any;
  if (leaf) return result;
  if (result.is_map()) return entries_of(std::move(result), row, compat);
  if (result.is_list()) return items_of(std::move(result), row, compat);
  return result;
}

}  // namespace skep::stack
