#include "image/trace.hpp"

#include "base/error.hpp"
#include "image/proto.hpp"
#include "support/catch.hpp"

#include <chrono>

using namespace skep;
using namespace skep::image;

namespace {

/// Events as short lines.
class Lines : public EventSink {
 public:
  void emit(const Event& event) override {
    if (const auto* step = std::get_if<BuildStep>(&event)) {
      static const std::vector<std::string> kStates{"started", "cached", "done", "failed",
                                                    "cancelled"};
      lines.push_back("#" + std::to_string(step->number) + " " + step->name + " " +
                      kStates.at(static_cast<std::size_t>(step->state)) +
                      (step->error.empty() ? "" : ": " + step->error));
      seconds = step->seconds;
    } else if (const auto* log = std::get_if<BuildLog>(&event)) {
      lines.push_back("#" + std::to_string(log->step) + " | " + log->line);
    } else if (const auto* warned = std::get_if<Warned>(&event)) {
      lines.push_back(format(warned->diagnostic));
    }
  }
  std::vector<std::string> lines;
  double seconds = 0;
};

constexpr std::int64_t kSecond = 1'000'000'000;

Vertex vertex(const std::string& digest, const std::string& name, std::int64_t started = 0,
              std::int64_t completed = 0, const std::string& error = {}) {
  return {.digest = digest,
          .name = name,
          .cached = false,
          .started_ns = started,
          .completed_ns = completed,
          .error = error};
}

std::string timestamp(std::int64_t seconds, std::int64_t nanos = 0) {
  std::string message;
  put_varint(message, 1, static_cast<std::uint64_t>(seconds));
  put_varint(message, 2, static_cast<std::uint64_t>(nanos));
  return message;
}

}  // namespace

TEST_CASE("a status message is decoded, and what it does not know is skipped", "[image]") {
  std::string one;
  put_bytes(one, 1, "sha256:a");
  put_bytes(one, 2, "sha256:input");
  put_bytes(one, 3, "[1/2] RUN make");
  put_varint(one, 4, 1);
  put_bytes(one, 5, timestamp(10, 500));
  put_bytes(one, 6, timestamp(12));
  put_bytes(one, 7, "exit code: 3");
  put_bytes(one, 8, "a group");
  std::string log;
  put_bytes(log, 1, "sha256:a");
  put_varint(log, 3, 2);
  put_bytes(log, 4, "hello\nwor");
  std::string position;
  put_varint(position, 1, 7);
  std::string range;
  put_bytes(range, 1, position);
  std::string warning;
  put_bytes(warning, 3, "FromAsCasing: casing do not match");
  put_bytes(warning, 5, "https://docs.docker.com/go/x");
  put_bytes(warning, 7, range);
  std::string status;
  put_bytes(status, 1, one);
  put_bytes(status, 2, "a status");
  put_bytes(status, 3, log);
  put_bytes(status, 4, warning);
  put_varint(status, 15, 300);
  status +=
      std::string("\x7d\1\2\3\4", 5) + std::string("\x79\1\2\3\4\5\6\7\x8", 9);  // fixed32, fixed64

  const BuildStatus wanted{.vertices = {{.digest = "sha256:a",
                                         .name = "[1/2] RUN make",
                                         .cached = true,
                                         .started_ns = 10 * kSecond + 500,
                                         .completed_ns = 12 * kSecond,
                                         .error = "exit code: 3"}},
                           .logs = {{.vertex = "sha256:a", .text = "hello\nwor"}},
                           .warnings = {{.text = "FromAsCasing: casing do not match",
                                         .url = "https://docs.docker.com/go/x",
                                         .line = 7}}};
  CHECK(decode_status(status) == wanted);
}

TEST_CASE("a broken status message is refused wherever it is cut", "[image]") {
  std::string one;
  put_bytes(one, 3, "name");
  std::string status;
  put_bytes(status, 1, one);
  for (std::size_t size = 1; size < status.size(); ++size) {
    CHECK_THROWS_WITH(decode_status(status.substr(0, size)), "a message of BuildKit is broken");
  }
  CHECK_THROWS_AS(decode_status("\x0b"), Error);                   // a group
  CHECK_THROWS_AS(decode_status(std::string(11, '\xff')), Error);  // a varint without end
}

