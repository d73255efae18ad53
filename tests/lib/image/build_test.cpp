#include "image/build.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"
#include "image/image.hpp"
#include "image/proto.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/fake_engine.hpp"
#include "support/temp_dir.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <unistd.h>

using namespace skep;
using namespace skep::image;

namespace {

class Sink : public EventSink {
 public:
  void emit(const Event& event) override { events.push_back(event); }
  std::vector<Event> events;
};

void read_to_the_end(const test::Call&, int fd) {
  std::array<char, 1024> buffer{};
  while (::read(fd, buffer.data(), buffer.size()) > 0) {
  }
  ::close(fd);
}

test::Fault fault_of_build(test::Fault::How how, int status, const std::string& message) {
  test::Fault fault;
  fault.path = "/build";
  fault.how = how;
  fault.status = status;
  fault.message = message;
  return fault;
}

/// A build against the fake engine.
struct World {
  World() {
    folder.write("Dockerfile", "FROM scratch\n");
    folder.write("a", "content of a");
    options.context = folder.path();
    options.tags = {"r:5000/a:1", "r:5000/a:2"};
    engine.on_upgrade = read_to_the_end;
  }
  std::string run() { return build(engine, sink, {}, options, stop.get_token()); }
  test::Call call() const {
    for (const auto& one : engine.calls()) {
      if (one.path == "/build") return one;
    }
    return {};
  }

  test::TempDir folder;
  test::FakeClock clock;
  test::FakeEngine engine{clock};
  Sink sink;
  BuildOptions options;
  std::stop_source stop;
};

Json image_id(const std::string& id) {
  return {{"id", "moby.image.id"}, {"aux", {{"ID", id}}}};
}

Json trace(const std::string& name, const std::string& error, const std::string& output) {
  std::string time;
  put_varint(time, 1, 100);
  std::string vertex;
  put_bytes(vertex, 1, "sha256:v");
  put_bytes(vertex, 3, name);
  put_bytes(vertex, 5, time);
  put_bytes(vertex, 6, time);
  put_bytes(vertex, 7, error);
  std::string log;
  put_bytes(log, 1, "sha256:v");
  put_bytes(log, 4, output);
  std::string status;
  put_bytes(status, 1, vertex);
  put_bytes(status, 3, log);
  return {{"id", "moby.buildkit.trace"}, {"aux", base64(status)}};
}

Json stream_failure(const std::string& message) {
  return {{"errorDetail", {{"message", message}}}, {"error", message}};
}

}  // namespace

TEST_CASE("a build sends its options and the context, and gives the image's id", "[image]") {
  World world;
  world.options.args = {{"A", "1"}, {"B", "two"}};
  world.options.labels = {{"l", "v"}};
  world.options.target = "final";
  world.options.platform = "linux/arm64";
  world.options.no_cache = true;
  world.options.pull = true;
  world.engine.swarm().build_stream = {trace("RUN make", "", "hello\n"), image_id("sha256:abc")};
  CHECK(world.run() == "sha256:abc");
  const auto call = world.call();
  CHECK(call.parameter("version") == "2");
  CHECK(call.parameter("dockerfile") == "Dockerfile");
  CHECK(call.parameter("buildargs") == R"({"A":"1","B":"two"})");
  CHECK(call.parameter("labels") == R"({"l":"v"})");
  CHECK(call.parameter("target") == "final");
  CHECK(call.parameter("platform") == "linux/arm64");
  CHECK(call.parameter("nocache") == "1");
  CHECK(call.parameter("pull") == "1");
  std::vector<std::string> tags;
  for (const auto& [name, value] : call.query) {
    if (name == "t") tags.push_back(value);
  }
  CHECK(tags == std::vector<std::string>{"r:5000/a:1", "r:5000/a:2"});
  CHECK(call.header("Content-Type") == "application/x-tar");
  CHECK(call.body.find("content of a") != std::string::npos);
  REQUIRE(world.sink.events.size() == 3);
  CHECK(std::get<BuildLog>(world.sink.events[1]).line == "hello");
  CHECK(std::get<BuildStep>(world.sink.events[2]).image == "r:5000/a:1");
}

TEST_CASE("each build has a session of its own, and what is not asked for is not sent", "[image]") {
  World world;
  world.engine.swarm().build_stream = {image_id("sha256:abc")};
  world.run();
  const auto first = world.call();
  CHECK(world.engine.calls().front().header("X-Docker-Expose-Session-Uuid") ==
        first.parameter("session"));
  for (const auto* name : {"buildargs", "labels", "target", "platform", "nocache", "pull"}) {
    CHECK(first.parameter(name).empty());
  }
  world.engine.forget_calls();
  world.run();
  CHECK(world.call().parameter("session") != first.parameter("session"));
  CHECK(world.call().parameter("buildid") != first.parameter("buildid"));
}

