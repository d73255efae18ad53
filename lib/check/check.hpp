#pragma once
// The `checks:` of skep.yml: HTTP requests that must answer as wanted before a release counts.
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/event.hpp"
#include "http/message.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace skep::check {

struct Check {
  std::string url;
  std::string connect;  // HOST:PORT that is connected to instead of the URL's; may be empty
  std::string method = "GET";
  http::Pairs headers;
  std::string body;
  std::vector<int> status = {200};             // any of these is good
  std::string contains;                        // what the answer's body must hold; may be empty
  Duration timeout = std::chrono::seconds(5);  // of one try
  SourceLoc loc;                               // where it is written
};

struct Result {
  std::string url;  // as it may be shown
  bool good = false;
  int status = 0;      // of the last answer; 0: no answer came
  std::string detail;  // "status 404, wanted 200"; what the last try said
  int tries = 0;
  SourceLoc loc;
  bool operator==(const Result&) const = default;
};

/// Tries all checks in their order, then once a second those that are not good yet, until all are
/// good or `deadline` has passed. (A gateway learns of a new route up to 15 s late, so a bad answer
/// may still become a good one.) Each check is tried at least once. Emits a CheckTried for each
/// try. Results are in the order of the checks. Throws Error{interrupted}.
std::vector<Result> run(const std::vector<Check>& checks, Clock& clock, EventSink& events,
                        TimePoint deadline, std::stop_token stop);

}  // namespace skep::check
