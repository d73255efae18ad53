#include "docker/helper.hpp"

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/process.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace skep::docker {

namespace {

constexpr std::size_t kMostOutput = 1024U * 1024;
constexpr const char* kNotFound = "credentials not found in native keychain";

std::string first_line(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_first_of("\r\n", begin) - begin);
}

ProcessResult run(const std::string& program, const std::string& server, const Env& env,
                  const Asking& how) {
  ProcessLimits limits{.bytes = kMostOutput, .stop = how.stop};
  if (how.slow) limits.slow = [&] { how.slow(program); };
  try {
    return run_process({program, "get"}, server, env, limits);
  } catch (const Error& error) {
    if (error.kind() == Kind::deadline || error.kind() == Kind::rejected) {
      throw Error(Kind::unauthorized, fmt::format("credentials of {}: {}", server, error.message()),
                  error.hint());
    }
    if (error.kind() != Kind::not_found) throw;
    throw Error(Kind::unauthorized,
                fmt::format("credentials of {}: the helper {} is not installed", server, program),
                "config.json names it under credHelpers or credsStore");
  }
}

}  // namespace

std::optional<Auth> ask_helper(const std::string& name, const std::string& server, const Env& env,
                               const Asking& how) {
  const auto program = "docker-credential-" + name;
  const auto result = run(program, server, env, how);
  if (result.exit != 0) {
    if (first_line(result.out) == kNotFound) return std::nullopt;
    const auto said = first_line(result.out.empty() ? result.err : result.out);
    throw Error(Kind::unauthorized,
                fmt::format("credentials of {}: {} failed: {}", server, program,
                            said.empty() ? fmt::format("exit status {}", result.exit) : said));
  }
  const auto wrong = [&] {
    // Its output may hold the password, so it is not shown.
    return Error(Kind::unauthorized,
                 fmt::format("credentials of {}: {} gave no JSON with Username and Secret", server,
                             program));
  };
  Json answer;
  try {
    answer = parse_json(result.out, program);
  } catch (const Error&) {
    throw wrong();
  }
  const auto is_text = [&](const char* key) {
    return answer.is_object() && answer.contains(key) && answer[key].is_string();
  };
  if (!is_text("Username") || !is_text("Secret")) throw wrong();
  const auto user = answer["Username"].get<std::string>();
  Secret secret(answer["Secret"].get<std::string>());
  const bool token = user == "<token>";
  return Auth{.username = token ? "" : user,
              .password = token ? Secret() : secret,
              .identity_token = token ? secret : Secret(),
              .server_address = server,
              .source = program};
}

}  // namespace skep::docker
