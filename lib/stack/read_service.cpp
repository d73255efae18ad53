// services.*: what needs no file of its own.
#include "base/image_ref.hpp"
#include "stack/canonical.hpp"
#include "stack/check.hpp"
#include "stack/readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

namespace skep::stack {
namespace {

bool digits(const std::string& text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string restart(const Cursor& cursor) {
  if (cursor.there() && !cursor.is_text()) return "";
  const std::string written = cursor.text();
  const auto colon = written.find(':');
  const std::string name = written.substr(0, colon);
  const bool known =
      name == "no" || name == "always" || name == "unless-stopped" || name == "on-failure";
  const bool counted = colon == std::string::npos || digits(written.substr(colon + 1));
  if (written.empty() || (known && counted)) return written;
  const std::string meant = nearest(name, {"no", "always", "unless-stopped", "on-failure"});
  cursor.error(fmt::format("\"{}\" is no restart policy", written),
               meant.empty() || known
                   ? "write no, always, unless-stopped, on-failure or on-failure:3"
                   : fmt::format("did you mean \"{}\"?", meant));
  return "";
}

std::string image(const Cursor& cursor) {
  const std::string written = cursor.text();
  if (!written.empty() && !parse_image_ref(written)) {
    cursor.error(fmt::format("\"{}\" is no image reference", written),
                 "write REPOSITORY[:TAG][@DIGEST], the repository in lower case");
  }
  return written;
}

Ulimit ulimit(const Cursor& cursor) {
  if (!cursor.is_map()) {
    const auto both = cursor.integer().value_or(0);
    return {both, both};
  }
  for (const char* key : {"soft", "hard"}) {
    if (cursor.at(key).missing())
      cursor.error(fmt::format("{} is missing", key), "give both soft and hard");
  }
  return {cursor.at("soft").integer().value_or(0), cursor.at("hard").integer().value_or(0)};
}

/// "host:address", whatever form.
std::vector<std::string> extra_hosts(const Cursor& cursor) {
  std::vector<std::string> result;
  if (!cursor.there()) return result;
  const auto lines = host_lines(cursor.node(), cursor.options().compat);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i].text();
    if (line.find(':') != std::string::npos) {
      result.push_back(line);
    } else if (lines[i].is_string()) {
      cursor.context().impossible.push_back({lines[i].loc(), yaml::join_path(cursor.path(), i),
                                             fmt::format("the host {}", line),
                                             "it names no address; write HOST=ADDRESS"});
    }
  }
  return result;
}

std::optional<Logging> logging(const Cursor& cursor) {
  if (!cursor.is_map()) return std::nullopt;
  const Cursor tag = cursor.at("options").at("tag");
  check_placeholders(tag, tag.scalar(), Expander::logging);
  return Logging{cursor.at("driver").text(), cursor.at("options").pairs()};
}

/// `deploy` builds nothing: it has the image all the same.
void check_folder(const Cursor& service, const Cursor& context, const Build& build) {
  std::error_code ignored;
  const bool elsewhere = context.text().find("://") != std::string::npos;
  const bool here = std::filesystem::is_directory(build.context, ignored);
  const bool image = !service.at("image").text().empty();
  if (!context.options().whole || !image || elsewhere || here) return;
  context.context().problems.notice(
      context.loc(), service.at("build").path(),
      fmt::format("the folder {} is not on this machine: `deploy` takes the image that is there",
                  build.context),
      "`release` and `build` need the folder");
}

CredentialSpec credential_spec(const Cursor& cursor) {
  CredentialSpec result{cursor.at("config").text(), cursor.at("file").text(),
                        cursor.at("registry").text(), cursor.at("config").loc()};
  const int said =
      int{!result.config.empty()} + int{!result.file.empty()} + int{!result.registry.empty()};
  if (said > 1) cursor.error("names more than one source", "keep one of config, file and registry");
  return result;
}

/// docker's decoder does not know its own key (docker/cli cli/compose/types: no tag on
/// OomScoreAdj).
std::int64_t oom_score_adj(const Cursor& service) {
  const Cursor cursor = service.at("oom_score_adj");
  if (service.as_docker()) return 0;
  const auto value = cursor.integer().value_or(0);
  if (value < -1000 || value > 1000)
    cursor.error(fmt::format("{} is out of range", value), "write one from -1000 to 1000");
  return value;
}

/// The fields that are one value each.
Service plain_fields(const Cursor& cursor) {
  Service service;
  service.image = image(cursor.at("image"));
  service.image_loc = cursor.at("image").loc();
  service.entrypoint = cursor.at("entrypoint").command();
  service.command = cursor.at("command").command();
  service.hostname = cursor.at("hostname").text();
  check_placeholders(cursor.at("hostname"), service.hostname, Expander::swarm);
  service.user = cursor.at("user").text();
  service.working_dir = cursor.at("working_dir").text();
  service.stop_signal = cursor.at("stop_signal").text();
  service.isolation = cursor.at("isolation").text();
  service.stop_grace_period = cursor.at("stop_grace_period").duration();
  service.group_add = cursor.at("group_add").texts();
  service.cap_add = cursor.at("cap_add").texts();
  service.cap_drop = cursor.at("cap_drop").texts();
  service.dns = cursor.at("dns").texts();
  service.dns_search = cursor.at("dns_search").texts();
  service.dns_written = cursor.at("dns").filled() || cursor.at("dns_search").filled();
  service.dns_opt = cursor.at("dns_opt").texts();
  service.sysctls = cursor.at("sysctls").pairs();
  service.oom_score_adj = oom_score_adj(cursor);
  service.init = cursor.at("init").boolean_if_there();
  service.tty = cursor.at("tty").boolean();
  service.stdin_open = cursor.at("stdin_open").boolean();
  service.read_only = cursor.at("read_only").boolean();
  service.network_mode = network_mode(cursor);
  return service;
}

void require_image(const Cursor& cursor, const Service& service) {
  const Cursor image = cursor.at("image"), provider = cursor.at("provider");
  if (provider.filled()) {
    return cursor.context().problems.error(
        provider.key_loc(), cursor.path(),
        fmt::format("\"{}\" is a provider, not a container", service.name),
        "leave the service out: Swarm runs containers only");
  }
  if (service.build || cursor.at("build").reported()) return;
  if (image.is_text() && image.text().empty())
    return image.error("is blank", "write REPOSITORY[:TAG], or \"build:\" to build one");
  if (!image.missing()) return;
  const auto meant = cursor.context().meant.find(service.name);
  cursor.context().problems.error(cursor.key_loc(), cursor.path(), "names no image",
                                  meant == cursor.context().meant.end()
                                      ? "add \"image:\", or \"build:\" to build one"
                                      : meant->second);
}

}  // namespace

