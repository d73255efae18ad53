#include "hostile.hpp"

#include "base/utf8.hpp"
#include "base/visible.hpp"

#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <poll.h>
#include <set>
#include <sys/wait.h>
#include <unistd.h>

namespace skep::test {
namespace {

struct Verdict {
  int exit = -1;
  std::string wrong;
  std::string own;
};

bool clean(const std::string& text) {
  return every_point(text, [](std::uint32_t point) { return !is_control(point); });
}

std::string wrong_with(const Cli::Output& output, bool json, bool endless) {
  static const std::set<int> kExits = {0, 1, 2, 3, 4, 5, 6, 130};
  if (endless) return "asks without end";
  if (!kExits.contains(output.exit)) return fmt::format("exit {}", output.exit);
  if (!clean(output.out)) return "control characters on standard output";
  if (!clean(output.err)) return "control characters on standard error";
  if (!json) return "";
  std::istringstream lines(output.out);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && !Json::accept(line))
      return "a line that is no JSON: " + line.substr(0, 80);
  }
  return "";
}

/// One run against the changed engine.
Verdict run_once(const Scenario& scenario, const Change* change, bool json, const Plant& plant,
                 std::map<std::string, std::string>* samples) {
  Cli cli;
  cli.env.variables["PATH"] = "/nowhere";  // without git, which takes longer than all the rest
  scenario.prepare(cli);
  HostileEngine hostile(cli.engine);
  hostile.change = change;
  std::string planted;
  if (plant) {
    hostile.seen = [&](const std::string& question, const std::string& body) {
      plant(question, body, cli, planted);
    };
  }
  cli.connect = lend(hostile);
  auto args = scenario.args;
  if (json) args.insert(args.begin(), {"-o", "json"});
  auto output = cli.run(args);
  if (planted.starts_with("exit ")) {
    output.exit = std::stoi(planted.substr(5));
  } else {
    output.out += planted;
  }
  if (samples != nullptr) *samples = hostile.samples;
  Verdict verdict{output.exit, wrong_with(output, json, hostile.requests > hostile.most), ""};
  if (const auto at = output.err.find("skep itself failed"); at != std::string::npos)
    verdict.own = output.err.substr(at, output.err.find('\n', at) - at);
  return verdict;
}

void say(int fd, const std::string& line) {
  if (::write(fd, (line + "\n").data(), line.size() + 1) < 0) _exit(99);
}

/// The child: "begin N", "end N EXIT\tWRONG\tOWN" a case. Whatever leaves a case ends it.
[[noreturn]] void work(int fd, const Scenario& scenario, const std::vector<Change>& changes,
                       std::size_t from, const Plant& plant) noexcept {
  for (std::size_t i = from; i < changes.size(); ++i) {
    say(fd, fmt::format("begin {}", i));
    const auto verdict = run_once(scenario, &changes[i], i % 2 == 1, plant, nullptr);
    say(fd, fmt::format("end {} {}\t{}\t{}", i, verdict.exit, verdict.wrong, verdict.own));
  }
  _exit(0);
}

std::string name_of(const Change& change) {
  return fmt::format("{} {} {}", change.question, change.pointer, change.what);
}

/// Reads what a child says until it ends. Gives the case back in which it was cut off, or
/// changes.size().
class Parent {
 public:
  Parent(const std::vector<Change>& changes, Found& found, int patience_ms)
      : changes_(changes), found_(found), patience_ms_(patience_ms) {}

  std::size_t watch(int fd, pid_t child) {
    running_.reset();
    std::string rest;
    bool hangs = false;
    for (;;) {
      pollfd poll{.fd = fd, .events = POLLIN, .revents = 0};
      if (::poll(&poll, 1, patience_ms_) == 0) {
        hangs = true;
        ::kill(child, SIGKILL);
      }
      char buffer[4096];
      const auto count = ::read(fd, buffer, sizeof buffer);
      if (count <= 0) break;
      rest.append(buffer, static_cast<std::size_t>(count));
      for (auto end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
        take(rest.substr(0, end));
        rest.erase(0, end + 1);
      }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!running_) return changes_.size();
    const std::string how = hangs ? "hangs"
                            : WIFSIGNALED(status)
                                ? fmt::format("signal {}", WTERMSIG(status))
                                : fmt::format("ended with {}", WEXITSTATUS(status));
    found_.wrong.push_back(how + ": " + name_of(changes_[*running_]));
    ++found_.cases;
    return *running_ + 1;
  }

 private:
  void take(const std::string& line) {
    std::istringstream words(line);
    std::string word;
    std::size_t number = 0;
    words >> word >> number;
    if (word == "begin") {
      running_ = number;
      return;
    }
    running_.reset();
    ++found_.cases;
    const auto first = line.find('\t');
    const auto second = line.find('\t', first + 1);
    const auto exit = line.substr(0, first).substr(line.rfind(' ', first) + 1);
    const auto wrong = line.substr(first + 1, second - first - 1);
    const auto own = line.substr(second + 1);
    ++found_.exits[exit];
    if (!wrong.empty()) found_.wrong.push_back(wrong + ": " + name_of(changes_[number]));
    if (own.empty()) return;
    ++found_.faults;
    found_.own_words[own] = name_of(changes_[number]);
  }

  const std::vector<Change>& changes_;
  Found& found_;
  int patience_ms_;
  std::optional<std::size_t> running_;
};

}  // namespace

std::size_t stride_of(std::size_t few) {
  const char* all = std::getenv("SKEP_LONG");
#ifdef __SANITIZE_ADDRESS__
  few *= 8;  // slow there
#endif
  return all != nullptr && std::string(all) == "yes" ? 1 : few;
}

Found try_all(const Scenario& scenario, std::size_t stride, const Plant& plant) {
  std::map<std::string, std::string> samples;
  const auto plain = run_once(scenario, nullptr, false, {}, &samples);
  std::vector<Change> all;
  for (const auto& [question, body] : samples) {
    for (auto& change : changes_of(question, body)) all.push_back(std::move(change));
  }
  std::vector<Change> changes;
  for (std::size_t i = 0; i < all.size(); i += stride) changes.push_back(all[i]);
  Found found;
  if (!plain.wrong.empty()) found.wrong.push_back("unchanged: " + plain.wrong);
  Parent parent(changes, found, scenario.patience_ms);
  for (std::size_t from = 0; from < changes.size();) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      for (const int number : {SIGABRT, SIGSEGV, SIGILL, SIGFPE, SIGBUS}) ::signal(number, SIG_DFL);
      work(ends[1], scenario, changes, from, plant);
    }
    ::close(ends[1]);
    from = parent.watch(ends[0], child);
    ::close(ends[0]);
  }
  return found;
}

}  // namespace skep::test
