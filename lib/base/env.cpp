#include "base/env.hpp"

#include <filesystem>
#include <unistd.h>

namespace skep {

std::optional<std::string> Env::get(const std::string& name) const {
  const auto found = variables.find(name);
  if (found == variables.end()) return std::nullopt;
  return found->second;
}

std::string Env::home() const {
  const auto value = get("HOME");
  return value && !value->empty() ? *value : "/";
}

Env process_env() {
  Env env;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) continue;
    env.variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  std::error_code failed;  // the folder may be gone; relative paths then fail where they are used
  const auto cwd = std::filesystem::current_path(failed);
  env.cwd = failed ? "/" : cwd.string();
  std::string host(256, '\0');
  env.host_name =
      gethostname(host.data(), host.size() - 1) == 0 ? std::string(host.c_str()) : "localhost";
  env.may_ask = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
  return env;
}

}  // namespace skep
