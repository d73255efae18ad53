#include "ops/doctor.hpp"

#include "base/files.hpp"
#include "base/image_ref.hpp"
#include "base/units.hpp"
#include "deploy/compat.hpp"
#include "deploy/database.hpp"
#include "deploy/images.hpp"
#include "deploy/situation.hpp"
#include "docker/config.hpp"
#include "engine/services.hpp"
#include "engine/system.hpp"
#include "image/registry.hpp"
#include "plan/choices.hpp"
#include "plan/judge.hpp"
#include "plan/preflight.hpp"
#include "project/project.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <set>

namespace skep::ops {
namespace {

constexpr Duration kDatabaseTimeout = std::chrono::minutes(2);

/// Each finding once, good or bad, and a bad one with what to do.
class Report {
 public:
  void good(const std::string& what, const std::string& fact) {
    report_.findings.push_back({Finding::State::good, what, fact, ""});
  }
  void bad(const std::string& what, const std::string& fact, const std::string& hint) {
    report_.findings.push_back({Finding::State::bad, what, fact, hint});
  }
  void unknown(const std::string& what, const std::string& fact) {
    report_.findings.push_back({Finding::State::unknown, what, fact, ""});
  }
  /// Runs one question; an Error of it is a bad line, and the next question is asked all the same.
  /// False when nobody answered: asking on would only take as long again.
  template <typename F>
  bool ask(const std::string& what, F f) {
    try {
      f();
    } catch (const Error& error) {
      if (error.kind() == Kind::interrupted) throw;
      bad(what, error.what(), error.hint());
      return error.kind() != Kind::unreachable;
    }
    return true;
  }
  DoctorReport take() { return std::move(report_); }