TEST_CASE("whatever a status message holds, it is told in words or not at all", "[image]") {
  const auto field = [](int number, const std::string& bytes) {
    std::string message;
    put_bytes(message, number, bytes);
    return message;
  };
  const std::string endless(11, '\xff');
  std::string numbers;
  put_varint(numbers, 1, ~std::uint64_t{0});
  put_varint(numbers, 2, ~std::uint64_t{0});
  const std::vector<std::string> broken = {
      "x",
      "\x07",
      endless,
      field(1, "x"),
      field(1, endless),
      field(1, field(5, endless)),
      field(1, field(6, "x")),
      field(3, "x"),
      field(3, endless),
      field(4, field(7, "x")),
      field(4, field(7, field(1, endless))),
      std::string("\x0a\xff\xff\xff\xff\x0f", 6),
      std::string("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10),
      std::string("\x0d\1", 2),
      std::string("\x09\1\2\3", 4),
      field(1, "good") + "\x0c"};
  for (const auto& message : broken) {
    CHECK_THROWS_WITH(decode_status(message), "a message of BuildKit is broken");
  }
  const std::vector<std::string> odd = {
      "",
      field(1, ""),
      field(3, ""),
      field(4, ""),
      field(1, field(5, numbers) + field(6, "")),
      field(1, field(5, "") + field(6, numbers)),
      field(4, field(7, field(1, numbers))),
      field(1, field(1, std::string(300'000, 'd')) + field(3, "\x1b[2J\xff") + field(7, "\n")),
      field(3, field(1, "unknown") + field(4, std::string(100'000, '\n'))),
      field(99, "unknown"),
      field(1, field(1, "a")) + field(1, field(1, "a"))};
  Lines events;
  BuildTrace trace(events, "a:1", "Dockerfile");
  for (const auto& message : odd) CHECK_NOTHROW(trace.take(decode_status(message)));
  trace.finish();
  CHECK(decode_status(field(4, field(7, field(1, numbers)))).warnings.front().line == 0);
}

TEST_CASE("four million lines in one message are told in linear time", "[image]") {
  struct Count : EventSink {
    void emit(const Event&) override { ++told; }
    std::size_t told = 0;
  } events;
  BuildTrace trace(events, "a:1", "Dockerfile");
  const auto begin = std::chrono::steady_clock::now();
  trace.take({.vertices = {}, .logs = {{"1", std::string(4'000'000, '\n')}}, .warnings = {}});
  CHECK(events.told == 4'000'001);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(60));
}

TEST_CASE("steps are numbered as they start, and told once", "[image]") {
  Lines events;
  BuildTrace trace(events, "a:1", "Dockerfile");
  const auto one = vertex("1", "[1/2] FROM base");
  const auto two = vertex("2", "[2/2] RUN make");
  trace.take({.vertices = {two, one}, .logs = {}, .warnings = {}});  // announced only
  auto started = one;
  started.started_ns = kSecond;
  trace.take({.vertices = {started}, .logs = {}, .warnings = {}});
  trace.take({.vertices = {started}, .logs = {}, .warnings = {}});
  auto ended = started;
  ended.completed_ns = 3 * kSecond;
  trace.take({.vertices = {ended}, .logs = {}, .warnings = {}});
  CHECK(events.seconds == 2);
  trace.take({.vertices = {ended}, .logs = {}, .warnings = {}});
  auto cached = two;
  cached.cached = true;
  cached.started_ns = cached.completed_ns = 4 * kSecond;
  trace.take({.vertices = {cached}, .logs = {}, .warnings = {}});
  trace.finish();
  CHECK(events.lines == std::vector<std::string>{"#1 [1/2] FROM base started",
                                                 "#1 [1/2] FROM base done",
                                                 "#2 [2/2] RUN make cached"});
  CHECK_FALSE(trace.failure());
}

TEST_CASE("output comes in pieces and leaves in lines", "[image]") {
  Lines events;
  BuildTrace trace(events, "a:1", "Dockerfile");
  const auto step = vertex("1", "RUN", kSecond);
  trace.take({.vertices = {step}, .logs = {{"1", "one\ntw"}}, .warnings = {}});
  trace.take(
      {.vertices = {}, .logs = {{"1", "o\r\n"}, {"1", " 10%\r 50%\r100%\nrest"}}, .warnings = {}});
  auto ended = step;
  ended.completed_ns = 2 * kSecond;
  trace.take({.vertices = {ended}, .logs = {}, .warnings = {}});
  trace.take({.vertices = {}, .logs = {{"1", "late"}}, .warnings = {}});
  trace.finish();
  CHECK(events.lines == std::vector<std::string>{"#1 RUN started", "#1 | one", "#1 | two",
                                                 "#1 | 100%", "#1 | rest", "#1 RUN done",
                                                 "#1 | late"});
}

TEST_CASE("the step that failed is found, not those cancelled because of it", "[image]") {
  Lines events;
  BuildTrace trace(events, "a:1", "Dockerfile");
  const auto other = vertex("1", "RUN sleep", kSecond, 2 * kSecond,
                            "process \"/bin/sh -c sleep 9\" did not complete: context canceled");
  const auto failed = vertex("2", "RUN make", kSecond, 2 * kSecond, "exit code: 2");
  std::string output;
  for (int i = 1; i <= 30; ++i) output += "line " + std::to_string(i) + "\n";
  trace.take({.vertices = {other, failed}, .logs = {{"2", output}}, .warnings = {}});
  const auto failure = trace.failure();
  REQUIRE(failure);
  CHECK(failure->step == "RUN make");
  CHECK(failure->error == "exit code: 2");
  CHECK(failure->lines.size() == 20);
  CHECK(failure->lines.back() == "line 30");
  CHECK(
      events.lines[events.lines.size() - 2] ==
      "#2 RUN sleep cancelled: process \"/bin/sh -c sleep 9\" did not complete: context canceled");
  CHECK(events.lines.back() == "#1 RUN make failed: exit code: 2");
}

TEST_CASE("a warning stands at its line of the Dockerfile, once", "[image]") {
  Lines events;
  BuildTrace trace(events, "a:1", "/src/Dockerfile");
  const VertexWarning warning{.text = "casing", .url = "https://example.com/x", .line = 2};
  trace.take({.vertices = {}, .logs = {}, .warnings = {warning, warning}});
  CHECK(events.lines == std::vector<std::string>{
                            "/src/Dockerfile:2: warning: casing\n  hint: https://example.com/x"});
}