Service service(const std::string& name, const Cursor& cursor) {
  Service service = plain_fields(cursor);
  service.name = name;
  service.loc = cursor.key_loc();
  service.restart = restart(cursor.at("restart"));
  service.extra_hosts = extra_hosts(cursor.at("extra_hosts"));
  service.logging = logging(cursor.at("logging"));
  service.credential_spec = credential_spec(cursor.at("credential_spec"));
  service.security = security(cursor);
  for (const auto& [limit, value] : cursor.at("ulimits").entries())
    service.ulimits[limit] = ulimit(value);
  service.environment = environment(cursor);
  service.labels = labels(cursor);
  service.labels_at = places_of(cursor.at("labels"));
  service.networks = network_uses(cursor);
  service.ports = ports(cursor);
  if (service.network_mode == "host" && !service.ports.empty()) {
    service.ports.clear();
    cursor.context().ignored.push_back({cursor.at("ports").key_loc(), cursor.path(), "ports",
                                        "with network_mode: host they are the node's own"});
  }
  service.mounts = mounts(cursor);
  service.secrets = file_references(cursor.at("secrets"));
  service.configs = file_references(cursor.at("configs"));
  service.depends_on = dependencies(cursor);
  service.one_off = one_off(cursor);
  service.healthcheck = health_check(cursor);
  service.build = build(cursor);
  if (service.build) check_build(cursor, service);
  service.deploy = deploy(cursor);
  require_image(cursor, service);
  return service;
}

