# skep_embed(TARGET FUNCTION file...): a library with skep::FUNCTION(), the texts of these files of the current folder
# (cmake/embed/embedded.hpp).
function(skep_embed target function)
  set(embedded "${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp")
  list(JOIN ARGN "|" names)
  list(TRANSFORM ARGN PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/" OUTPUT_VARIABLE paths)
  add_custom_command(
    OUTPUT "${embedded}"
    COMMAND ${CMAKE_COMMAND} "-DROOT=${CMAKE_CURRENT_SOURCE_DIR}" "-DFILES=${names}" "-DFUNCTION=${function}"
            "-DOUT=${embedded}" -P "${CMAKE_SOURCE_DIR}/cmake/Embed.cmake"
    DEPENDS ${paths} "${CMAKE_SOURCE_DIR}/cmake/Embed.cmake"
    VERBATIM)
  add_library(${target} STATIC "${embedded}")
  target_include_directories(${target} PUBLIC "${CMAKE_SOURCE_DIR}/cmake/embed")
  target_link_libraries(${target} PRIVATE skep_options)
endfunction()
