#include "cmd/session.hpp"

#include "base/visible.hpp"
#include "cmd/output.hpp"

#include <ostream>

namespace skep::cmd {

deploy::Deps& Session::deps() {
  if (!deps_) {
    deps_ = std::make_unique<deploy::Deps>(world_.env, world_.clock, events_, world_.stop,
                                           deploy::HostOptions{common_.host, common_.context},
                                           world_.connect);
  }
  return *deps_;
}

void Session::print(const ops::Printable& result) {
  if (json()) return put(json_line(result.json, events_.redactor()));
  put(visible(events_.redactor()(result.text)));
}

void Session::print_document(const ops::Printable& result) {
  if (json()) return print(result);
  put(events_.redactor()(result.text));
}

void Session::put(std::string text) {
  if (!text.empty() && text.back() != '\n') text += '\n';
  write_out(world_.out, text);
}

void Session::print_error(const std::string& text) {
  world_.err << visible(events_.redactor()(text)) << std::flush;
}

}  // namespace skep::cmd
