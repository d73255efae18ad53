#pragma once
// `skep logs`.
#include "deploy/deps.hpp"
#include "ops/printable.hpp"
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
/// Calls `sink` with each line: "service.slot@node | text". Returns after the existing lines; with
/// `follow` it goes on.
void logs(deploy::Deps& deps, const LogsOptions& options,
          const std::function<void(const Printable&)>& sink);

}  // namespace skep::ops
