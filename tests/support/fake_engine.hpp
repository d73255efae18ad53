#pragma once
// An engine and its swarm in memory, behind Transport: it keeps the JSON it is given, answers as a
// real one (20.10 to 28) does, records every request, fails where a test says so, and stops the
// test at a route that it does not know.
#include "engine/transport.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_swarm.hpp"

#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace skep::test {

/// One request as it came in, and the status it got (0: cut).
struct Call {
  std::string method;
  std::string path;
  engine::Pairs query;
  engine::Pairs headers;
  std::string body;
  int status = 0;

  std::string line() const { return method + ' ' + path; }
  /// First value of that name; "" when absent.
  std::string parameter(const std::string& name) const;
  std::string header(const std::string& name) const;
  Json json() const;
};

/// A failure to come. Faults are tried in the order they were added; the first that fits is used.
struct Fault {
  enum class How {
    answer,
    cut_before,
    cut_after,
    cut_middle
  };                        // middle: half of a streamed body comes
  std::string method = {};  // "" is any
  std::string path = {};    // a part of the path; "" is any
  int skip = 0;             // this many fitting requests go through first
  int times = 1;            // then this many fail; -1 is for ever
  How how = How::answer;
  int status = 500;  // of answer
  std::string message = "planted failure";
  std::function<bool(const Call&)> match = {};  // more conditions
};

class FakeEngine : public engine::Transport {
 public:
  explicit FakeEngine(FakeClock& clock);

  engine::Response send(const engine::Request& request, const engine::BodySink& sink = {},
                        std::stop_token stop = {}) override;
  /// Answers with a stream whose other end `on_upgrade` gets; without one the route is unknown.
  std::unique_ptr<engine::ByteStream> upgrade(const engine::Request& request,
                                              std::stop_token stop = {}) override;

  /// The swarm's content; use it from the test's thread while nobody else sends.
  FakeSwarm& swarm() { return swarm_; }
  FakeClock& clock() { return clock_; }

  void plant(Fault fault);
  /// The k-th request from now on (from 0) is cut.
  void cut_request(int k, Fault::How how = Fault::How::cut_before);
  /// Runs before each request is answered, without the fake's lock: it may change the world, or
  /// stop a stop_source.
  std::function<void(const Call&)> before;
  /// Gets the descriptor of the daemon's end of an upgraded connection, on a thread of its own, and
  /// closes it.
  std::function<void(const Call&, int fd)> on_upgrade;

  std::vector<Call> calls() const;
  /// Those that are neither GET nor HEAD, as "POST /services/create".
  std::vector<std::string> writes() const;
  void forget_calls();

 private:
  struct Planted {
    Fault fault;
    int seen = 0;
  };
  Fault* find_fault(const Call& call);
  engine::Response answer(const Call& call, std::stop_token stop);
  engine::Response deliver(engine::Response response, const engine::BodySink& sink, bool cut) const;

  FakeClock& clock_;
  mutable std::mutex mutex_;
  FakeSwarm swarm_;
  std::vector<Planted> faults_;
  std::vector<Call> calls_;
};

}  // namespace skep::test
