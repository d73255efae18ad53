#pragma once
// /services/ID/logs and /tasks/ID/logs: frames with a head of 8 bytes, or raw bytes of a terminal
// (docs/engine.md, "Logs").
#include "engine/transport.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace skep::engine {

enum class LogChannel { out, err };

struct LogLine {
  LogChannel channel = LogChannel::out;
  std::string time;  // RFC 3339 with nanoseconds; "" unless asked for
  std::map<std::string, std::string>
      details;       // com.docker.swarm.task.id, …; empty unless asked for
  std::string text;  // without its newline
  bool operator==(const LogLine&) const = default;
};

struct LogOptions {
  bool follow = false;  // never ends by itself, even when all tasks are gone: the caller stops it
  bool timestamps = false;
  bool details = false;
  std::optional<std::uint64_t> tail;  // last N lines; all when absent
  std::string since;                  // seconds since 1970, with a fraction; "" is the beginning
  bool tty = false;  // the service's ContainerSpec.TTY: the engine then sends raw bytes (and
                     // API 1.41 does not say so)
};

/// Cuts a body into lines. A frame may hold a part of a line or several lines, and a piece may hold
/// a part of a frame. The engine cuts long lines (after 16 KiB) and puts time and details in front
/// of each frame; those of the first frame count. A line of more than 1 MiB is passed on in parts.
class LogDecoder {
 public:
  using OnLine = std::function<void(const LogLine&)>;
  LogDecoder(LogOptions options, OnLine on_line);
  /// Throws Error{rejected} with the engine's words for a frame of type 3 (a node that cannot be
  /// asked, …), and for bytes that are not frames.
  void feed(std::string_view piece);
  /// Passes on a last line that has no newline. Throws Error{unreachable} when the body ended
  /// inside a frame.
  void finish();

 private:
  void frame(unsigned char type, std::string_view payload);
  void take(LogChannel channel, std::string_view text);
  /// A line whose end has not come yet.
  struct Open {
    std::string text;
    /// Set when the line was too long to keep: the part that was passed on; its time and details
    /// hold for the rest.
    std::optional<LogLine> begun;
  };
  LogLine line(LogChannel channel, const Open& open);

  LogOptions options_;
  OnLine on_line_;
  std::string buffer_;
  std::map<LogChannel, Open> open_;
};

/// GET /services/ID/logs. Only the json-file, journald and local drivers keep logs. The order
/// between output and error, and between tasks, is not promised: sort by time.
void service_logs(Transport& engine, const std::string& service, const LogOptions& options,
                  const LogDecoder::OnLine& on_line, std::stop_token stop = {});
/// GET /tasks/ID/logs: works through any manager, even after the task ended, until it is removed.
void task_logs(Transport& engine, const std::string& task, const LogOptions& options,
               const LogDecoder::OnLine& on_line, std::stop_token stop = {});

}  // namespace skep::engine