std::vector<Dependency> dependencies(const Cursor& service) {
  const Cursor cursor = service.at("depends_on");
  std::vector<Dependency> result;
  if (service.as_docker()) return result;
  for (const auto& item : cursor.items())
    result.push_back({item.text(), "service_started", item.loc()});
  for (const auto& [name, wanted] : cursor.entries()) {
    const Cursor condition = wanted.at("condition");
    if (wanted.is_map() && condition.missing()) {
      wanted.error("condition is missing",
                   "write service_started, service_healthy or service_completed_successfully");
    }
    const Cursor required = wanted.at("required");
    result.push_back({name, condition.is_text() ? condition.text() : "service_started",
                      wanted.key_loc(), required.boolean_if_there().value_or(true)});
  }
  return result;
}

OneOff one_off(const Cursor& service) {
  OneOff result;
  if (service.as_docker()) return result;
  for (const auto& item : service.at("x-skep-before").items())
    result.before.push_back({item.text(), kCompleted, item.loc()});
  const Cursor run = service.at("x-skep-run");
  result.always = run.text() == "always";
  if (run.there()) result.run_loc = run.key_loc();
  return result;
}

std::optional<HealthCheck> health_check(const Cursor& service) {
  const Cursor cursor = service.at("healthcheck");
  if (!cursor.is_map()) return std::nullopt;
  HealthCheck check;
  const Cursor test = cursor.at("test").in(LongForm::test);
  if (test.is_list()) check.test = test.texts();
  check.disable = cursor.at("disable").boolean();
  if (check.disable && !check.test.empty()) {
    test.error("a disabled health check has no test", "remove test, or disable");
  }
  const bool named = check.test.empty() || check.test[0] == "CMD" || check.test[0] == "CMD-SHELL" ||
                     check.test[0] == "NONE";
  if (!named)
    test.warning(
        fmt::format(
            "a list begins with CMD, CMD-SHELL or NONE, not \"{}\": the engine then runs no check",
            check.test[0]),
        "write [\"CMD\", …], or one string for a shell");
  // swarmkit manager/controlapi/service.go, validateHealthCheck
  const auto time = [&](const char* key) {
    const auto value = cursor.at(key).duration().value_or(Duration{0});
    if (value > Duration{0} && value < std::chrono::milliseconds(1)) {
      cursor.at(key).engine_refuses("below 1ms, the least that the engine takes",
                                    "write 1ms or more");
    }
    return value;
  };
  check.interval = time("interval");
  check.timeout = time("timeout");
  check.start_period = time("start_period");
  check.start_interval = time("start_interval");
  check.retries = cursor.at("retries").count().value_or(0);
  return check;
}

std::optional<Build> build(const Cursor& service) {
  const Cursor cursor = service.at("build").in(LongForm::context);
  if (!cursor.is_map() || service.as_docker()) return std::nullopt;
  Build build;
  build.platform = service.at("platform").text();
  const Cursor context = cursor.at("context");
  build.context = resolved_path(context, context.there() ? context.text() : ".");
  check_folder(service, context, build);
  build.dockerfile = cursor.at("dockerfile").text();
  for (const auto& [name, value] : cursor.at("args").assignments()) {
    const auto from_env = service.options().variable(name);
    if (value || from_env) build.args[name] = value ? *value : *from_env;
  }
  build.target = cursor.at("target").text();
  build.labels = cursor.at("labels").pairs();
  const auto platforms = cursor.at("platforms").texts();
  if (build.platform.empty() && platforms.size() == 1) build.platform = platforms.front();
  build.no_cache = cursor.at("no_cache").boolean();
  build.pull = cursor.at("pull").boolean();
  return build;
}

}  // namespace skep::stack
