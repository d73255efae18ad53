#pragma once
// What a build says while it runs: "moby.buildkit.trace" messages (moby/buildkit
// api/services/control/control.proto, StatusResponse) become steps, lines of output and warnings.
#include "base/event.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace skep::image {

struct Vertex {
  std::string digest;
  std::string name;  // "[2/3] RUN make"
  bool cached = false;
  std::int64_t started_ns = 0;  // 0: not yet
  std::int64_t completed_ns = 0;
  std::string error;
  bool operator==(const Vertex&) const = default;
};
struct VertexLog {
  std::string vertex;
  std::string text;  // a piece of output, not a line
  bool operator==(const VertexLog&) const = default;
};
struct VertexWarning {
  std::string text;
  std::string url;
  int line = 0;
  bool operator==(const VertexWarning&) const = default;
};
struct BuildStatus {
  std::vector<Vertex> vertices;
  std::vector<VertexLog> logs;
  std::vector<VertexWarning> warnings;
  bool operator==(const BuildStatus&) const = default;
};
/// Decodes one StatusResponse. Throws Error{rejected} when it is broken.
BuildStatus decode_status(std::string_view message);

/// Follows one build and tells the sink what is new: BuildStep, BuildLog, Warned.
class BuildTrace {
 public:
  /// `image` goes into the events; warnings are about the file `dockerfile`.
  BuildTrace(EventSink& events, std::string image, std::string dockerfile);
  void take(const BuildStatus& status);
  /// Passes on last lines that had no end.
  void finish();

  struct Failure {
    std::string step;
    std::string error;
    std::vector<std::string> lines;  // its last output
    bool operator==(const Failure&) const = default;
  };
  /// The first step that failed by itself; steps cancelled because of it do not count.
  std::optional<Failure> failure() const;

 private:
  struct Step {
    int number = 0;  // in the order of their start
    std::string name;
    std::optional<StepState> shown;
    double seconds = 0;
    std::string error;
    std::string rest;  // output whose line has not ended
    std::deque<std::string> tail;
  };
  void take_vertex(const Vertex& vertex);
  void take_log(const VertexLog& log);
  void take_warning(const VertexWarning& warning);
  void line(Step& step, std::string text);
  void flush(Step& step);
  void show(Step& step, StepState state);

  EventSink& events_;
  std::string image_;
  std::string dockerfile_;
  std::map<std::string, Step> steps_;
  std::set<std::pair<std::string, int>> warned_;
  std::string failed_;  // digest
  int last_number_ = 0;
};

}  // namespace skep::image
