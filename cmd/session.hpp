#pragma once
// One call of skep: what it reads from and writes to. Tests run verbs in-process with strings for
// streams.
#include "base/clock.hpp"
#include "base/env.hpp"
#include "base/event.hpp"
#include "base/json.hpp"
#include "deploy/deps.hpp"

#include <iosfwd>
#include <memory>
#include <stop_token>
#include <string>
#include <type_traits>

namespace skep::cmd {

/// Flags that every verb takes.
struct Common {
  std::string host;
  std::string context;
  std::string output = "text";
  bool quiet = false;
  bool no_color = false;
  bool verbose = false;
};

// How a verb's result is shown: for people, and with -o json.
template <typename Result>
using AsText = std::string (*)(const std::type_identity_t<Result>&);
template <typename Result>
using AsJson = Json (*)(const std::type_identity_t<Result>&);

/// The streams and the world around a call.
struct World {
  Env env;
  std::ostream& out;
  std::ostream& err;
  std::istream& in;
  bool err_is_terminal = false;
  unsigned width = 80;  // of the terminal, in columns
  std::stop_token stop;
  Clock& clock;
  deploy::Connector connect;  // production: deploy::connect_to_engine
};

class Session {
 public:
  Session(World& world, const Common& common, EventSink& events)
      : world_(world), common_(common), events_(events) {}

  bool json() const { return common_.output == "json"; }
  bool verbose() const { return common_.verbose; }
  const Env& env() const { return world_.env; }
  std::ostream& out() { return world_.out; }
  std::istream& in() { return world_.in; }
  EventSink& events() { return events_; }

  /// What operations need; the connection is made at the first use of deps().engine().
  deploy::Deps& deps();

  /// The result of a verb in the form that was asked for; the other one is not made.
  template <typename Result>
  void print(const Result& result, AsText<Result> as_text, AsJson<Result> as_json) {
    if (json()) return print_json(as_json(result));
    print_text(as_text(result));
  }
  /// The same for a file that programs read (YAML, a script).
  template <typename Result>
  void print_document(const Result& result, AsText<Result> as_text, AsJson<Result> as_json) {
    if (json()) return print_json(as_json(result));
    print_document(as_text(result));
  }

  // In all of them known secrets are hidden, and a newline ends what has none. They throw
  // OutputLost.
  /// For people: control characters are escaped.
  void print_text(const std::string& text);
  /// For programs: as it is.
  void print_document(const std::string& text);
  /// One line.
  void print_json(Json json);
  /// Text for standard error, hidden and escaped as in print_text().
  void print_error(const std::string& text);

 private:
  void put(std::string text);

  World& world_;
  const Common& common_;
  EventSink& events_;
  std::unique_ptr<deploy::Deps> deps_;
};

}  // namespace skep::cmd
