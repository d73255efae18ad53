#pragma once
// A stack file in a test: text in, values or the text of all findings out.
#include "stack/read.hpp"
#include "support/catch.hpp"
#include "yaml/interpolate.hpp"
#include "yaml/read.hpp"

#include <string>

namespace skep::test {

/// Relative paths below `base`, and the variables given.
inline stack::ReadOptions options_with(std::map<std::string, std::string> variables = {},
                                       const std::string& base = "/base") {
  stack::ReadOptions options;
  options.base_dir = base;
  options.env.variables = std::move(variables);
  options.env.cwd = base;
  return options;
}
inline stack::ReadOptions as_docker(std::map<std::string, std::string> variables = {}) {
  auto options = options_with(std::move(variables));
  options.compat = stack::Compat::docker;
  return options;
}

struct ReadStack {
  stack::Stack stack;
  Diagnostics problems;
  std::string text() const { return format(problems); }
};

inline ReadStack read_stack(const std::string& text, stack::ReadOptions options = options_with()) {
  ReadStack result;
  yaml::Document document = yaml::read(text, "s.yml", result.problems);
  const yaml::Interpolation how{[&](const std::string& name) { return options.env.get(name); }};
  document.root = yaml::interpolate(document.root, how, result.problems);
  result.stack = stack::read(document, options, result.problems);
  return result;
}

/// One service "a" with an image and the lines given below it, each indented by four blanks.
inline std::string service_with(const std::string& lines) {
  std::string text = "services:\n  a:\n    image: x:1\n";
  for (std::size_t at = 0; at < lines.size();) {
    const auto end = std::min(lines.find('\n', at), lines.size());
    text += "    " + lines.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return text;
}

/// The findings about one service, without "s.yml:" in front; "" when all is well.
inline std::string findings(const std::string& lines, stack::ReadOptions options = options_with()) {
  std::string text = read_stack(service_with(lines), std::move(options)).text();
  for (auto at = text.find("s.yml:"); at != std::string::npos; at = text.find("s.yml:", at))
    text.erase(at, 6);
  return text;
}

inline stack::Service service_of(const std::string& lines,
                                 stack::ReadOptions options = options_with()) {
  const auto read = read_stack(service_with(lines), std::move(options));
  INFO(read.text());
  REQUIRE_FALSE(read.problems.has_errors());
  return read.stack.services.at("a");
}

}  // namespace skep::test
