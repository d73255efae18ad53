#include "base/secret.hpp"

#include "base/hash.hpp"
#include "base/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace skep {
namespace {

constexpr std::size_t kShortest = 4;
constexpr std::size_t kShortestLine = 8;

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string json_escaped(const std::string& value) {
  const std::string quoted = dump_json(Json(value));
  return quoted.substr(1, quoted.size() - 2);
}

/// As Go writes it into JSON.
std::string go_escaped(const std::string& value) {
  std::string text = replace_all(json_escaped(value), "<", "\\u003c");
  text = replace_all(text, ">", "\\u003e");
  return replace_all(text, "&", "\\u0026");
}

/// The base64 digits that `value` alone decides when it stands `shift` bytes into a longer text:
/// base64 of "user:password" holds the password's digits, but not those that its neighbours share.
std::string base64_inside(const std::string& value, std::size_t shift, bool url) {
  const std::string digits =
      url ? base64url(std::string(shift, 'x') + value) : base64(std::string(shift, 'x') + value);
  const std::size_t first = (shift * 8 + 5) / 6;
  const std::size_t end = (shift + value.size()) * 8 / 6;
  return end > first ? digits.substr(first, end - first) : "";
}

std::vector<std::string> lines_of(const std::string& value) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from <= value.size();) {
    const std::size_t end = std::min(value.find('\n', from), value.size());
    lines.push_back(value.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

std::vector<std::string> forms_of(const std::string& value) {
  std::vector<std::string> forms = {value, json_escaped(value), go_escaped(value),
                                    url_encode(value)};
  for (std::size_t shift = 0; shift < 3; ++shift) {
    forms.push_back(base64_inside(value, shift, /*url=*/false));
    forms.push_back(base64_inside(value, shift, /*url=*/true));
  }
  for (const auto& line : lines_of(value)) {
    // What is printed line by line (a key in PEM form) would otherwise pass.
    if (line.size() >= kShortestLine) forms.push_back(line);
  }
  return forms;
}

}  // namespace

void Redactor::hide(const Secret& secret) {
  if (secret.reveal().size() < kShortest) return;
  auto forms = forms_of(secret.reveal());
  const std::lock_guard lock(mutex_);
  for (auto& form : forms) {
    if (form.size() >= kShortest) values_.insert(std::move(form));
  }
}

std::string Redactor::operator()(std::string_view text) const {
  std::string result(text);
  const std::lock_guard lock(mutex_);
  for (const auto& value : values_) result = replace_all(std::move(result), value, "***");
  return result;
}

bool Redactor::LongerFirst::operator()(const std::string& a, const std::string& b) const {
  return a.size() != b.size() ? a.size() > b.size() : a < b;
}

}  // namespace skep
