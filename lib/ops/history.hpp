#pragma once
// `skep history` and `skep history show`.
#include "deploy/deps.hpp"
#include "ops/printable.hpp"
#include "project/options.hpp"

#include <string>

namespace skep::ops {

/// The kept releases of a stack, oldest first. Throws Error{not_found} when none is kept.
Printable history(deploy::Deps& deps, const project::Options& options);
struct HistoryShowOptions {
  project::Options project;
  std::string revision;  // "3" or "r3"
};
/// One kept release: its services' specs, redacted, and what a failure would have gone back to.
/// Throws Error{usage, not_found}.
Printable show_release(deploy::Deps& deps, const HistoryShowOptions& options);

}  // namespace skep::ops