 private:
  DoctorReport report_;
};

bool look_at_engine(deploy::Deps& deps, Report& report) {
  const bool answers = report.ask("engine", [&] {
    const Json version = engine::version(deps.engine(), deps.stop);
    report.good("engine",
                fmt::format("{} (API {}, {}/{})", engine::text_of(version, "Version"),
                            engine::text_of(version, "ApiVersion"), engine::text_of(version, "Os"),
                            engine::text_of(version, "Arch")));
  });
  return answers && report.ask("swarm", [&] {
    const Json swarm = engine::inspect_swarm(deps.engine(), deps.stop);
    report.good("swarm",
                fmt::format("this node is a manager of swarm {}", engine::text_of(swarm, "ID")));
  });
}

void look_at_nodes(const swarm::Snapshot& snapshot, Report& report) {
  std::size_t ready = 0;
  for (const auto& node : snapshot.nodes) {
    if (node.state == swarm::NodeState::ready) {
      ++ready;
    } else {
      report.bad("nodes", fmt::format("{} is {}", node.hostname, node.state.text()),
                 "bring it back, or remove it from the swarm");
    }
  }
  report.good("nodes", fmt::format("{} of {} ready", ready, snapshot.nodes.size()));
}

void look_at_preflight(const project::Loaded& loaded, const swarm::Snapshot& snapshot,
                       Report& report) {
  plan::Choices choices;
  for (const auto& node : loaded.project.nodes) choices.node_labels[node.node] = node.labels;
  auto problems = plan::preflight(plan::judge(loaded.desired, snapshot, choices));
  deploy::database_preflight(loaded, snapshot, problems);
  problems.add(deploy::build_problems(loaded));
  if (!problems.has_errors()) {
    report.good(
        "stack",
        fmt::format("{}: networks, secrets, placement, ports and gateway rules are possible",
                    loaded.stack));
  }
  for (const auto& problem : problems.sorted()) {
    const std::string fact = fmt::format("{}{}{}", format(problem.loc),
                                         problem.loc.file.empty() ? "" : ": ", problem.message);
    if (problem.severity == Severity::error) {
      report.bad("stack", fact, problem.hint);
    } else {
      report.unknown("stack", fact);
    }
  }
}

void look_at_registries(deploy::Deps& deps, const project::Loaded& loaded,
                        const docker::Credentials& credentials, bool read_only, Report& report) {
  std::set<std::string> domains;
  for (const auto& service : loaded.desired.services) {
    if (!service.image.empty()) domains.insert(image_ref(service.image).domain);
  }
  for (const auto& domain : domains) {
    report.ask("registry", [&] {
      const auto auth = credentials.find(domain);
      if (!auth) {
        report.unknown("registry", fmt::format("{}: no credentials; asked anonymously", domain));
      } else if (read_only) {
        report.unknown("registry",
                       fmt::format("{}: credentials found, not tried (--read-only)", domain));
      } else {
        try {
          engine::check_auth(deps.engine(), *auth, deps.stop);
        } catch (const Error& error) {
          const auto question = image::question_of(domain, credentials.file(), auth);
          const auto hint = image::registry_hint(error.message(), question);
          if (hint.empty()) throw;
          throw Error(error.kind(), error.message(), hint);
        }
        report.good("registry", fmt::format("{}: the credentials are accepted", domain));
      }
    });
  }
}

/// What can be seen of a traefik: its dial timeout decides how long a request hangs on an address
/// that is gone (30 s by default).
void look_at_gateway(const swarm::Snapshot& snapshot, Report& report) {
  static constexpr std::string_view kDialTimeout = "forwardingtimeouts.dialtimeout=";
  static constexpr Duration kLongest = std::chrono::seconds(2);
  for (const auto& service : snapshot.services) {
    if (service.spec.image().find("traefik") == std::string::npos) continue;
    std::string spec = dump_json(service.spec.json());
    std::transform(spec.begin(), spec.end(), spec.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto at = spec.find(kDialTimeout);
    const std::string value =
        at == std::string::npos
            ? "30s"
            : spec.substr(at + kDialTimeout.size(), spec.find('"', at) - at - kDialTimeout.size());
    const auto timeout = parse_duration(value);
    if (timeout && *timeout <= kLongest) {
      report.good("gateway", fmt::format("{}: dial timeout {}", service.name, value));
    } else {
      report.bad("gateway",
                 fmt::format("{}: dial timeout {}: so long a request hangs on a task that is gone",
                             service.name, value),
                 "--serversTransport.forwardingTimeouts.dialTimeout=1s");
    }
  }
}

void look_at_database(deploy::Deps& deps, const project::Loaded& loaded,
                      const swarm::Snapshot& snapshot, const docker::Credentials& credentials,
                      bool read_only, Report& report) {
  if (deploy::users_of(loaded).empty()) return;
  if (read_only) {
    report.unknown("database", "not asked (--read-only)");
    return;
  }
  report.ask("database", [&] {
    const std::string wrong =
        deploy::verify_database(deps, loaded, snapshot, credentials, kDatabaseTimeout);
    if (wrong.empty()) {
      report.good("database", "the users log in and have their roles");
    } else {
      report.unknown("database",
                     fmt::format("it answers; {}: the next release makes that right", wrong));
    }
  });
}

}  // namespace

bool DoctorReport::good() const {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& one) { return one.state == Finding::State::bad; });
}

DoctorReport doctor(deploy::Deps& deps, const DoctorOptions& options) {
  Report report;
  if (!look_at_engine(deps, report)) return report.take();
  const bool has_project = !options.project.file.empty() ||
                           !options.project.compose_files.empty() ||
                           file_exists(absolute_path(deps.env.cwd, "skep.yml"));
  if (!has_project) {
    report.unknown("project", "no skep.yml here: only the engine was looked at");
    return report.take();
  }
  const project::Loaded loaded = deploy::load_settled(deps, options.project);
  report.ask("cluster", [&] {
    const auto snapshot = deploy::read_cluster(deps, loaded);
    const auto& credentials = deps.credentials();
    look_at_nodes(snapshot, report);
    look_at_preflight(loaded, snapshot, report);
    look_at_registries(deps, loaded, credentials, options.read_only, report);
    look_at_gateway(snapshot, report);
    look_at_database(deps, loaded, snapshot, credentials, options.read_only, report);
  });
  return report.take();
}

}  // namespace skep::ops
