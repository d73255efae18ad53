#include "engine/events.hpp"
#include "engine/json_stream.hpp"
#include "engine/logs.hpp"
#include "support/catch.hpp"
#include "support/fake_engine.hpp"

#include <nlohmann/json.hpp>

namespace skep::engine {
namespace {

using test::FakeClock;
using test::FakeEngine;

std::vector<Json> objects_of(const std::vector<std::string>& pieces) {
  std::vector<Json> objects;
  JsonStream stream("POST /build", [&](const Json& object) { objects.push_back(object); });
  for (const auto& piece : pieces) stream.feed(piece);
  stream.finish();
  return objects;
}

std::string message_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.message();
  }
  return "nothing was thrown";
}

TEST_CASE("objects come whole from whatever pieces", "[engine]") {
  const std::string text = "{\"a\":1}\r\n{\"b\":\"x\\ny\"}\n\n{\"c\":[]}";
  const std::vector<Json> wanted{{{"a", 1}}, {{"b", "x\ny"}}, {{"c", Json::array()}}};
  REQUIRE(objects_of({text}) == wanted);
  for (std::size_t size = 1; size < text.size(); ++size) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < text.size(); at += size) pieces.push_back(text.substr(at, size));
    REQUIRE(objects_of(pieces) == wanted);
  }
  REQUIRE(objects_of({}).empty());
  REQUIRE(objects_of({"\r\n"}).empty());
}

TEST_CASE("a stream that ends inside an object broke off, a line that is no JSON is rejected",
          "[engine]") {
  REQUIRE(message_of([] { objects_of({"{\"a\":1}\n{\"b\":"}); }) ==
          "POST /build: the stream broke off inside a message");
  REQUIRE(message_of([] { objects_of({"<html>\n"}); }) == "POST /build is not JSON");
}

TEST_CASE("an error in a stream is its errorDetail, else its error", "[engine]") {
  REQUIRE(stream_error({{"errorDetail", {{"message", "m"}}}, {"error", "e"}}) == "m");
  REQUIRE(stream_error({{"error", "e"}}) == "e");
  REQUIRE(stream_error({{"errorDetail", Json::object()}}) == "");
  REQUIRE_FALSE(stream_error({{"status", "Pushing"}}));
  REQUIRE_FALSE(stream_error(Json(1)));
}

// --- logs
// -------------------------------------------------------------------------------------------------------------

std::string frame(char type, const std::string& text) {
  std::string head{type,
                   0,
                   0,
                   0,
                   0,
                   0,
                   static_cast<char>(text.size() / 256),
                   static_cast<char>(text.size() % 256)};
  return head + text;
}

std::vector<LogLine> lines_of(const std::string& body, LogOptions options = {},
                              std::size_t size = 1) {
  std::vector<LogLine> lines;
  LogDecoder decoder(std::move(options), [&](const LogLine& line) { lines.push_back(line); });
  for (std::size_t at = 0; at < body.size(); at += size)
    decoder.feed(std::string_view(body).substr(at, size));
  decoder.finish();
  return lines;
}

LogLine line(LogChannel channel, std::string text) {
  return {.channel = channel, .time = {}, .details = {}, .text = std::move(text)};
}

