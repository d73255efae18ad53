#pragma once
// `skep version`.
#include "deploy/deps.hpp"
#include "ops/printable.hpp"

#include <string>

namespace skep::ops {

Printable version(deploy::Deps& deps, bool engine, const std::string& own_version);

}  // namespace skep::ops
