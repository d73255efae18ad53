# skep_compile(TARGET): how the sources of a target of our own are read, by SKEP_UNITY and SKEP_PCH. The reader of YAML is
# what a load takes its time in, and is a little faster file by file.
if(SKEP_PCH)
  file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/pch.cpp" "")
  add_library(skep_pch STATIC "${CMAKE_CURRENT_BINARY_DIR}/pch.cpp")
  target_link_libraries(skep_pch PRIVATE skep_options ${SKEP_FMT} nlohmann_json::nlohmann_json)
  target_precompile_headers(
    skep_pch
    PRIVATE
    <algorithm>
    <array>
    <charconv>
    <chrono>
    <filesystem>
    <functional>
    <map>
    <memory>
    <mutex>
    <optional>
    <set>
    <stop_token>
    <string>
    <variant>
    <vector>
    <fmt/format.h>
    <nlohmann/json.hpp>)
endif()

function(skep_compile target)
  if(SKEP_UNITY AND NOT target STREQUAL "skep_yaml")
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 20)
  endif()
  if(SKEP_PCH)
    target_precompile_headers(${target} REUSE_FROM skep_pch)
  endif()
endfunction()
