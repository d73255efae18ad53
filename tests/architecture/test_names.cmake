# No test's name begins with "-", nor holds ";" or "[": CTest would not run it, or not by this name (CONTRIBUTING.md).
#
#   cmake -DROOT=CHECKOUT -P test_names.cmake
file(GLOB_RECURSE sources "${ROOT}/tests/*_test.cpp")
list(LENGTH sources count)
if(count EQUAL 0)
  message(FATAL_ERROR "no tests below ${ROOT}/tests")
endif()
foreach(source IN LISTS sources)
  file(STRINGS "${source}" wrong REGEX "TEST_CASE\\(\"(-|[^\"]*(;|\\[))")
  if(wrong)
    message(SEND_ERROR "${source}: ${wrong}")
  endif()
endforeach()
