#pragma once
// How Compose files are read; said by --compat, in skep.yml, in a plan file, or by the stack.
#include <optional>
#include <string>

namespace skep {

/// As skep understands them, or with docker's own meaning.
enum class Compat { none, docker };

/// "none", "docker".
const char* spelled(Compat compat);
/// nullopt: it is neither.
std::optional<Compat> compat_of(const std::string& text);

}  // namespace skep
