#include "image/trace.hpp"

#include "image/proto.hpp"

#include <utility>

namespace skep::image {

namespace {

constexpr std::size_t kTailLines = 20;
constexpr std::size_t kLongestLine = 65536;
constexpr std::uint64_t kLastLine = 1'000'000'000;

/// Timestamp{seconds=1, nanos=2}.
std::int64_t timestamp(std::string_view message) {
  std::uint64_t nanoseconds = 0;
  ProtoReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == 1) nanoseconds += field->value * 1'000'000'000;
    if (field->number == 2) nanoseconds += field->value;
  }
  return static_cast<std::int64_t>(nanoseconds);
}

Vertex decode_vertex(std::string_view message) {
  Vertex vertex;
  ProtoReader reader(message);
  while (const auto field = reader.next()) {
    switch (field->number) {
      case 1:
        vertex.digest = field->bytes;
        break;
      case 3:
        vertex.name = field->bytes;
        break;
      case 4:
        vertex.cached = field->value != 0;
        break;
      case 5:
        vertex.started_ns = timestamp(field->bytes);
        break;
      case 6:
        vertex.completed_ns = timestamp(field->bytes);
        break;
      case 7:
        vertex.error = field->bytes;
        break;
      default:
        break;
    }
  }
  return vertex;
}

/// VertexLog{vertex=1, timestamp=2, stream=3, msg=4}.
VertexLog decode_log(std::string_view message) {
  VertexLog log;
  ProtoReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == 1) log.vertex = field->bytes;
    if (field->number == 4) log.text = field->bytes;
  }
  return log;
}

/// Range{start=1{line=1}}; 0 when it says none.
int decode_line(std::string_view range) {
  ProtoReader reader(range);
  while (const auto field = reader.next()) {
    if (field->number != 1) continue;
    ProtoReader position(field->bytes);
    while (const auto inner = position.next()) {
      if (inner->number == 1 && inner->value <= kLastLine) return static_cast<int>(inner->value);
    }
  }
  return 0;
}

/// VertexWarning{vertex=1, level=2, short=3, detail=4, url=5, info=6, ranges=7}.
VertexWarning decode_warning(std::string_view message) {
  VertexWarning warning;
  ProtoReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == 3) warning.text = field->bytes;
    if (field->number == 5) warning.url = field->bytes;
    if (field->number == 7 && warning.line == 0) warning.line = decode_line(field->bytes);
  }
  return warning;
}

bool is_cancelled(const std::string& error) {
  return error.find("context canceled") != std::string::npos;
}

}  // namespace

BuildStatus decode_status(std::string_view message) {
  BuildStatus status;
  ProtoReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == 1) status.vertices.push_back(decode_vertex(field->bytes));
    if (field->number == 3) status.logs.push_back(decode_log(field->bytes));
    if (field->number == 4) status.warnings.push_back(decode_warning(field->bytes));
  }
  return status;
}

BuildTrace::BuildTrace(EventSink& events, std::string image, std::string dockerfile)
    : events_(events), image_(std::move(image)), dockerfile_(std::move(dockerfile)) {}

void BuildTrace::take(const BuildStatus& status) {
  // Output first: a step's last lines often come with the message that says it ended.
  for (const auto& vertex : status.vertices) steps_[vertex.digest].name = vertex.name;
  for (const auto& log : status.logs) take_log(log);
  for (const auto& vertex : status.vertices) take_vertex(vertex);
  for (const auto& warning : status.warnings) take_warning(warning);
}

void BuildTrace::take_vertex(const Vertex& vertex) {
  auto& step = steps_[vertex.digest];
  if (vertex.completed_ns == 0) {
    if (vertex.started_ns != 0) show(step, StepState::started);
    return;
  }
  step.seconds =
      (static_cast<double>(vertex.completed_ns) - static_cast<double>(vertex.started_ns)) / 1e9;
  step.error = vertex.error;
  flush(step);
  if (vertex.error.empty()) {
    show(step, vertex.cached ? StepState::cached : StepState::done);
  } else if (is_cancelled(vertex.error)) {
    show(step, StepState::cancelled);
  } else {
    if (failed_.empty()) failed_ = vertex.digest;
    show(step, StepState::failed);
  }
}

void BuildTrace::take_log(const VertexLog& log) {
  auto& step = steps_[log.vertex];
  if (!step.shown) show(step, StepState::started);
  step.rest += log.text;
  std::size_t begin = 0;
  for (auto end = step.rest.find('\n'); end != std::string::npos;
       end = step.rest.find('\n', begin)) {
    line(step, step.rest.substr(begin, end - begin));
    begin = end + 1;
  }
  step.rest.erase(0, begin);
  if (step.rest.size() > kLongestLine) flush(step);
}

void BuildTrace::take_warning(const VertexWarning& warning) {
  if (!warned_.emplace(warning.text, warning.line).second) return;
  events_.emit(Warned{.diagnostic = {.severity = Severity::warning,
                                     .loc = {.file = dockerfile_, .line = warning.line},
                                     .path = {},
                                     .message = warning.text,
                                     .hint = warning.url}});
}

void BuildTrace::line(Step& step, std::string text) {
  while (text.ends_with('\r')) text.pop_back();
  // A progress bar paints over itself: what is left on the screen is what follows the last return.
  if (const auto painted = text.rfind('\r'); painted != std::string::npos)
    text.erase(0, painted + 1);
  step.tail.push_back(text);
  if (step.tail.size() > kTailLines) step.tail.pop_front();
  events_.emit(BuildLog{.image = image_, .step = step.number, .line = std::move(text)});
}

void BuildTrace::flush(Step& step) {
  if (!step.rest.empty()) line(step, std::exchange(step.rest, {}));
}

void BuildTrace::finish() {
  for (auto& [digest, step] : steps_) flush(step);
}

void BuildTrace::show(Step& step, StepState state) {
  // A step may run several times and is told of many times: the first end is told, and a failure
  // after it.
  const bool ended = step.shown && *step.shown != StepState::started;
  if (step.shown == state || (ended && state != StepState::failed)) return;
  if (!step.shown) step.number = ++last_number_;
  step.shown = state;
  events_.emit(BuildStep{.image = image_,
                         .number = step.number,
                         .name = step.name,
                         .state = state,
                         .seconds = step.seconds,
                         .error = step.error});
}

std::optional<BuildTrace::Failure> BuildTrace::failure() const {
  const auto found = steps_.find(failed_);
  if (found == steps_.end()) return std::nullopt;
  const auto& step = found->second;
  return Failure{
      .step = step.name, .error = step.error, .lines = {step.tail.begin(), step.tail.end()}};
}

}  // namespace skep::image
