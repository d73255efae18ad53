#pragma once
// What the fuzzers share. Each is one file with LLVMFuzzerTestOneInput (libFuzzer, so clang); what
// a program must never do on an input, crash(), ends the run with that input.
#include "base/error.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace skep::fuzz {

[[noreturn]] inline void crash(const std::string& why) {
  std::fprintf(stderr, "fuzz: %s\n", why.c_str());
  std::abort();
}

inline void require(bool good, const std::string& what) {
  if (!good) crash(what);
}

/// Only a mistake of the input may be thrown; anything else is one of the program.
template <typename Function>
void only_input_errors(Function&& function) {
  try {
    function();
  } catch (const Error& error) {
    require(error.kind() == Kind::input, "not an input error: " + error.message());
  }
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace skep::fuzz