TEST_CASE("a Dockerfile that COPY must not see goes to the engine apart from the files",
          "[image]") {
  World world;
  world.folder.write(".dockerignore", "Dockerfile\n");
  world.engine.swarm().build_stream = {image_id("sha256:abc")};
  CHECK(world.run() == "sha256:abc");
  const auto call = world.call();
  CHECK(call.parameter("remote") == "client-session");
  CHECK(call.parameter("dockerfile") == "Dockerfile");
  CHECK(call.body.empty());
  CHECK(call.header("Content-Type").empty());
  const auto session = world.engine.calls().front();
  const auto offers_files = [&] {
    return std::any_of(session.headers.begin(), session.headers.end(), [](const auto& header) {
      return header.second == "/moby.filesync.v1.FileSync/DiffCopy";
    });
  };
  CHECK(offers_files());
  // Under a key of its own: what the engine has of an earlier build is not taken for this one.
  CHECK(session.header("X-Docker-Expose-Session-Sharedkey") == call.parameter("session"));
}

TEST_CASE("a failing step is named with its error and its output", "[image]") {
  World world;
  world.engine.swarm().build_stream = {trace("[2/2] RUN make", "exit code: 2", "one\ntwo\n"),
                                       stream_failure("failed to solve: exit code: 2")};
  CHECK_THROWS_WITH(world.run(), "step \"[2/2] RUN make\": exit code: 2\n  | one\n  | two");
}

TEST_CASE("a failure without a step is the engine's message", "[image]") {
  World world;
  world.engine.swarm().build_stream = {stream_failure("dockerfile parse error line 1")};
  try {
    world.run();
    FAIL("the build did not fail");
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::build);
    CHECK(std::string(error.what()) == "dockerfile parse error line 1");
  }
}

TEST_CASE("an image id does not hide a later error", "[image]") {
  World world;
  world.engine.swarm().build_stream = {image_id("sha256:abc"), stream_failure("cannot export")};
  CHECK_THROWS_WITH(world.run(), "cannot export");
}

TEST_CASE("a stream that ends with neither an image nor an error is a failure", "[image]") {
  World world;
  world.engine.swarm().build_stream = {trace("RUN make", "", "")};
  CHECK_THROWS_WITH(world.run(), "the build ended without an image and without an error");
}

TEST_CASE("a stream that breaks off is a failure", "[image]") {
  World world;
  world.engine.swarm().build_stream = {trace("RUN make", "", ""), image_id("sha256:abc")};
  world.engine.plant(fault_of_build(test::Fault::How::cut_middle, 0, {}));
  CHECK_THROWS_AS(world.run(), Error);
}

TEST_CASE("a stream of odd objects ends in words", "[image]") {
  const std::vector<Json> odd = {nullptr,
                                 5,
                                 "x",
                                 true,
                                 Json::array(),
                                 Json::object(),
                                 {{"id", 5}},
                                 {{"id", "moby.buildkit.trace"}},
                                 {{"id", "moby.buildkit.trace"}, {"aux", nullptr}},
                                 {{"id", "moby.buildkit.trace"}, {"aux", {{"a", 1}}}},
                                 {{"id", "moby.image.id"}},
                                 {{"id", "moby.image.id"}, {"aux", "x"}},
                                 {{"id", "moby.image.id"}, {"aux", {{"ID", 5}}}},
                                 {{"error", 5}},
                                 {{"errorDetail", "x"}},
                                 {{"errorDetail", {{"message", Json::array()}}}}};
  for (const auto& object : odd) {
    World world;
    world.engine.swarm().build_stream = {object};
    INFO(object.dump());
    const auto error = test::error_of([&] { world.run(); });
    CHECK(error.kind() == Kind::build);
    CHECK_THAT(error.message(), ContainsSubstring("the build"));
    World good;
    good.engine.swarm().build_stream = {object, image_id("sha256:abc")};
    if (!object.is_object() || !object.contains("errorDetail")) CHECK(good.run() == "sha256:abc");
  }
  for (const auto* aux : {"!", "a", "////"}) {
    World world;
    const Json object = {{"id", "moby.buildkit.trace"}, {"aux", aux}};
    world.engine.swarm().build_stream = {object};
    CHECK(test::error_of([&] { world.run(); }).message() == "a message of BuildKit is broken");
  }
}

TEST_CASE("a refusal before the stream is an error of the build", "[image]") {
  World world;
  world.engine.plant(fault_of_build(test::Fault::How::answer, 500, "invalid reference format"));
  try {
    world.run();
    FAIL("the build did not fail");
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::build);
    CHECK(std::string(error.what()) == "POST /build: invalid reference format");
  }
}

TEST_CASE("a stop in a build is an interruption", "[image]") {
  World world;
  world.engine.before = [&](const test::Call& call) {
    if (call.path == "/build") world.stop.request_stop();
  };
  try {
    world.run();
    FAIL("the build did not stop");
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::interrupted);
  }
}

TEST_CASE("a context that cannot be read stops before anything is asked", "[image]") {
  World world;
  world.folder.write(".dockerignore", "[\n");
  CHECK_THROWS_WITH(world.run(), "pattern \"[\": syntax error in pattern");
  CHECK(world.engine.calls().empty());
}
