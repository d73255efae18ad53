cmake_minimum_required(VERSION 3.25)
# The layer test must fail on a planted include: copies the sources, plants one wrong include of each sort, and expects
# layers.cmake to name it.
#   cmake -DROOT=<checkout> -DWORK=<scratch folder> -P tests/architecture/layers_planted.cmake
function(expect_caught name file include wanted)
  file(REMOVE_RECURSE "${WORK}")
  file(COPY "${ROOT}/lib" "${ROOT}/cmd" DESTINATION "${WORK}")
  file(APPEND "${WORK}/${file}" "\n${include}\n")
  execute_process(
    COMMAND ${CMAKE_COMMAND} -DROOT=${WORK} -P "${ROOT}/tests/architecture/layers.cmake"
    RESULT_VARIABLE result
    ERROR_VARIABLE output
    OUTPUT_QUIET)
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  if(result EQUAL 0 OR NOT output MATCHES "${wanted}")
    message(FATAL_ERROR "${name}: a planted include was not caught: ${output}")
  endif()
  file(REMOVE_RECURSE "${WORK}")
endfunction()

expect_caught("upward" lib/base/error.cpp "#include \"engine/transport.hpp\"" "lib/base/error.cpp: includes engine/")
expect_caught("same rank" lib/yaml/planted.cpp "#include \"swarm/spec.hpp\"" "lib/yaml/planted.cpp: includes swarm/")
expect_caught("cmd past ops" cmd/run.cpp "#include \"engine/transport.hpp\"" "cmd/run.cpp: includes engine/")
expect_caught("library" lib/swarm/planted.cpp "#include <curl/curl.h>" "includes <curl>")
expect_caught("JSON in a header" lib/swarm/paths.hpp "#include <nlohmann/json.hpp>" "paths.hpp: a header includes <nlohmann>")
expect_caught("fmt in a header" lib/deploy/run.hpp "#include <fmt/core.h>" "run.hpp: a header includes <fmt>")
expect_caught("unknown module" lib/newmodule/planted.cpp "#include \"base/error.hpp\"" "newmodule is not in")
message(STATUS "layers: every planted include was caught")
