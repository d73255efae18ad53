#include "hostile.hpp"

#include "base/utf8.hpp"
#include "base/visible.hpp"

#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <poll.h>
#include <set>
#include <sstream>
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

/// A prepared project and its engine, whose answers may be changed.
struct Stage {
  Cli cli;
  HostileEngine hostile{cli.engine};
  std::string planted;

  Stage(const Scenario& scenario, const Plant& plant) {
    cli.env.variables["PATH"] = "/nowhere";  // without git, which takes longer than all the rest
    scenario.prepare(cli);
    if (plant) {
      hostile.seen = [this, plant](const std::string& question, const std::string& body) {
        plant(question, body, cli, planted);
      };
    }
    cli.connect = lend(hostile);
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
};

/// One run of the verb on a stage that none has run on.
Verdict run_once(Stage& stage, const Scenario& scenario, const Change* change, bool json) {
  stage.hostile.change = change;
  auto args = scenario.args;
  if (json) args.insert(args.begin(), {"-o", "json"});
  auto output = stage.cli.run(args);
  if (stage.planted.starts_with("exit ")) {
    output.exit = std::stoi(stage.planted.substr(5));
  } else {
    output.out += stage.planted;
  }
  const bool endless = stage.hostile.requests > stage.hostile.most;
  Verdict verdict{output.exit, wrong_with(output, json, endless), ""};
  if (const auto at = output.err.find("skep itself failed"); at != std::string::npos)
    verdict.own = output.err.substr(at, output.err.find('\n', at) - at);
  return verdict;
}

/// The child: one case, and "EXIT\tWRONG\tOWN" of it. Whatever leaves the case ends the child.
[[noreturn]] void work(int fd, Stage& stage, const Scenario& scenario, const Change& change,
                       bool json) noexcept {
  for (const int number : {SIGABRT, SIGSEGV, SIGILL, SIGFPE, SIGBUS}) ::signal(number, SIG_DFL);
  const auto verdict = run_once(stage, scenario, &change, json);
  const auto line = fmt::format("{}\t{}\t{}\n", verdict.exit, verdict.wrong, verdict.own);
  _exit(::write(fd, line.data(), line.size()) < 0 ? 99 : 0);
}

std::string name_of(const Change& change) {
  return fmt::format("{} {} {}", change.question, change.pointer, change.what);
}

/// What a child says until it ends; nothing when it says no more for that long, and then it is
/// ended.
std::optional<std::string> words_of(int fd, pid_t child, int patience_ms) {
  std::string words;
  for (;;) {
    pollfd poll{.fd = fd, .events = POLLIN, .revents = 0};
    if (::poll(&poll, 1, patience_ms) == 0) {
      ::kill(child, SIGKILL);
      return std::nullopt;
    }
    char buffer[4096];
    const auto count = ::read(fd, buffer, sizeof buffer);
    if (count <= 0) return words;
    words.append(buffer, static_cast<std::size_t>(count));
  }
}

void count(Found& found, const Change& change, const std::optional<std::string>& words,
           int status) {
  ++found.cases;
  if (!words || words->empty() || words->back() != '\n') {
    const std::string how = !words ? "hangs"
                            : WIFSIGNALED(status)
                                ? fmt::format("signal {}", WTERMSIG(status))
                                : fmt::format("ended with {}", WEXITSTATUS(status));
    found.wrong.push_back(how + ": " + name_of(change));
    return;
  }
  const auto first = words->find('\t');
  const auto second = words->find('\t', first + 1);
  const auto wrong = words->substr(first + 1, second - first - 1);
  const auto own = words->substr(second + 1, words->size() - second - 2);
  ++found.exits[words->substr(0, first)];
  if (!wrong.empty()) found.wrong.push_back(wrong + ": " + name_of(change));
  if (own.empty()) return;
  ++found.faults;
  found.own_words[own] = name_of(change);
}

/// Each case in a child of its own, which begins where the stage is prepared.
void try_one(Stage& stage, const Scenario& scenario, const Change& change, bool json,
             Found& found) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("no child");
  if (child == 0) {
    ::close(ends[0]);
    work(ends[1], stage, scenario, change, json);
  }
  ::close(ends[1]);
  const auto words = words_of(ends[0], child, scenario.patience_ms);
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  count(found, change, words, status);
}

}  // namespace

std::size_t stride_of(std::size_t few) {
  const char* all = std::getenv("SKEP_LONG");
#ifdef __SANITIZE_ADDRESS__
  few *= 8;  // slow there
#endif
  return all != nullptr && std::string(all) == "yes" ? 1 : few;
}

Found try_all(const Scenario& scenario, std::size_t stride, const Plant& plant,
              const std::string& question) {
  Found found;
  std::vector<Change> all;
  {
    Stage plain(scenario, {});
    const auto verdict = run_once(plain, scenario, nullptr, false);
    if (!verdict.wrong.empty()) found.wrong.push_back("unchanged: " + verdict.wrong);
    for (const auto& [asked, body] : plain.hostile.samples) {
      if (!question.empty() && asked != question) continue;
      for (auto& change : changes_of(asked, body)) all.push_back(std::move(change));
    }
  }
  Stage stage(scenario, plant);
  for (std::size_t i = 0; i < all.size(); i += stride)
    try_one(stage, scenario, all[i], i / stride % 2 == 1, found);
  return found;
}

}  // namespace skep::test
