// The search for what a hostile answer does (hostile_test.cpp) must find what is there to be found:
// ten faults, each planted at one field of one answer.
// Not under sanitizers, which take the signals for themselves.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#include "hostile.hpp"

#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

using namespace skep;
using test::Cli;

namespace {

struct Planted {
  std::string verb;      // of the scenario
  std::string question;  // whose answer is looked at
  std::function<bool(const Json& answer)> bad;
  std::function<void(std::string& out)> fault;
  std::string found;  // how the search tells it
};

test::Scenario scenario_of(const std::string& verb) {
  return {verb, test::with_release, {verb}, 10'000};
}

/// The first element of a list, or the answer itself.
const Json& first(const Json& answer) {
  return answer.is_array() && !answer.empty() ? answer[0] : answer;
}

bool has(const Json& answer, const char* pointer, bool (Json::*test)() const noexcept) {
  const Json::json_pointer at(pointer);
  return answer.is_structured() && first(answer).is_object() && first(answer).contains(at) &&
         (first(answer).at(at).*test)();
}

/// Deeper than any stack.
int deeper(int depth) {
  volatile char page[4096] = {};
  page[0] = static_cast<char>(depth);
  return depth == 1 << 30 ? 0 : deeper(depth + 1) + page[0];
}

std::vector<Planted> planted() {
  return {
      {"ls", "GET /services", [](const Json& a) { return has(a, "/Spec/Name", &Json::is_number); },
       [](std::string&) { std::abort(); }, "signal 6"},
      {"logs", "GET /nodes",
       [](const Json& a) { return has(a, "/Description/Hostname", &Json::is_null); },
       [](std::string&) { std::raise(SIGSEGV); }, "signal 11"},
      {"logs", "GET /tasks", [](const Json& a) { return has(a, "/Slot", &Json::is_array); },
       [](std::string&) { throw 42; }, "signal 6"},
      {"history", "GET /configs",
       [](const Json& a) { return has(a, "/CreatedAt", &Json::is_object); },
       [](std::string&) { std::thread([] { throw std::runtime_error("in a thread"); }).join(); },
       "signal 6"},
      {"history", "GET /configs",
       [](const Json& a) { return has(a, "/Spec/Name", &Json::is_boolean); },
       [](std::string&) { std::this_thread::sleep_for(std::chrono::hours(1)); }, "hangs"},
      {"ls", "GET /services", [](const Json& a) { return has(a, "/ID", &Json::is_null); },
       [](std::string&) { deeper(0); }, "signal 11"},
      {"unlock", "GET /configs/*",
       [](const Json& a) { return has(a, "/Version", &Json::is_number); },
       [](std::string& out) { out = "exit 134"; }, "exit 134"},
      {"logs", "GET /nodes", [](const Json& a) { return has(a, "/Spec", &Json::is_array); },
       [](std::string& out) { out = "\x1b[2J\n"; }, "control characters on standard output"},
      {"ls", "GET /services",
       [](const Json& a) { return !has(a, "/ServiceStatus", &Json::is_object); },
       [](std::string& out) { out = "{\"half\": \n"; }, "a line that is no JSON"},
      {"unlock", "GET /configs/*",
       [](const Json& a) { return has(a, "/Spec/Labels", &Json::is_null); },
       [](std::string&) { _exit(0); }, "ended with 0"},
  };
}

}  // namespace

TEST_CASE("hostile answers: each of ten planted faults is found", "[cmd]") {
  int number = 0;
  for (const auto& one : planted()) {
    ++number;
    const auto plant = [&](const std::string& question, const std::string& body, Cli&,
                           std::string& out) {
      if (question != one.question) return;
      const auto answer = Json::parse(body, nullptr, false);
      if (!answer.is_discarded() && one.bad(answer)) one.fault(out);
    };
    const auto found = test::try_all(scenario_of(one.verb), 1, plant, one.question);
    const bool there =
        std::any_of(found.wrong.begin(), found.wrong.end(), [&](const std::string& wrong) {
          return wrong.starts_with(one.found) && wrong.find(one.question) != std::string::npos;
        });
    INFO("planted fault " << number << ": " << one.found << " at " << one.question << ", "
                          << found.cases << " cases");
    INFO("found: " << (found.wrong.empty() ? "nothing" : found.wrong.front()));
    CHECK(there);
    CHECK(found.wrong.size() < found.cases / 2);
  }
}
#endif
