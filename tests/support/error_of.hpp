#pragma once
#include "base/error.hpp"
#include "support/catch.hpp"

namespace skep::test {

/// What a call throws; the test fails when it throws nothing.
template <typename F>
Error error_of(F&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  return {Kind::internal, ""};
}

}  // namespace skep::test
