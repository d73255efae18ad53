cmake_minimum_required(VERSION 3.25)
# The test of citations must fail on a planted one: copies the sources, plants one of each sort, and expects
# references.cmake to name it.
#   cmake -DROOT=<checkout> -DWORK=<scratch folder> -P tests/architecture/references_planted.cmake
file(REMOVE_RECURSE "${WORK}")
file(COPY "${ROOT}/lib" "${ROOT}/docs" "${ROOT}/README.md" "${ROOT}/ARCHITECTURE.md" "${ROOT}/CONTRIBUTING.md"
     DESTINATION "${WORK}")

function(check result_variable output_variable)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -DROOT=${WORK} -P "${ROOT}/tests/architecture/references.cmake"
    RESULT_VARIABLE result
    ERROR_VARIABLE output
    OUTPUT_QUIET)
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  set(${result_variable} ${result} PARENT_SCOPE)
  set(${output_variable} "${output}" PARENT_SCOPE)
endfunction()

function(expect_caught name text wanted)
  file(WRITE "${WORK}/lib/base/planted.hpp" "#pragma once\n${text}\n")
  check(result output)
  if(result EQUAL 0 OR NOT output MATCHES "lib/base/planted.hpp: ${wanted}")
    message(FATAL_ERROR "${name}: a planted citation was not caught: ${output}")
  endif()
  file(REMOVE "${WORK}/lib/base/planted.hpp")
endfunction()

# Put together here, so that this file does not cite them itself.
set(section "§5")
set(notes "notes")
set(number "issue")
check(result output)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "the copy is not clean before anything is planted: ${output}")
endif()
expect_caught("a document of the authors" "// why: design ${section}" "cites \"design ")
expect_caught("notes of the authors" "int a = 64;  // engine-${notes} 4.6" "cites \"engine-")
expect_caught("notes in the next line" "// what the engine takes (cluster-${notes}\n// 4.6)" "cites \"cluster-")
expect_caught("an issue of no project" "/// runs once (${number} 6)" "cites \"[(]${number} 6")
expect_caught("a page that is not there" "// docs/engines.m${empty}d" "cites docs/engines[.]md, which is not there")
expect_caught("a section that is not there" "// (docs/engine.md, \"No such ${number}\")" "cites docs/engine.md, \"No such")
expect_caught("such a section in the next line" "// (docs/engine.md,\n// \"No such ${number}\")"
              "cites docs/engine.md, \"No such")
file(REMOVE_RECURSE "${WORK}")
message(STATUS "references: every planted citation was caught")
