#include "cmd/session.hpp"

#include "base/visible.hpp"
#include "cmd/output.hpp"

#include <nlohmann/json.hpp>

#include <ostream>
#include <utility>

namespace skep::cmd {

deploy::Deps& Session::deps() {
  if (!deps_) {
    deps_ = std::make_unique<deploy::Deps>(world_.env, world_.clock, events_, world_.stop,
                                           deploy::HostOptions{common_.host, common_.context},
                                           world_.connect);
  }
  return *deps_;
}

void Session::print_text(const std::string& text) {
  put(visible(events_.redactor()(text)));
}

void Session::print_document(const std::string& text) {
  put(events_.redactor()(text));
}

void Session::print_json(Json json) {
  put(json_line(std::move(json), events_.redactor()));
}

void Session::put(std::string text) {
  if (!text.empty() && text.back() != '\n') text += '\n';
  write_out(world_.out, text);
}

void Session::print_error(const std::string& text) {
  world_.err << visible(events_.redactor()(text)) << std::flush;
}

}  // namespace skep::cmd
