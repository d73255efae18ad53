#pragma once
// What a task has said so far, read from its log a piece at a time. For lib/oneshot only.
#include "engine/logs.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>

namespace skep::oneshot {

/// The last of a text that may have no end: what was before is counted, and named in a first line.
class Tail {
 public:
  void add(std::string_view line);
  std::string text() const;
  bool empty() const { return text_.empty() && left_out_ == 0; }

 private:
  std::string text_;
  std::uint64_t left_out_ = 0;  // bytes
};

/// Each line is told once, in the order of its channel, and of what was told before the engine is
/// asked for no more than the last second.
class Output {
 public:
  using OnLine = std::function<void(bool error, const std::string& line)>;
  Output(engine::Transport& engine, OnLine on_line);

  /// What it has said since the last reading; whether that was anything.
  bool read_more(const std::string& task, std::stop_token stop);
  /// What follows is another task's.
  void forget();

  std::string out() const { return out_.text(); }
  std::string err() const { return err_.text(); }
  bool empty() const { return out_.empty() && err_.empty(); }

 private:
  /// How far a channel was read: the time of its last line, and how many lines have it.
  struct Seen {
    std::string time;
    std::size_t count = 0;
  };
  bool is_new(const engine::LogLine& line, std::map<engine::LogChannel, Seen>& here);

  engine::Transport& engine_;
  OnLine on_line_;
  std::map<engine::LogChannel, Seen> seen_;
  Tail out_;
  Tail err_;
};

/// What the engine's `since` must be for all that may come after a line of this time (RFC 3339),
/// and the lines of the same time: a second earlier, for the two channels' lines may pass each
/// other.
/// "" (from the beginning) for what is no time.
std::string since_of(const std::string& time);

}  // namespace skep::oneshot
