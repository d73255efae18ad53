#pragma once
// The output of a task so far, read from its log piece by piece. For lib/oneshot only.
#include "engine/logs.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>

namespace skep::oneshot {

/// The end of a text that may never end. Bytes before it are only counted; a first line says how
/// many.
class Tail {
 public:
  void add(std::string_view line);
  std::string text() const;
  bool empty() const { return text_.empty() && left_out_ == 0; }

 private:
  std::string text_;
  std::uint64_t left_out_ = 0;  // bytes
};

/// Reports each line once, in the order of its channel. Each reading asks the engine again for no
/// more than the last second.
class Output {
 public:
  using OnLine = std::function<void(bool error, const std::string& line)>;
  Output(engine::Transport& engine, OnLine on_line);

  /// Reads what it has written since the last reading. False when that was nothing.
  bool read_more(const std::string& task, std::stop_token stop);
  /// From now on the output is another task's.
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

/// The engine's `since` for all lines that may come after a line of this time (RFC 3339), and for
/// lines of the same time: a second earlier, because lines of the two channels may overtake each
/// other. "" (from the beginning) when it is not a time.
std::string since_of(const std::string& time);

}  // namespace skep::oneshot
