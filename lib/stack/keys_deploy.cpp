// Rows of services.*.deploy.
#include "stack/keys.hpp"

namespace skep::stack {

// clang-format off
std::vector<Key> deploy_keys() {
  using F = Form;
  using S = Status;
  return {
      {"services.*.deploy", F::map_or_null},
      {"services.*.deploy.mode", F::text, S::converted, "", "replicated|global|replicated-job|global-job"},
      {"services.*.deploy.replicas", F::integer_or_live},
      {"services.*.deploy.endpoint_mode", F::text, S::converted, "", "~vip|dnsrr"},
      {"services.*.deploy.labels", F::pairs},

      {"services.*.deploy.update_config", F::map},
      {"services.*.deploy.update_config.parallelism", F::integer},
      {"services.*.deploy.update_config.delay", F::duration},
      {"services.*.deploy.update_config.failure_action", F::text, S::converted, "", "pause|continue|rollback"},
      {"services.*.deploy.update_config.monitor", F::duration},
      {"services.*.deploy.update_config.max_failure_ratio", F::number},
      {"services.*.deploy.update_config.order", F::text, S::converted, "", "start-first|stop-first"},

      {"services.*.deploy.rollback_config", F::map},
      {"services.*.deploy.rollback_config.parallelism", F::integer},
      {"services.*.deploy.rollback_config.delay", F::duration},
      {"services.*.deploy.rollback_config.failure_action", F::text, S::converted, "rollback means pause: nothing rolls a rollback back", "pause|continue|rollback"},
      {"services.*.deploy.rollback_config.monitor", F::duration},
      {"services.*.deploy.rollback_config.max_failure_ratio", F::number},
      {"services.*.deploy.rollback_config.order", F::text, S::converted, "", "start-first|stop-first"},

      {"services.*.deploy.resources", F::map},
      {"services.*.deploy.resources.limits", F::map},
      {"services.*.deploy.resources.limits.cpus", F::text_or_number},
      {"services.*.deploy.resources.limits.memory", F::size},
      {"services.*.deploy.resources.limits.pids", F::integer},
      {"services.*.deploy.resources.reservations", F::map},
      {"services.*.deploy.resources.reservations.cpus", F::text_or_number},
      {"services.*.deploy.resources.reservations.memory", F::size},
      {"services.*.deploy.resources.reservations.devices", F::any, S::impossible, "declare the device as a generic resource of the node, and reserve it with generic_resources"},
      {"services.*.deploy.resources.reservations.generic_resources", F::list},
      {"services.*.deploy.resources.reservations.generic_resources.[]", F::map},
      {"services.*.deploy.resources.reservations.generic_resources.[].discrete_resource_spec", F::map},
      {"services.*.deploy.resources.reservations.generic_resources.[].discrete_resource_spec.kind", F::text},
      {"services.*.deploy.resources.reservations.generic_resources.[].discrete_resource_spec.value", F::integer},

      {"services.*.deploy.restart_policy", F::map},
      {"services.*.deploy.restart_policy.condition", F::text, S::converted, "", "none|on-failure|any"},
      {"services.*.deploy.restart_policy.delay", F::duration},
      {"services.*.deploy.restart_policy.max_attempts", F::integer},
      {"services.*.deploy.restart_policy.window", F::duration},

      {"services.*.deploy.placement", F::map},
      {"services.*.deploy.placement.constraints", F::list_of_text},
      {"services.*.deploy.placement.preferences", F::list},
      {"services.*.deploy.placement.preferences.[]", F::map},
      {"services.*.deploy.placement.preferences.[].spread", F::text},
      {"services.*.deploy.placement.max_replicas_per_node", F::integer},
  };
}
// clang-format on

}  // namespace skep::stack
