#include "base/error.hpp"
#include "engine/services.hpp"
#include "plan/plan.hpp"
#include "rollout/run.hpp"
#include "swarm/diff.hpp"
#include "swarm/merge.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace skep::rollout {

namespace {

// An update that the engine carries out writes the service's status, and with it moves its version,
// every moment.
constexpr std::size_t kUpdateTries = 10;
constexpr Duration kUpdatePause = std::chrono::milliseconds(200);
constexpr std::size_t kShownPaths = 3;

std::string shown(const std::vector<swarm::FieldChange>& changes) {
  std::string text;
  for (const auto& change : changes) {
    text += fmt::format("{}{}: {} → {}", text.empty() ? "" : ", ", change.path,
                        change.old_value.is_null() ? "(unset)" : change.old_text(),
                        change.new_value.is_null() ? "(unset)" : change.new_text());
  }
  return text.empty() ? "nothing" : text;
}

std::string reason(const plan::UpdateService& action) {
  if (action.changes.empty()) return action.why;
  std::string text;
  for (std::size_t n = 0; n < action.changes.size() && n < kShownPaths; ++n) {
    text += (n == 0 ? "" : ", ") + action.changes[n].path;
  }
  if (action.changes.size() > kShownPaths) {
    text += fmt::format(", and {} more", action.changes.size() - kShownPaths);
  }
  return text;
}

void warn(EventSink& events, const engine::ServiceWritten& written, const std::string& service) {
  for (const auto& warning : written.warnings) {
    events.emit(Warned{.diagnostic = {.severity = Severity::warning,
                                      .loc = {},
                                      .path = service,
                                      .message = warning,
                                      .hint = {}}});
  }
}

}  // namespace

void Run::carry_out(const plan::CreateService& action) {
  in_context(fmt::format("create service \"{}\"", action.name), [&] {
    write([&] {
      const auto body = swarm::bound_for_create(action.spec, names_);
      try {
        const auto made = engine::create_service(engine_, body, registry_auth(action.spec), stop_);
        expect(action.name, made.id, action.spec, std::nullopt, action.live_replicas);
        warn(events_, made, action.name);
      } catch (const Error& error) {
        if (error.kind() != Kind::conflict) throw;
        const auto there = engine::find_service(engine_, action.name, names_, stop_);
        if (!there) throw;
        auto wanted = action.spec;
        if (action.live_replicas) wanted.keep_replicas_of(there->spec);
        if (!(there->spec == wanted)) {
          throw Error(Kind::conflict,
                      fmt::format("it is there already, made by somebody else; what differs: {}",
                                  shown(swarm::diff(there->spec, wanted))));
        }
        expect(action.name, there->id, wanted, std::nullopt, action.live_replicas);
      }
    });
  });
}

void Run::carry_out(const plan::UpdateService& action) {
  in_context(fmt::format("update service \"{}\"", action.name), [&] {
    std::size_t sent = 0;
    write([&] {
      while (!try_update(action, sent)) {
        if (sent >= kUpdateTries) {
          throw Error(Kind::conflict, "its version moves faster than it can be written");
        }
        clock_.sleep(kUpdatePause, stop_);
      }
    });
  });
}

void Run::tell(const plan::Action& service) {
  if (const auto* create = std::get_if<plan::CreateService>(&service)) {
    wrote("create", "service", create->name);
  } else if (const auto* update = std::get_if<plan::UpdateService>(&service)) {
    wrote("update", "service", update->name, reason(*update));
  }
}

/// False: only its status moved between reading and writing.
bool Run::try_update(const plan::UpdateService& action, std::size_t& sent) {
  const auto live = engine::find_service(engine_, action.id, names_, stop_);
  if (!live) throw Error(Kind::conflict, "somebody removed it in the meantime");
  auto wanted = action.spec;
  if (action.live_replicas) wanted.keep_replicas_of(live->spec);
  const auto differs = swarm::diff(live->spec, wanted);
  const bool moved = live->version != action.version;
  // A cut write had worked after all, or somebody did just this; a rewrite of an equal spec (a
  // paused service) is only done already when this run has sent it.
  const bool is_there = differs.empty() && moved && (!action.changes.empty() || sent > 0);
  if (is_there) {
    if (sent == 0) expect(action.name, live->id, wanted, live->update, action.live_replicas);
    return true;
  }
  if (moved && differs != action.changes) {
    throw Error(Kind::conflict,
                fmt::format("somebody else changed it in the meantime; planned: {}; to do now: {}",
                            shown(action.changes), shown(differs)));
  }
  const auto body = swarm::merged_for_update(live->live, wanted, names_);
  ++sent;
  expect(action.name, live->id, wanted, live->update, action.live_replicas);
  try {
    const auto written = engine::update_service(engine_, live->id, live->version, body,
                                                registry_auth(action.spec), stop_);
    warn(events_, written, action.name);
  } catch (const Error& error) {
    if (error.kind() != Kind::conflict) throw;
    return false;
  }
  return true;
}

}  // namespace skep::rollout
