#pragma once
// One call of skep: what it reads from and writes to. Tests run verbs in-process with strings for
// streams.
#include "base/clock.hpp"
#include "base/env.hpp"
#include "base/event.hpp"
#include "deploy/deps.hpp"
#include "ops/printable.hpp"

#include <iosfwd>
#include <memory>
#include <stop_token>
#include <string>

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
  /// The result of a verb: for people, or as one line of JSON with -o json. Known secrets are
  /// hidden, control characters escaped. Throws OutputLost.
  void print(const ops::Printable& result);
  /// The same for a file that programs read (YAML, a script): only known secrets are hidden.
  void print_document(const ops::Printable& result);
  /// Text for standard error, hidden and escaped as in print().
  void print_error(const std::string& text);

 private:
  void put(std::string text);

  World& world_;
  const Common& common_;
  EventSink& events_;
  std::unique_ptr<deploy::Deps> deps_;
};

}  // namespace skep::cmd
