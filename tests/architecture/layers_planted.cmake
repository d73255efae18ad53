cmake_minimum_required(VERSION 3.25)
# The tests of the architecture must fail on what is planted: copies the sources, plants one fault of each sort, and expects
# the test to name it.
#   cmake -DROOT=<checkout> -DWORK=<scratch folder> -P tests/architecture/layers_planted.cmake
set(layers ${CMAKE_COMMAND} -DROOT=${WORK} -P "${ROOT}/tests/architecture/layers.cmake")
set(declared python3 -B "${ROOT}/tests/architecture/declared.py" "${WORK}")

# expect_caught(NAME FILE LINE WANTED TEST…): LINE at the end of FILE makes TEST fail with a message that matches WANTED.
function(expect_caught name file line wanted)
  file(REMOVE_RECURSE "${WORK}")
  file(COPY "${ROOT}/lib" "${ROOT}/cmd" DESTINATION "${WORK}")
  file(APPEND "${WORK}/${file}" "\n${line}\n")
  execute_process(
    COMMAND ${ARGN}
    RESULT_VARIABLE result
    ERROR_VARIABLE output
    OUTPUT_QUIET)
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  if(result EQUAL 0 OR NOT output MATCHES "${wanted}")
    message(FATAL_ERROR "${name}: what was planted was not caught: ${output}")
  endif()
  file(REMOVE_RECURSE "${WORK}")
endfunction()

expect_caught("upward" lib/base/error.cpp "#include \"engine/transport.hpp\"" "lib/base/error.cpp: includes engine/"
              ${layers})
expect_caught("same rank" lib/yaml/planted.cpp "#include \"swarm/spec.hpp\"" "lib/yaml/planted.cpp: includes swarm/"
              ${layers})
expect_caught("cmd past ops" cmd/run.cpp "#include \"engine/transport.hpp\"" "cmd/run.cpp: includes engine/" ${layers})
expect_caught("library" lib/swarm/planted.cpp "#include <curl/curl.h>" "includes <curl>" ${layers})
expect_caught("JSON in a header" lib/swarm/paths.hpp "#include <nlohmann/json.hpp>"
              "paths.hpp: a header includes <nlohmann>" ${layers})
expect_caught("fmt in a header" lib/plan/plan.hpp "#include <fmt/core.h>" "plan.hpp: a header includes <fmt>" ${layers})
expect_caught("unknown module" lib/newmodule/planted.cpp "#include \"base/error.hpp\"" "newmodule is not in" ${layers})
expect_caught("unused edge" lib/modules.cmake "skep_module(planted RANK 9 USES base)"
              "planted may use base, and no file of it does" ${layers})
expect_caught("declared elsewhere" lib/base/hash.hpp "namespace skep::plan { Plan refresh(const std::string&, const swarm::Snapshot& now); }"
              "lib/base/hash.hpp:[0-9]+: skep::plan::refresh stands in lib/plan/refresh.cpp" ${declared})
expect_caught("an overload elsewhere" lib/plan/format.hpp "namespace skep::plan { std::string format(const Drift& drift); }"
              "lib/plan/format.hpp:[0-9]+: skep::plan::format stands in lib/plan/drift.cpp" ${declared})
expect_caught("a member elsewhere" lib/base/hash.hpp "namespace skep::release { class Lock { void confirm(); }; }"
              "lib/base/hash.hpp:[0-9]+: skep::release::Lock::confirm stands in lib/release/lock.cpp" ${declared})
expect_caught("defined nowhere" lib/base/hash.hpp "namespace skep { int planted(int number); }"
              "lib/base/hash.hpp:[0-9]+: skep::planted is defined nowhere" ${declared})
message(STATUS "architecture: everything planted was caught")
