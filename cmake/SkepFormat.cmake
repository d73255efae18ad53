find_program(CLANG_FORMAT NAMES clang-format-14 clang-format)
if(CLANG_FORMAT)
  file(GLOB_RECURSE SKEP_SOURCES CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/lib/*.[ch]pp"
       "${CMAKE_SOURCE_DIR}/cmd/*.[ch]pp" "${CMAKE_SOURCE_DIR}/tests/*.[ch]pp")
  add_custom_target(format COMMAND ${CLANG_FORMAT} -i ${SKEP_SOURCES} VERBATIM)
  add_custom_target(check-format COMMAND ${CLANG_FORMAT} --dry-run --Werror ${SKEP_SOURCES} VERBATIM)
endif()
