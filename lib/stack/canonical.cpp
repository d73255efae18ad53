#include "stack/canonical.hpp"

#include "base/units.hpp"
#include "stack/cursor.hpp"
#include "stack/docker_forms.hpp"
#include "stack/short_syntax.hpp"
#include "yaml/cast.hpp"
#include "yaml/typing.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::stack {
namespace {

using yaml::Casts;
using yaml::Node;

Node like(Node made, const Node& original) {
  made.set_merge_tag(original.merge_tag()).at(original.place());
  return made;
}

/// A text that was made here: none that a date could be taken for.
Node made_text(std::string text) {
  Node result = Node::string(std::move(text));
  result.set_quoted(true);
  return result;
}

Node text_of(const Node& node) {
  const bool other = node.is_scalar() && !node.is_null() && !node.is_string();
  return other ? like(made_text(yaml::plain_text(node)), node) : node;
}

Node texts_of(const Node& list) {
  std::vector<Node> items;
  for (const auto& item : list.items()) items.push_back(text_of(item));
  return like(Node::list(std::move(items)), list);
}

Node list_of_one(const Node& node) {
  return like(Node::list({node}), node);
}

/// "host:address" of "host=address" and "host:[address]"; "" where there is no address.
std::string host_line(const std::string& line) {
  const auto at = line.find_first_of("=:");
  if (at == std::string::npos) return "";
  std::string address = line.substr(at + 1);
  const bool bracketed = address.size() > 2 && address.front() == '[' && address.back() == ']';
  if (bracketed) address = address.substr(1, address.size() - 2);
  return line.substr(0, at) + ":" + address;
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

Node port_maps(const Node& written) {
  const bool is_short = written.is_scalar() && !written.is_null();
  const auto parsed =
      is_short ? parse_ports(yaml::plain_text(written)) : Parsed<ShortPorts>{{}, "no text", ""};
  if (!parsed.error.empty()) return written;
  std::vector<Node> maps;
  for (const auto& port : parsed.value.ports)
    maps.push_back(port_map(port, parsed.value.address, written));
  return like(Node::list(std::move(maps)), written);
}

/// What Swarm has no word for is left out: check_keys names it.
Node volume_map(const Node& written) {
  if (!written.is_string()) return written;
  const auto parsed = parse_mount(written.as_string());
  if (!parsed.error.empty()) return written;
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

/// A negative one stays, so that its reader can quote it.
Node duration(const Node& node) {
  const auto value = node.is_string() ? parse_duration(node.as_string()) : std::nullopt;
  const bool good = value && *value >= Duration{0};
  return good ? like(Node::string(format_duration(*value)), node) : node;
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
  if (node.is_list()) return texts_of(node);
  if (!node.is_string()) return node;
  Node shell = Node::string("CMD-SHELL");
  return like(Node::list({shell.at(node.place()), node}), node);
}

/// Each short form as its readers read it, so that what stands there means the same in both.
class Lengthener {
 public:
  explicit Lengthener(Compat compat) : compat_(compat), casts_(casts_of(compat)) {}

  Node of(Node node, const KeyTree& row) const {
    if (node.is_null() || node.merge_tag() == yaml::MergeTag::reset) return node;
    const LongForm form = row.key.long_form;
    const bool plain = form == LongForm::by_form || form == LongForm::object;
    Node result = plain ? by_form(std::move(node), row.key) : long_form(node, form);
    const bool leaf =
        row.key.form == Form::pairs || row.key.form == Form::options || row.key.form == Form::any;
    if (leaf) return result;
    if (result.is_map()) return entries_of(std::move(result), row);
    if (result.is_list()) return items_of(std::move(result), row);
    return result;
  }

  /// A list of A=B, or a map, as a map of strings.
  Node pairs(const Node& node, bool nulls) const {
    Node result = Node::map();
    const auto add = [&](const std::string& key, Node value, const yaml::Place& place) {
      if (value.is_null() && !nulls) value = like(made_text(""), value);
      result.put({key, std::move(value), place});
    };
    for (const auto& item : node.items()) {
      if (!item.is_string()) return node;
      auto pair = split_pair(item.as_string());
      Node value = pair.value ? made_text(std::move(*pair.value)) : Node();
      add(pair.name, value.at(item.place()), item.place());
    }
    for (const auto& entry : node.entries()) add(entry.key, value_of(entry.value), entry.key_place);
    return like(std::move(result), node);
  }

  Node long_form(const Node& node, LongForm form) const {
    switch (form) {
      case LongForm::by_form:
      case LongForm::object:  // entries_of, which knows the name
        return node;
      case LongForm::ports:
        return port_maps(node);
      case LongForm::list:
        return node.is_list() ? node : list_of_one(node);
      case LongForm::names:
        return as_map(node, Node(), compat_);
      case LongForm::variables:
        return node.is_list() || node.is_map() ? pairs(node, /*nulls=*/true) : node;
      case LongForm::hosts:
        return like(Node::list(host_lines(node, compat_)), node);
      case LongForm::test:
        return health_test(node);
      case LongForm::mount:
        return volume_map(node);
      case LongForm::context:
        return map_of("context", node);
      case LongForm::service:
        return map_of("service", node);
      case LongForm::source:
        return map_of("source", node);
      case LongForm::mode:
        return mode(node);
      case LongForm::number:
        if (const auto number = whole_number(node, casts_))
          return like(Node::integer(*number), node);
        return node;
      case LongForm::bytes:
        return size(node, /*number=*/true);
    }
    return node;
  }

 private:
  /// The value of NAME: value as a string, a date of docker's too.
  Node value_of(const Node& node) const {
    if (!node.is_scalar() || node.is_null()) return node;
    std::string text = text_as_read(node, compat_);
    if (node.is_string() && text == node.text()) return node;
    return like(made_text(std::move(text)), node);
  }

  /// A file mode as a number, whether it was one or an octal text; a variable's text is a number.
  Node mode(const Node& node) const {
    if (!node.is_string()) return node;
    const auto value =
        node.interpolated() ? whole_number(node, casts_) : octal_mode(node.as_string());
    return value ? like(Node::integer(*value), node) : node;
  }

  Node size(const Node& node, bool number) const {
    auto bytes = whole_number(node, casts_);
    if (!bytes && node.is_string()) bytes = parse_size(node.as_string());
    if (!bytes || *bytes < 0) return node;
    return like(number ? Node::integer(*bytes) : Node::string(std::to_string(*bytes)), node);
  }

  /// A network, volume, secret or config: `external: {name: X}` is the old form of a name.
  Node object(Node node, const std::string& key) const {
    if (node.is_null()) node = like(Node::map(), node);
    if (!node.is_map()) return node;
    const yaml::Entry* external = node.find_entry("external");
    if (external == nullptr) return node;
    const yaml::Place place = external->value.place();
    const bool old = external->value.is_map();
    const Node* old_name = external->value.find("name");
    const bool is = old || yaml::to_boolean(external->value, casts_).value_or(false);
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

  Node by_form(Node node, const Key& key) const {
    switch (key.form) {
      case Form::boolean:
      case Form::boolean_or_map:
        if (const auto value = yaml::to_boolean(node, casts_))
          return like(Node::boolean(*value), node);
        return node;
      case Form::integer:
      case Form::integer_or_live:
      case Form::integer_or_map:
        if (const auto value = whole_number(node, casts_)) return like(Node::integer(*value), node);
        return node;
      case Form::number:
        if (!node.is_string()) return node;
        if (const auto value = yaml::to_floating(node, casts_))
          return like(Node::floating(*value), node);
        return node;
      case Form::duration:
        return duration(node);
      case Form::size:
        return size(node, /*number=*/false);
      case Form::command:
        return command(node);
      case Form::text_or_list:
        return node.is_string() ? list_of_one(node) : node.is_list() ? texts_of(node) : node;
      case Form::list_of_text_or_number:
        return node.is_list() ? texts_of(node) : node;
      case Form::pairs:
      case Form::options:
        if (!node.is_list() && !node.is_map()) return node;
        return pairs(node, /*nulls=*/false);
      case Form::text_or_number:
        return text_of(node);
      case Form::hosts:
      case Form::list_of_text:
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

  Node ports(Node list, const KeyTree& row) const {
    std::vector<Node> items;
    for (auto& item : list.items()) {
      if (items.size() > kMostPorts) break;  // the reader says the rest
      const bool several = item.is_scalar();
      Node made = of(std::move(item), row);
      if (!several || !made.is_list()) {
        items.push_back(std::move(made));
        continue;
      }
      for (auto& port : made.items()) items.push_back(std::move(port));
    }
    return like(Node::list(std::move(items)), list);
  }

  Node items_of(Node list, const KeyTree& row) const {
    const KeyTree* item_row = row.item();
    if (item_row == nullptr) return list;
    if (item_row->key.long_form == LongForm::ports) return ports(std::move(list), *item_row);
    for (auto& item : list.items()) item = of(std::move(item), *item_row);
    return list;
  }

  Node entries_of(Node map, const KeyTree& row) const {
    for (std::size_t at = 0; at < map.entries().size(); ++at) {
      const std::string& key = map.entries()[at].key;
      const KeyTree* below = key.starts_with("x-") ? nullptr : row.child(key);
      if (below == nullptr) continue;
      Node value = of(std::move(map.value_at(at)), *below);
      if (below->key.long_form == LongForm::object) value = object(std::move(value), key);
      map.value_at(at) = std::move(value);
    }
    return map;
  }

  Compat compat_;
  Casts casts_;
};

}  // namespace

Node in_long_form(const Node& node, LongForm form, Compat compat) {
  return Lengthener(compat).long_form(node, form);
}

Node as_pairs(const Node& node, Compat compat) {
  return Lengthener(compat).pairs(node, /*nulls=*/true);
}

Node as_map(const Node& node, const Node& value, Compat compat) {
  if (!node.is_list()) return node;
  Node result = Node::map();
  for (const auto& item : node.items()) {
    if (!item.is_string()) return node;
    // As a key it would be for the user's own use.
    if (compat == Compat::none && item.as_string().starts_with("x-")) return node;
    Node copy = value;
    result.put({item.as_string(), copy.at(item.place()), item.place()});
  }
  return like(std::move(result), node);
}

std::vector<Node> host_lines(const Node& node, Compat compat) {
  std::vector<Node> lines;
  for (const auto& entry : node.entries()) {
    const auto add = [&](const Node& address) {
      if (address.is_null() || !address.is_scalar()) return;
      const std::string text =
          compat == Compat::docker ? as_go_prints(address) : yaml::plain_text(address);
      lines.push_back(made_text(entry.key + ":" + text).at(entry.key_place));
    };
    add(entry.value);
    for (const auto& address : entry.value.items()) add(address);
  }
  std::sort(lines.begin(), lines.end(),
            [](const Node& a, const Node& b) { return a.text() < b.text(); });
  for (const auto& item : node.items()) lines.push_back(item);
  for (auto& line : lines) {
    const std::string text = line.is_string() ? host_line(line.as_string()) : "";
    if (!text.empty() && text != line.text()) line = like(made_text(text), line);
  }
  return lines;
}

Node canonical(Node node, const KeyTree& row, Compat compat) {
  return Lengthener(compat).of(std::move(node), row);
}

}  // namespace skep::stack
