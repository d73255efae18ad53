#include "cmd/run.hpp"

#include "base/diagnostics.hpp"
#include "base/error.hpp"
#include "base/visible.hpp"
#include "cmd/output.hpp"
#include "cmd/sink.hpp"
#include "cmd/verbs.hpp"
#include "deploy/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

namespace skep::cmd {
namespace {

std::string help() {
  std::string text =
      "skep releases applications onto a Docker Swarm.\n\nUsage: skep VERB [FLAGS]\n\nVerbs:\n";
  for (const auto& verb : kVerbs) text += fmt::format("  {:<15} {}\n", verb.name, verb.summary);
  text +=
      "\n`skep VERB --help` lists a verb's flags.\n\nExit status says what state the cluster is "
      "in:\n";
  return text + deploy::exit_table();
}

/// Flags that may also stand in front of the verb, as with docker, and take a value.
bool takes_value(const std::string& arg) {
  static constexpr auto kNames =
      std::to_array<std::string_view>({"-H", "--host", "--context", "-o", "--output", "-e",
                                       "--environment", "-f", "--file", "--timeout"});
  return std::find(kNames.begin(), kNames.end(), arg) != kNames.end();
}

struct Call {
  const Verb* verb = nullptr;
  std::vector<std::string> args;
};

std::vector<std::string> verb_names() {
  std::vector<std::string> names;
  for (const auto& verb : kVerbs) names.emplace_back(verb.name);
  return names;
}

/// Where the verb's own words begin: behind leading flags.
std::size_t verb_index(const std::vector<std::string>& args) {
  std::size_t at = 0;
  while (at < args.size() && args[at].size() > 1 && args[at][0] == '-')
    at += takes_value(args[at]) ? 2 : 1;
  return at;
}

Call find_verb(const std::vector<std::string>& args) {
  const std::size_t at = verb_index(args);
  if (at >= args.size()) throw Error(Kind::usage, "no verb given", "skep --help lists the verbs");
  const std::string& one = args[at];
  const std::string two = at + 1 < args.size() ? one + " " + args[at + 1] : one;
  // "history show" before "history".
  for (const std::size_t words : {std::size_t{2}, std::size_t{1}}) {
    for (const auto& verb : kVerbs) {
      if (verb.name != (words == 2 ? two : one) || at + words > args.size()) continue;
      std::vector<std::string> rest(args.begin(), args.begin() + static_cast<std::ptrdiff_t>(at));
      rest.insert(rest.end(), args.begin() + static_cast<std::ptrdiff_t>(at + words), args.end());
      return {&verb, rest};
    }
  }
  std::vector<std::string> members;
  for (const auto& name : verb_names()) {
    if (name.rfind(one + " ", 0) == 0) members.push_back("skep " + name);
  }
  if (!members.empty()) {
    throw Error(Kind::usage, fmt::format("\"{}\" needs a second word", one),
                fmt::format("{}", fmt::join(members, ", ")));
  }
  std::string close = nearest(one, verb_names());
  if (close.empty()) close = nearest(two, verb_names());
  throw Error(
      Kind::usage, fmt::format("\"{}\" is no verb of skep", one),
      close.empty() ? "skep --help lists the verbs" : fmt::format("did you mean \"{}\"?", close));
}

void add_common_flags(Flags& flags, Common& common) {
  flags.option("-H,--host", common.host, "HOST",
               "Engine to talk to: unix:///var/run/docker.sock, tcp://HOST:2376, ssh://USER@HOST");
  flags.option("--context", common.context, "NAME", "docker context that names the engine");
  flags.choice("-o,--output", common.output, {"text", "json"}, "Form of the output");
  flags.flag("-q,--quiet", common.quiet, "No progress, only problems and the result");
  flags.flag("--no-color", common.no_color, "No colours (NO_COLOR does the same)");
  flags.flag("-v,--verbose", common.verbose, "More: build output and notices");
}

/// `briefly`: the first line alone, of what stands elsewhere whole.
void print_error(std::ostream& err, const Error& error, const Redactor& redactor,
                 bool briefly = false) {
  std::string text =
      fmt::format("error: {}", briefly ? deploy::first_line(error.what()) : error.what());
  // A list of problems (Diagnostics::throw_if_errors) names its places itself.
  const bool many = error.message().find('\n') != std::string::npos;
  if (error.loc() && !many) text += fmt::format("\n  at {}", format(*error.loc()));
  if (!error.hint().empty()) text += fmt::format("\n  hint: {}", error.hint());
  err << visible(redactor(text)) << std::endl;
}

SinkOptions sink_options(const Common& common, const World& world) {
  SinkOptions options;
  options.json = common.output == "json";
  options.quiet = common.quiet;
  options.verbose = common.verbose;
  options.terminal = world.err_is_terminal && world.env.get("TERM").value_or("dumb") != "dumb";
  options.color =
      options.terminal && !common.no_color && world.env.get("NO_COLOR").value_or("").empty();
  options.width = world.width;
  return options;
}

int run_verb(const Call& call, World& world) {
  Common common;
  Flags flags(call.verb->name, call.verb->summary);
  const Runner runner = call.verb->bind(flags);
  add_common_flags(flags, common);
  if (const auto text = flags.parse(call.args)) {
    write_out(world.out, *text);
    return 0;
  }
  const auto sink = make_sink(world.out, world.err, sink_options(common, world));
  Session session(world, common, *sink);
  try {
    const int exit = runner(session);
    if (world.out) return exit;
    print_error(world.err, OutputLost(0), sink->redactor());
    // Of a verb that changes something the status says what state the cluster is in.
    return call.verb->emits_outcome || exit != 0 ? exit : 1;
  } catch (const OutputLost& lost) {
    if (!lost.reader_gone()) print_error(world.err, lost, sink->redactor());
    return 1;
  } catch (const std::exception& exception) {
    const Error error = as_error(exception);
    const Ended ended = deploy::ended_by(error, "");
    // A list of problems stands in the outcome: one log of both would have it twice.
    const bool outcome = session.json() && call.verb->emits_outcome;
    print_error(world.err, error, sink->redactor(), outcome);
    if (outcome) sink->emit(ended);
    return ended.exit;
  }
}

}  // namespace

std::vector<std::string> flag_names(const Verb& verb) {
  Common common;
  Flags flags(verb.name, verb.summary);
  const Runner runner = verb.bind(flags);  // holds what the flags are bound to
  add_common_flags(flags, common);
  return flags.names();
}

int run(const std::vector<std::string>& args, World& world) {
  const std::string first = args.empty() ? "" : args.front();
  try {
    if (args.empty() || first == "--help" || first == "-h" || first == "help") {
      write_out(world.out, help());
      return args.empty() ? exit_status(Result::refused) : 0;
    }
    if (first == "--version") return run_verb(find_verb({"version"}), world);
    return run_verb(find_verb(args), world);
  } catch (const OutputLost& lost) {
    if (!lost.reader_gone()) print_error(world.err, lost, Redactor());
    return 1;
  } catch (const std::exception& exception) {
    const Error error = as_error(exception);
    print_error(world.err, error, Redactor());
    return deploy::ended_by(error, "").exit;
  }
}

}  // namespace skep::cmd
