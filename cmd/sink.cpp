#include "cmd/sink.hpp"

#include "base/units.hpp"
#include "base/visible.hpp"
#include "cmd/event_json.hpp"
#include "plan/format.hpp"

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <ostream>
#include <utility>

namespace skep::cmd {

std::string outcome_line(const Ended& e) {
  std::string line =
      e.stack.empty() ? word(e.result) : fmt::format("{}: {}", e.stack, word(e.result));
  if (e.release != 0) line += fmt::format(" r{}", e.release);
  if (e.seconds > 0) line += fmt::format(" in {:.1f} s", e.seconds);
  if (!e.message.empty()) line += fmt::format(": {}", e.message);
  return line;
}

namespace {

class JsonSink : public EventSink {
 public:
  explicit JsonSink(std::ostream& out) : out_(out) {}
  void emit(const Event& event) override {
    const std::string line = to_json_line(event, redactor());
    const std::lock_guard lock(mutex_);
    out_ << line << std::flush;
  }

 private:
  std::mutex mutex_;
  std::ostream& out_;
};

/// Permanent lines above, a few live rows (one a running step, layer or service) below, redrawn in
/// place.
class Screen {
 public:
  Screen(std::ostream& err, bool live, unsigned width) : err_(err), live_(live), width_(width) {}

  void print(const std::string& line) {
    clear();
    err_ << line << '\n';
    draw();
  }
  /// On a terminal the row with this key now says `text`; elsewhere nothing is printed.
  void row(const std::string& key, const std::string& text) {
    if (!live_) return;
    clear();
    rows_[key] = text;
    draw();
  }
  void drop(const std::string& key) {
    if (!live_ || rows_.count(key) == 0) return;
    clear();
    rows_.erase(key);
    draw();
  }
  void drop_all() {
    clear();
    rows_.clear();
  }

 private:
  void clear() {
    for (; drawn_ > 0; --drawn_) err_ << "\x1b[1A\x1b[2K";
  }
  void draw() {
    for (const auto& [key, text] : rows_) {
      err_ << text.substr(0, width_ > 1 ? width_ - 1 : 1) << '\n';
      ++drawn_;
    }
    err_ << std::flush;
  }

  std::ostream& err_;
  bool live_;
  unsigned width_;
  std::map<std::string, std::string> rows_;
  unsigned drawn_ = 0;
};

class TextSink : public EventSink {
 public:
  TextSink(std::ostream& out, std::ostream& err, const SinkOptions& options)
      : out_(out),
        options_(options),
        screen_(err, options.terminal && !options.quiet, options.width) {}

  void emit(const Event& event) override {
    const std::lock_guard lock(mutex_);
    std::visit([this](const auto& e) { show(e); }, event);
  }

 private:
  void line(const std::string& label, const std::string& text, const char* code = nullptr) {
    if (!options_.quiet)
      screen_.print(
          fmt::format("{} {}", paint("36", fmt::format("{:<9}", label)), paint(code, text)));
  }
  /// What others chose is made fit to be seen here, before skep's own colour is laid around it.
  std::string paint(const char* code, const std::string& text) {
    std::string shown = visible(redactor()(text));
    return options_.color && code != nullptr ? fmt::format("\x1b[{}m{}\x1b[0m", code, shown)
                                             : shown;
  }

  void show(const PhaseStarted& e) { line(e.phase, e.detail); }
  void show(const Note& e) { line("note", e.text); }
  void show(const Warned& e) {
    if (e.diagnostic.severity == Severity::notice && !options_.verbose) return;
    told_ = e.diagnostic.message;
    screen_.print(paint("33", format(e.diagnostic)));
  }

  void show(const BuildStep& e) {
    const std::string key = fmt::format("b{:04}", e.number);
    const std::string head = fmt::format("#{} {}", e.number, e.name);
    if (e.state == StepState::started) {
      screen_.row(key, "          " + paint(nullptr, head));
      return;
    }
    screen_.drop(key);
    switch (e.state) {
      case StepState::started:
        break;
      case StepState::cached:
        line("", fmt::format("{} (cached)", head));
        break;
      case StepState::done:
        line("", fmt::format("{} ({:.1f} s)", head, e.seconds));
        break;
      case StepState::failed:
        line("", fmt::format("{} FAILED: {}", head, e.error), "31");
        break;
      case StepState::cancelled:
        line("", fmt::format("{} (cancelled)", head));
        break;
    }
  }
  void show(const BuildLog& e) {
    if (options_.verbose) line("", fmt::format("#{} | {}", e.step, e.line));
  }
  void show(const PushProgress& e) {
    const std::string key = "p" + e.layer;
    if (e.total == 0 || e.current >= e.total) {
      screen_.drop(key);
    } else {
      screen_.row(key, paint(nullptr, fmt::format("          {} {} {} of {}", e.layer, e.status,
                                                  format_size(e.current), format_size(e.total))));
    }
  }
  void show(const Planned& e) {
    if (!options_.quiet) screen_.print(paint(nullptr, plan::format(*e.plan)));
  }
  void show(const Wrote& e) {
    line(e.verb, fmt::format("{} {}{}", e.object, e.name,
                             e.why.empty() ? "" : fmt::format(" ({})", e.why)));
  }
  void show(const ServiceProgress& e) {
    line("wait", fmt::format("{} {}/{} {}{}", e.service, e.running, e.desired, e.state,
                             e.detail.empty() ? "" : fmt::format(": {}", e.detail)));
  }
  void show(const TaskFailed& e) {
    std::string text;
    if (e.has_exit_code) text += fmt::format("\n  exit code {}", e.exit_code);
    if (!e.health.empty()) text += fmt::format("\n  health check: {}", e.health);
    if (!e.logs.empty()) text += "\n  its last lines:";
    for (const auto& log : e.logs) text += fmt::format("\n    {}", log);
    const auto head = fmt::format("task {} of {} on {}: {}: {}", e.task, e.service,
                                  e.node.empty() ? "no node" : e.node, e.state, e.error);
    screen_.print(paint("31", head) + paint(nullptr, text));
  }
  void show(const TaskOutput& e) { line("", fmt::format("{} | {}", e.task, e.line)); }
  /// A check is tried each second: only what it says anew is worth a line.
  void show(const CheckTried& e) {
    const std::string text = fmt::format("{} {}{}", e.url, e.good ? "good" : "not yet",
                                         e.detail.empty() ? "" : fmt::format(": {}", e.detail));
    if (std::exchange(checks_[e.url], text) != text) line("check", text);
  }
  void show(const Ended& e) {
    screen_.drop_all();
    const bool good = e.exit == 0;
    Ended shown = e;
    // A list that was told just now: one log of both outputs would have it twice.
    if (e.message == told_) shown.message = e.message.substr(0, e.message.find('\n'));
    out_ << paint(good ? "32" : "31", outcome_line(shown)) << '\n' << std::flush;
  }

  std::mutex mutex_;
  std::ostream& out_;
  SinkOptions options_;
  Screen screen_;
  std::map<std::string, std::string> checks_;  // url → what was said last
  std::string told_;                           // of the last problem, its message
};

}  // namespace

std::unique_ptr<EventSink> make_sink(std::ostream& out, std::ostream& err,
                                     const SinkOptions& options) {
  if (options.json) return std::make_unique<JsonSink>(out);
  return std::make_unique<TextSink>(out, err, options);
}

}  // namespace skep::cmd
