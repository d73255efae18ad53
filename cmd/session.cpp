#include "cmd/session.hpp"

#include <ostream>

namespace skep::cmd {

ops::Deps& Session::deps() {
  if (!deps_) {
    deps_ = std::make_unique<ops::Deps>(world_.env, world_.clock, events_, world_.stop,
                                        ops::HostOptions{common_.host, common_.context},
                                        world_.connect);
  }
  return *deps_;
}

void Session::print(const ops::Printable& result) {
  std::string line = json() ? result.json : result.text;
  if (!line.empty() && line.back() != '\n') line += '\n';
  world_.out << events_.redactor()(line) << std::flush;
}

void Session::print_error(const std::string& text) {
  world_.err << events_.redactor()(text) << std::flush;
}

}  // namespace skep::cmd
