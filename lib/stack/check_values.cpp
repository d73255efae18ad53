#include "stack/check_values.hpp"

#include "stack/short_syntax.hpp"
#include "yaml/typing.hpp"

#include <fmt/format.h>

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
    context.impossible.push_back({node.loc(), path, fmt::format("the option {}", option),
                                  "Swarm's mounts have ro, rw, nocopy and propagation"});
  }
}

}  // namespace

void check_value(const yaml::Node& node, const Key& key, const std::string& path,
                 Context& context) {
  if (!node.is_scalar()) return;
  if (key.path == "version") return check_version(node, context);
  if (key.path == "services.*.ports.[]") return check_port(node, path, context);
  if (key.path == "services.*.volumes.[]") return check_mount(node, path, context);
}

bool is_version_two(const std::string& version) {
  return version == "2" || (version.starts_with("2.") && digits_alone(version.substr(2)));
}

}  // namespace skep::stack
