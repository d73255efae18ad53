#include "stack/check_values.hpp"

#include "base/units.hpp"
#include "stack/short_syntax.hpp"
#include "yaml/cast.hpp"
#include "yaml/typing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace skep::stack {
namespace {

bool digits_alone(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Schemas 3.0 to 3.13 exist (docker/cli cli/compose/schema/data).
bool is_version_three(const std::string& version) {
  if (version.empty() || version == "3") return true;
  const std::string minor = version.starts_with("3.") ? version.substr(2) : "";
  return digits_alone(minor) && minor.size() <= 2 && std::stoi(minor) <= 13;
}

/// Compose looks at no version any more: a file of its old format is read as the Compose
/// Specification says.
void check_version(const yaml::Node& node, Context& context) {
  const std::string& written = node.text();
  if (is_version_three(written)) return;
  if (context.options.compat == Compat::none && is_version_two(written)) {
    return context.problems.add({Severity::notice, node.loc(), "version",
                                 "version 2 is read as Compose reads it: as the Compose "
                                 "Specification says",
                                 "the line can go", /*repeats=*/true});
  }
  const bool old = written.starts_with("1") || written.starts_with("2");
  context.problems.error(
      node.loc(), "version", fmt::format("unsupported Compose file version \"{}\"", written),
      old ? "remove the line: the newest format counts then, and what Swarm cannot do is named"
          : "the format's versions are 3.0 to 3.13; without the line the newest counts");
}

void check_port(const yaml::Node& node, const std::string& path, Context& context) {
  const std::string address = parse_ports(yaml::plain_text(node)).value.address;
  if (every_address(address)) return;
  context.impossible.push_back({node.loc(), path, fmt::format("the address {}", address),
                                "Swarm publishes on every address of the node"});
}

void check_mount(const yaml::Node& node, const std::string& path, Context& context) {
  for (const auto& option : parse_mount(node.text()).value.unknown) {
    const bool selinux = option == "z" || option == "Z";
    context.impossible.push_back(
        {node.loc(), path, selinux ? "the options z and Z" : fmt::format("the option {}", option),
         selinux ? "Swarm has no z and Z; label the folder on the node"
                 : "Swarm's mounts have ro, rw, nocopy and propagation"});
  }
}

}  // namespace

void check_value(const yaml::Node& node, const Key& key, const std::string& path,
                 Context& context) {
  if (!node.is_scalar()) return;
  switch (key.check) {
    case ValueCheck::nothing:
    case ValueCheck::filled:
      return;
    case ValueCheck::version:
      return check_version(node, context);
    case ValueCheck::port:
      return check_port(node, path, context);
    case ValueCheck::mount:
      return check_mount(node, path, context);
  }
}

bool asks_for_nothing(const yaml::Node& node, const Key& key) {
  if (node.is_null()) return true;
  if (!node.is_scalar()) return node.size() == 0;
  const std::string text = yaml::plain_text(node);
  if (text.empty()) return true;
  if (const auto said = yaml::to_boolean(node, yaml::Casts::all))
    return said == (key.anyway == "true");
  const auto anyway = alternatives(key.anyway);
  const bool zero = key.anyway == "0" && parse_size(text) == 0;
  return zero || std::find(anyway.begin(), anyway.end(), text) != anyway.end();
}

std::string_view meant_elsewhere(const Key& key, std::string_view written) {
  for (const auto pair : alternatives(key.meant)) {
    const auto equals = pair.find('=');
    if (pair.substr(0, equals) == written) return pair.substr(equals + 1);
  }
  return "";
}

const yaml::Entry* service_at_top(const yaml::Node& root, const KeyTree& keys) {
  if (root.find("services") != nullptr) return nullptr;
  const auto is_service = [&](const yaml::Entry& entry) {
    const bool runs = entry.value.find("image") != nullptr || entry.value.find("build") != nullptr;
    return runs && keys.child(entry.key) == nullptr && !entry.key.starts_with("x-");
  };
  const auto& all = root.entries();
  const auto found = std::find_if(all.begin(), all.end(), is_service);
  return found == all.end() ? nullptr : &*found;
}

bool is_version_two(const std::string& version) {
  return version == "2" || (version.starts_with("2.") && digits_alone(version.substr(2)));
}

}  // namespace skep::stack
