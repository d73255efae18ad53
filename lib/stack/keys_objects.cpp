// Rows of the top level: networks, volumes, secrets, configs.
#include "stack/keys.hpp"

namespace skep::stack {

// clang-format off
std::vector<Key> object_keys() {
  using F = Form;
  using S = Status;
  return {
      {"version", F::text_or_number},
      {"name", F::text},
      {"include", F::list},
      {"include.[]", F::text_or_map},
      {"include.[].path", F::text_or_list},
      {"include.[].project_directory", F::text},
      {"include.[].env_file", F::text_or_list},
      {"models", F::any, S::impossible, "Swarm runs containers only"},
      {"services", F::map},
      {"services.*", F::map},

      {"networks", F::map},
      {"networks.*", F::map_or_null},
      {"networks.*.name", F::text},
      {"networks.*.driver", F::text},
      {"networks.*.driver_opts", F::options},
      {"networks.*.external", F::boolean_or_map},
      {"networks.*.external.name", F::text},
      {"networks.*.internal", F::boolean},
      {"networks.*.attachable", F::boolean},
      {"networks.*.enable_ipv4", F::boolean, S::impossible, "overlay networks have IPv4 always"},
      {"networks.*.enable_ipv6", F::boolean},
      {"networks.*.labels", F::pairs},
      {"networks.*.ipam", F::map},
      {"networks.*.ipam.driver", F::text},
      {"networks.*.ipam.options", F::options},
      {"networks.*.ipam.config", F::list},
      {"networks.*.ipam.config.[]", F::map},
      {"networks.*.ipam.config.[].subnet", F::text},
      {"networks.*.ipam.config.[].gateway", F::text},
      {"networks.*.ipam.config.[].ip_range", F::text},
      {"networks.*.ipam.config.[].aux_addresses", F::options, S::impossible, "Swarm keeps subnet, gateway and ip_range alone; leave room with ip_range"},

      {"volumes", F::map},
      {"volumes.*", F::map_or_null},
      {"volumes.*.name", F::text},
      {"volumes.*.driver", F::text},
      {"volumes.*.driver_opts", F::options},
      {"volumes.*.external", F::boolean_or_map},
      {"volumes.*.external.name", F::text},
      {"volumes.*.labels", F::pairs},
      {"volumes.*.x-cluster-spec", F::any, S::ignored, "make cluster volumes with `docker volume create --type`; the stack mounts them"},

      {"secrets", F::map},
      {"secrets.*", F::map},
      {"secrets.*.name", F::text},
      {"secrets.*.file", F::text},
      {"secrets.*.environment", F::text},
      {"secrets.*.external", F::boolean_or_map},
      {"secrets.*.external.name", F::text},
      {"secrets.*.labels", F::pairs},
      {"secrets.*.driver", F::text},
      {"secrets.*.driver_opts", F::options},
      {"secrets.*.template_driver", F::text},

      {"configs", F::map},
      {"configs.*", F::map},
      {"configs.*.name", F::text},
      {"configs.*.file", F::text},
      {"configs.*.environment", F::text},
      {"configs.*.content", F::text},
      {"configs.*.external", F::boolean_or_map},
      {"configs.*.external.name", F::text},
      {"configs.*.labels", F::pairs},
      {"configs.*.template_driver", F::text},
  };
}
// clang-format on

}  // namespace skep::stack
