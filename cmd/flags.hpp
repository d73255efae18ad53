#pragma once
// Declaring flags without CLI11's headers: only flags.cpp includes them.
#include "base/clock.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace skep::cmd {

/// Declares the flags and words of a verb, bound to the fields of its options. The fields must
/// outlive parse().
class Flags {
 public:
  Flags(const std::string& verb, const std::string& summary);
  ~Flags();
  Flags(const Flags&) = delete;
  Flags& operator=(const Flags&) = delete;

  /// `names` as in "-e,--environment".
  void flag(const std::string& names, bool& value, const std::string& help);
  void option(const std::string& names, std::string& value, const std::string& word,
              const std::string& help);
  void option(const std::string& names, std::vector<std::string>& values, const std::string& word,
              const std::string& help);
  void option(const std::string& names, std::optional<std::uint64_t>& value,
              const std::string& word, const std::string& help);
  /// A duration in Go's syntax: 90s, 10m, 1h30m.
  void duration(const std::string& names, Duration& value, const std::string& help);
  void duration(const std::string& names, std::optional<Duration>& value, const std::string& help);
  void choice(const std::string& names, std::string& value, const std::vector<std::string>& allowed,
              const std::string& help);
  /// The same, where the value is no text.
  void choice(const std::string& names, const std::function<void(const std::string&)>& set,
              const std::vector<std::string>& allowed, const std::string& help);
  void positional(const std::string& word, std::string& value, bool required,
                  const std::string& help);
  void positionals(const std::string& word, std::vector<std::string>& values,
                   const std::string& help);
  /// Text at the end of --help.
  void footer(const std::string& text);

  /// The flags as they may be written: "--environment", "-e", …
  std::vector<std::string> names() const;

  /// Reads the arguments behind the verb. Returns the help text when it was asked for, else
  /// nullopt. Throws Error{usage} naming the flag, with a suggestion if one is near.
  std::optional<std::string> parse(const std::vector<std::string>& args);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace skep::cmd
