#include "release/records.hpp"

#include "engine/configs.hpp"
#include "swarm/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace skep::release {
namespace {

using swarm::RecordState;

constexpr const char* kSecondsLabel = "skep.seconds";
constexpr const char* kRecordKind = "record";
constexpr int kTries = 10;

double number(const std::string& text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Kept kept_of(const swarm::Config& config) {
  Kept kept;
  kept.id = config.id;
  kept.version = config.version;
  kept.state = swarm::Word<RecordState>::read(config.label(swarm::kStateLabel));
  kept.fingerprint = config.label(swarm::kDatabaseLabel);
  kept.seconds = number(config.label(kSecondsLabel));
  kept.ran = config.label(swarm::kRanLabel);
  kept.labels = config.labels;
  try {
    kept.record = swarm::decode_record(config.data);
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("config \"{}\": {}", config.name, error.message()),
                fmt::format("`skep rm` removes it with the stack, `docker config rm {}` alone",
                            config.name));
  }
  return kept;
}

/// Another run was faster, or nobody knows whether it was done, or the swarm has no leader: look,
/// and try again. The look waits for an engine that comes back.
bool worth_another_try(const Error& error) {
  return error.kind() == Kind::conflict || error.kind() == Kind::unreachable ||
         error.kind() == Kind::unavailable;
}

bool is_listed(const std::string& names, const std::string& name) {
  return ("," + names + ",").find("," + name + ",") != std::string::npos;
}

template <typename Change>
void relabel(engine::Transport& engine, const Kept& kept, const std::stop_token& stop,
             Change change) {
  for (int i = 0;; ++i) {
    const auto now = engine::find_config(engine, kept.id, stop);
    if (!now)
      throw Error(Kind::not_found,
                  fmt::format("the record of release r{} is gone", kept.record.number));
    swarm::Labels labels = now->labels;
    change(labels);
    try {
      engine::set_config_labels(engine, *now, labels, stop);
      return;
    } catch (const Error& error) {
      if (!worth_another_try(error) || i + 1 >= kTries) throw;
    }
  }
}

}  // namespace

std::vector<Kept> records(engine::Transport& engine, const std::string& stack,
                          std::stop_token stop) {
  const engine::Filters filters{{"label",
                                 {fmt::format("{}={}", swarm::kStackLabel, stack),
                                  fmt::format("{}={}", swarm::kKindLabel, kRecordKind)}}};
  std::vector<Kept> result;
  for (const auto& config : engine::list_configs(engine, filters, stop))
    result.push_back(kept_of(config));
  std::sort(result.begin(), result.end(),
            [](const Kept& a, const Kept& b) { return a.record.number < b.record.number; });
  return result;
}

bool is_half_way(const Kept& kept) {
  switch (kept.state.value()) {
    case RecordState::torn:
    case RecordState::interrupted:
    case RecordState::pending:
      return true;
    case RecordState::released:
    case RecordState::restored:
    case RecordState::failed:
    case RecordState::unknown:
      break;
  }
  return false;
}

const Kept* last_released(const std::vector<Kept>& records) {
  const auto found = std::find_if(records.rbegin(), records.rend(), [](const Kept& kept) {
    return kept.state == RecordState::released;
  });
  return found == records.rend() ? nullptr : &*found;
}

Kept write_pending(engine::Transport& engine, swarm::Record record, std::stop_token stop) {
  const auto before = records(engine, record.stack, stop);
  record.number = before.empty() ? 1 : before.back().record.number + 1;
  const swarm::Labels labels{{swarm::kStackLabel, record.stack},
                             {swarm::kKindLabel, kRecordKind},
                             {swarm::kStateLabel, word(RecordState::pending)}};
  for (int i = 0; i < kTries; ++i) {
    const std::string name = swarm::record_name(record.stack, record.number);
    const std::string data = swarm::encode(record);
    try {
      engine::create_config(engine, name, labels, data, stop);
    } catch (const Error& error) {
      if (!worth_another_try(error)) throw;
    }
    // Refused or cut, what stands there says whose it is.
    const auto written = engine::find_config(engine, name, stop);
    if (written && written->data == data) return kept_of(*written);
    if (written) ++record.number;  // another run has this number
  }
  throw Error(Kind::conflict,
              fmt::format("no number for the next release of stack \"{}\" is free", record.stack));
}

void mark_ran(engine::Transport& engine, const Kept& kept, const std::string& task,
              std::stop_token stop) {
  relabel(engine, kept, stop, [&](swarm::Labels& labels) {
    std::string& ran = labels[swarm::kRanLabel];
    if (!is_listed(ran, task)) ran += (ran.empty() ? "" : ",") + task;
  });
}

std::map<std::string, TaskState> task_states(const std::vector<Kept>& records) {
  std::map<std::string, TaskState> result;
  if (records.empty()) return result;
  const auto& last = records.back();
  for (const auto& task : last.record.tasks)
    result[task.name] = {task.spec, task.done || is_listed(last.ran, task.name)};
  return result;
}

void finish(engine::Transport& engine, const Kept& kept, RecordState state, double seconds,
            const swarm::Labels& more, std::stop_token stop) {
  relabel(engine, kept, stop, [&](swarm::Labels& labels) {
    labels[swarm::kStateLabel] = word(state);
    labels[kSecondsLabel] = fmt::format("{:.1f}", seconds);
    for (const auto& [key, value] : more) labels[key] = value;
  });
}

}  // namespace skep::release
