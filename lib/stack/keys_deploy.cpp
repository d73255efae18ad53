// Rows of services.*.deploy.
#include "stack/keys.hpp"

#include <array>

namespace skep::stack {
namespace {

using F = Form;
using S = Status;

// clang-format off
constexpr auto kDeploy = std::to_array<Key>({
    {"services.*.deploy", F::map_or_null, {.docker = {.empty_is_left_out = true}}},
    {"services.*.deploy.mode", F::text, {.values = "replicated|global|replicated-job|global-job"}},
    {"services.*.deploy.replicas", F::integer_or_live, {.docker = {.form = F::integer, .casts = true, .zero = Zero::counts}}},
    {"services.*.deploy.endpoint_mode", F::text, {.values = "~vip|dnsrr", .since = "3.2"}},
    {"services.*.deploy.labels", F::pairs},
    {"services.*.deploy.update_config", F::map},
    {"services.*.deploy.update_config.parallelism", F::integer, {.docker = {.casts = true, .zero = Zero::counts}}},
    {"services.*.deploy.update_config.delay", F::duration},
    {"services.*.deploy.update_config.failure_action", F::text, {.values = "pause|continue|rollback"}},
    {"services.*.deploy.update_config.monitor", F::duration},
    {"services.*.deploy.update_config.max_failure_ratio", F::number, {.docker = {.casts = true}}},
    {"services.*.deploy.update_config.order", F::text, {.values = "start-first|stop-first", .since = "3.4"}},
    {"services.*.deploy.rollback_config", F::map, {.since = "3.7"}},
    {"services.*.deploy.rollback_config.parallelism", F::integer, {.docker = {.casts = true, .zero = Zero::counts}}},
    {"services.*.deploy.rollback_config.delay", F::duration},
    {"services.*.deploy.rollback_config.failure_action", F::text, {.hint = "rollback pauses here", .values = "pause|continue|rollback"}},
    {"services.*.deploy.rollback_config.monitor", F::duration},
    {"services.*.deploy.rollback_config.max_failure_ratio", F::number, {.docker = {.casts = true}}},
    {"services.*.deploy.rollback_config.order", F::text, {.values = "start-first|stop-first"}},
    {"services.*.deploy.resources", F::map, {.docker = {.empty_is_left_out = true}}},
    {"services.*.deploy.resources.limits", F::map},
    {"services.*.deploy.resources.limits.cpus", F::text_or_number, {.docker = {.form = F::text}}},
    {"services.*.deploy.resources.limits.memory", F::size, {.docker = {.form = F::text}}},
    {"services.*.deploy.resources.limits.pids", F::integer, {.since = "3.9"}},
    {"services.*.deploy.resources.reservations", F::map},
    {"services.*.deploy.resources.reservations.cpus", F::text_or_number, {.docker = {.form = F::text}}},
    {"services.*.deploy.resources.reservations.memory", F::size, {.docker = {.form = F::text}}},
    {"services.*.deploy.resources.reservations.devices", F::any, {.status = S::impossible, .hint = "declare the device as a generic resource of the node, and reserve it with generic_resources", .since = kComposeOnly}},
    {"services.*.deploy.resources.reservations.generic_resources", F::list, {.since = "3.5"}},
    {"services.*.deploy.resources.reservations.generic_resources.[]", F::map},
    {"services.*.deploy.resources.reservations.generic_resources.[].discrete_resource_spec", F::map},
    {"services.*.deploy.resources.reservations.generic_resources.[].discrete_resource_spec.kind", F::text},
    {"services.*.deploy.resources.reservations.generic_resources.[].discrete_resource_spec.value", F::integer},
    {"services.*.deploy.restart_policy", F::map},
    {"services.*.deploy.restart_policy.condition", F::text, {.values = "none|on-failure|any", .meant = "always=any|unless-stopped=any|no=none|never=none"}},
    {"services.*.deploy.restart_policy.delay", F::duration},
    {"services.*.deploy.restart_policy.max_attempts", F::integer, {.docker = {.casts = true, .zero = Zero::counts}}},
    {"services.*.deploy.restart_policy.window", F::duration},
    {"services.*.deploy.placement", F::map, {.docker = {.empty_is_left_out = true}}},
    {"services.*.deploy.placement.constraints", F::list_of_text},
    {"services.*.deploy.placement.preferences", F::list, {.since = "3.3"}},
    {"services.*.deploy.placement.preferences.[]", F::map},
    {"services.*.deploy.placement.preferences.[].spread", F::text},
    {"services.*.deploy.placement.max_replicas_per_node", F::integer, {.since = "3.8", .docker = {.casts = true}}},
});
// clang-format on

}  // namespace

std::vector<Key> deploy_keys() {
  return {kDeploy.begin(), kDeploy.end()};
}

}  // namespace skep::stack
