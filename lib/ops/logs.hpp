#pragma once
// `skep logs`.
#include "deploy/deps.hpp"
#include "project/options.hpp"

#include <functional>
#include <string>

namespace skep::ops {

struct LogsOptions {
  project::Options project;
  std::string service;  // key; "" is all
  std::string tail = "100";
  bool follow = false;
  bool timestamps = false;
};
struct LogLine {
  std::string source;  // "service.slot@node"
  std::string text;
  bool operator==(const LogLine&) const = default;
};
/// Calls `sink` with each line. Returns after the existing lines; with
/// `follow` it goes on.
void logs(deploy::Deps& deps, const LogsOptions& options,
          const std::function<void(const LogLine&)>& sink);

}  // namespace skep::ops
