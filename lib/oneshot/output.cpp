#include "oneshot/output.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace skep::oneshot {
namespace {

constexpr std::size_t kKept = 8U * 1024 * 1024;  // of each channel
constexpr Duration kOverlap = std::chrono::seconds(1);

}  // namespace

void Tail::add(std::string_view line) {
  text_.append(line) += '\n';
  if (text_.size() < 2 * kKept) return;
  const auto cut = std::min(text_.find('\n', text_.size() - kKept) + 1, text_.size());
  left_out_ += cut;
  text_.erase(0, cut);
}

std::string Tail::text() const {
  return left_out_ == 0 ? text_
                        : fmt::format("({} bytes before this are left out)\n", left_out_) + text_;
}

Output::Output(engine::Transport& engine, OnLine on_line)
    : engine_(engine), on_line_(std::move(on_line)) {}

bool Output::read_more(const std::string& task, std::stop_token stop) {
  engine::LogOptions options;
  options.timestamps = true;
  std::string last;
  for (const auto& [channel, seen] : seen_) last = std::max(last, seen.time);
  options.since = since_of(last);
  std::map<engine::LogChannel, Seen> here;
  bool more = false;
  engine::task_logs(
      engine_, task, options,
      [&](const engine::LogLine& line) {
        if (!is_new(line, here)) return;
        more = true;
        const bool error = line.channel == engine::LogChannel::err;
        (error ? err_ : out_).add(line.text);
        if (on_line_) on_line_(error, line.text);
      },
      std::move(stop));
  return more;
}

void Output::forget() {
  seen_.clear();
  out_ = {};
  err_ = {};
}

/// Within a channel the engine keeps the order, and lines may have the same time.
bool Output::is_new(const engine::LogLine& line, std::map<engine::LogChannel, Seen>& here) {
  Seen& now = here[line.channel];
  now.count = now.time == line.time ? now.count + 1 : 1;
  now.time = line.time;
  Seen& before = seen_[line.channel];
  if (line.time < before.time || (line.time == before.time && now.count <= before.count))
    return false;
  before = now;
  return true;
}

std::string since_of(const std::string& time) {
  if (time.empty()) return {};
  try {
    const auto since = parse_utc(time).time_since_epoch();
    if (since <= kOverlap) return {};
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since - kOverlap);
    return fmt::format("{}.{:09}", seconds.count(), (since - kOverlap - seconds).count());
  } catch (const Error&) {
    return {};
  }
}

}  // namespace skep::oneshot