TEST_CASE("frames become lines, whatever the pieces, also when a line spans frames", "[engine]") {
  const auto body = frame(1, "one\ntw") + frame(2, "err\r\n") + frame(1, "o\n") +
                    frame(0, "ignored\n") + frame(1, "") +
                    frame(1, std::string(300, 'x') + "\nlast");
  const std::vector<LogLine> wanted{
      line(LogChannel::out, "one"), line(LogChannel::err, "err"), line(LogChannel::out, "two"),
      line(LogChannel::out, std::string(300, 'x')), line(LogChannel::out, "last")};
  for (const std::size_t size : {1, 2, 7, 8, 9, 100, 10'000})
    REQUIRE(lines_of(body, {}, size) == wanted);
}

TEST_CASE("a line that the engine cut, or that has no end, has one time", "[engine]") {
  LogOptions options;
  options.timestamps = true;
  options.details = true;
  const std::string first = "2026-01-02T03:04:05.000000001Z a=b ";
  const std::string second = "2026-01-02T03:04:05.000000002Z a=b ";
  const auto cut = lines_of(
      frame(1, first + "one") + frame(1, second + " and\n") + frame(1, second + "two\n"), options);
  REQUIRE(cut.size() == 2);
  REQUIRE(cut[0].text == "one and");
  REQUIRE(cut[0].time == first.substr(0, 30));
  REQUIRE(cut[1].text == "two");
  REQUIRE(cut[1].time == second.substr(0, 30));

  std::string endless = frame(1, first + "x");
  for (int i = 0; i < 300; ++i) endless += frame(1, second + std::string(16'000, 'y'));
  const auto pieces =
      lines_of(endless + frame(1, "\n") + frame(1, second + "end\n"), options, 9000);
  REQUIRE(pieces.size() == 6);
  std::size_t size = 0;
  for (const auto& piece : pieces) {
    size += piece.text.size();
    REQUIRE(piece.text.size() < 1'100'000);
    REQUIRE(piece.details.at("a") == "b");
  }
  REQUIRE(size == 1 + 300 * 16'000 + 3);
  REQUIRE(pieces[4].time == first.substr(0, 30));
  REQUIRE(pieces[5].time == second.substr(0, 30));
  REQUIRE(pieces[5].text == "end");
}

TEST_CASE("a terminal's log is raw", "[engine]") {
  LogOptions options;
  options.tty = true;
  REQUIRE(lines_of("one\r\ntwo", options) ==
          std::vector<LogLine>{line(LogChannel::out, "one"), line(LogChannel::out, "two")});
}

TEST_CASE("times and details stand before the text", "[engine]") {
  LogOptions options;
  options.timestamps = true;
  options.details = true;
  const auto lines = lines_of(
      frame(1, "2026-01-02T03:04:05.000000001Z com.docker.swarm.task.id=t%2F1,a=b+c hello world\n"),
      options);
  REQUIRE(lines.size() == 1);
  REQUIRE(lines[0].time == "2026-01-02T03:04:05.000000001Z");
  REQUIRE(lines[0].details ==
          std::map<std::string, std::string>{{"a", "b c"}, {"com.docker.swarm.task.id", "t/1"}});
  REQUIRE(lines[0].text == "hello world");
}

TEST_CASE("an error of the engine in a log, a broken frame and no frame are errors", "[engine]") {
  REQUIRE(message_of([] {
            lines_of(frame(1, "a\n") + frame(3, "incomplete log stream: node is not available\n"));
          }) == "logs: incomplete log stream: node is not available");
  REQUIRE(message_of([] { lines_of(frame(1, "abc").substr(0, 9)); }) ==
          "the log stream broke off inside a frame");
  REQUIRE(message_of([] { lines_of("plain text, no frames"); }) ==
          "the log stream holds no frames");
}

TEST_CASE(
    "logs of a service and of a task come through the fake, and the query says what is wanted",
    "[engine]") {
  FakeClock clock;
  FakeEngine fake(clock);
  fake.swarm().on_task(
      [](const Json&) { return test::completes_after(std::chrono::seconds(1), "hello\nworld\n"); });
  fake.swarm().add_service(
      {{"Name", "job"},
       {"TaskTemplate",
        {{"ContainerSpec", {{"Image", "a:1"}}}, {"RestartPolicy", {{"Condition", "none"}}}}}});
  clock.advance(std::chrono::seconds(10));
  std::vector<std::string> texts;
  const auto collect = [&](const LogLine& one) { texts.push_back(one.text); };
  LogOptions options;
  options.tail = 5;
  options.since = "12.5";
  options.timestamps = true;
  service_logs(fake, "job", options, collect);
  const auto task = fake.swarm().tasks_of("job").at(0)["ID"].get<std::string>();
  task_logs(fake, task, {}, collect);
  REQUIRE(texts == std::vector<std::string>{"hello", "world", "hello", "world"});
  REQUIRE(
      fake.calls()[0].query ==
      Pairs{
          {"stdout", "1"}, {"stderr", "1"}, {"timestamps", "1"}, {"tail", "5"}, {"since", "12.5"}});
  REQUIRE(fake.calls()[1].query == Pairs{{"stdout", "1"}, {"stderr", "1"}, {"tail", "all"}});
  REQUIRE_THROWS_WITH(task_logs(fake, "nothing", {}, collect),
                      "GET /tasks/nothing/logs: task nothing not found");
}

TEST_CASE("events come one by one, filtered, and a cut is an error", "[engine]") {
  FakeClock clock;
  FakeEngine fake(clock);
  std::vector<Json> events;
  watch_events(fake, {{"type", {"service"}}}, "12",
               [&](const Json& event) { events.push_back(event); });
  REQUIRE(events.size() == 1);
  REQUIRE(events[0]["Type"] == "service");
  REQUIRE(fake.calls()[0].parameter("since") == "12");
  REQUIRE(fake.calls()[0].parameter("filters") == R"({"type":["service"]})");
  fake.cut_request(0, test::Fault::How::cut_middle);
  REQUIRE_THROWS_AS(watch_events(fake, {}, "", [](const Json&) {}), Error);
}

}  // namespace
}  // namespace skep::engine
