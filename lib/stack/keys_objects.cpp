// Rows of the top level: networks, volumes, secrets, configs.
#include "stack/keys.hpp"

#include <array>

namespace skep::stack {
namespace {

using F = Form;
using S = Status;
using L = LongForm;
using N = Names;
using C = ValueCheck;

// clang-format off
constexpr auto kObjects = std::to_array<Key>({
    {"version", F::text_or_number, {.check = C::version, .docker = {.form = F::text}}},
    {"name", F::text, {.since = kComposeOnly}},
    {"include", F::list, {.since = kComposeOnly}},
    {"include.[]", F::text_or_map},
    {"include.[].path", F::text_or_list},
    {"include.[].project_directory", F::text},
    {"include.[].env_file", F::text_or_list},
    {"models", F::any, {.status = S::impossible, .hint = "Swarm runs containers only", .since = kComposeOnly}},
    {"services", F::map},
    {"services.*", F::map, {.docker = {.x_keys = "3.7"}}},
    {"networks", F::map, {.docker = {.empty_is_left_out = true}}},
    {"networks.*", F::map_or_null, {.long_form = L::object, .docker = {.x_keys = "3.7"}}},
    {"networks.*.name", F::text, {.since = "3.5"}},
    {"networks.*.driver", F::text},
    {"networks.*.driver_opts", F::options},
    {"networks.*.external", F::boolean_or_map, {.docker = {.casts = true}}},
    {"networks.*.external.name", F::text},
    {"networks.*.internal", F::boolean, {.docker = {.casts = true}}},
    {"networks.*.attachable", F::boolean, {.since = "3.2", .docker = {.casts = true}}},
    {"networks.*.enable_ipv4", F::boolean, {.status = S::impossible, .hint = "overlay networks have IPv4 always", .anyway = "true", .since = kComposeOnly}},
    {"networks.*.enable_ipv6", F::boolean, {.since = kComposeOnly}},
    {"networks.*.labels", F::pairs},
    {"networks.*.ipam", F::map, {.docker = {.empty_is_left_out = true}}},
    {"networks.*.ipam.driver", F::text},
    {"networks.*.ipam.options", F::options, {.since = kComposeOnly}},
    {"networks.*.ipam.config", F::list},
    {"networks.*.ipam.config.[]", F::map},
    {"networks.*.ipam.config.[].subnet", F::text},
    {"networks.*.ipam.config.[].gateway", F::text, {.since = kComposeOnly}},
    {"networks.*.ipam.config.[].ip_range", F::text, {.since = kComposeOnly}},
    {"networks.*.ipam.config.[].aux_addresses", F::options, {.status = S::impossible, .hint = "Swarm keeps subnet, gateway and ip_range alone; leave room with ip_range", .since = kComposeOnly}},
    {"volumes", F::map, {.docker = {.empty_is_left_out = true}}},
    {"volumes.*", F::map_or_null, {.long_form = L::object, .docker = {.x_keys = "3.7"}}},
    {"volumes.*.name", F::text, {.since = "3.4"}},
    {"volumes.*.driver", F::text},
    {"volumes.*.driver_opts", F::options},
    {"volumes.*.external", F::boolean_or_map, {.docker = {.casts = true}}},
    {"volumes.*.external.name", F::text},
    {"volumes.*.labels", F::pairs},
    {"volumes.*.x-cluster-spec", F::any, {.status = S::ignored, .hint = "make cluster volumes with `docker volume create --type`; the stack mounts them", .since = "3.10"}},
    {"secrets", F::map, {.since = "3.1", .docker = {.empty_is_left_out = true}}},
    {"secrets.*", F::map, {.long_form = L::object, .docker = {.x_keys = "3.7"}}},
    {"secrets.*.name", F::text, {.since = "3.5"}},
    {"secrets.*.file", F::text, {.names = N::path}},
    {"secrets.*.environment", F::text, {.since = kComposeOnly}},
    {"secrets.*.external", F::boolean_or_map, {.docker = {.casts = true, .open = true}}},
    {"secrets.*.external.name", F::text},
    {"secrets.*.labels", F::pairs},
    {"secrets.*.driver", F::text, {.since = "3.8"}},
    {"secrets.*.driver_opts", F::options, {.since = "3.8"}},
    {"secrets.*.template_driver", F::text, {.since = "3.8"}},
    {"configs", F::map, {.since = "3.3", .docker = {.empty_is_left_out = true}}},
    {"configs.*", F::map, {.long_form = L::object, .docker = {.x_keys = "3.7"}}},
    {"configs.*.name", F::text, {.since = "3.5"}},
    {"configs.*.file", F::text, {.names = N::path}},
    {"configs.*.environment", F::text, {.since = kComposeOnly}},
    {"configs.*.content", F::text, {.since = kComposeOnly}},
    {"configs.*.external", F::boolean_or_map, {.docker = {.casts = true, .open = true}}},
    {"configs.*.external.name", F::text},
    {"configs.*.labels", F::pairs},
    {"configs.*.template_driver", F::text, {.since = "3.8"}},
});
// clang-format on

}  // namespace

std::vector<Key> object_keys() {
  return {kObjects.begin(), kObjects.end()};
}

}  // namespace skep::stack
