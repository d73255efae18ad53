#include "cmd/output.hpp"

#include "base/visible.hpp"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <ostream>
#include <system_error>

namespace skep::cmd {
namespace {

void hide(Json& value, const Redactor& redactor) {
  if (value.is_string()) {
    value = redactor(value.get_ref<const std::string&>());
  } else if (value.is_structured()) {
    for (auto& item : value) hide(item, redactor);
  }
}

}  // namespace

OutputLost::OutputLost(int error_number)
    : Error(Kind::rejected,
            "standard output could not be written" +
                (error_number == 0 ? "" : ": " + std::generic_category().message(error_number))),
      reader_gone_(error_number == EPIPE) {}

void write_out(std::ostream& out, const std::string& text) {
  errno = 0;
  out << text << std::flush;
  if (!out) throw OutputLost(errno);
}

std::string json_line(Json value, const Redactor& redactor) {
  hide(value, redactor);
  return visible_json(dump_json(value)) + "\n";
}

}  // namespace skep::cmd
