# Every package skep is built with (design: "Dependencies" in ARCHITECTURE.md). Nothing is downloaded.
find_package(fmt REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(LibArchive REQUIRED)
pkg_check_modules(LIBYAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(NGHTTP2 REQUIRED IMPORTED_TARGET libnghttp2)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)

set(SKEP_FMT fmt::fmt)
if(NOT SKEP_FAST_START)
  find_package(CURL 7.88 REQUIRED)
  return()
endif()

# A fast start: what costs most at start is loading shared libraries and relocating them, so the large ones are linked
# statically, and libcurl is one that brings HTTP only.
if(DEFINED ENV{SKEP_CACHE})
  set(curl_prefix "$ENV{SKEP_CACHE}/curl")
else()
  set(curl_prefix "/var/cache/skep/curl")
endif()
if(NOT EXISTS "${curl_prefix}/lib/libcurl.a")
  message(FATAL_ERROR "no libcurl in ${curl_prefix}: run cmake/build-curl.sh, or configure with -DSKEP_FAST_START=OFF")
endif()
add_library(CURL::libcurl STATIC IMPORTED)
set_target_properties(
  CURL::libcurl PROPERTIES IMPORTED_LOCATION "${curl_prefix}/lib/libcurl.a" INTERFACE_INCLUDE_DIRECTORIES
                                                                          "${curl_prefix}/include")
target_compile_definitions(CURL::libcurl INTERFACE CURL_STATICLIB)
target_link_libraries(CURL::libcurl INTERFACE OpenSSL::SSL OpenSSL::Crypto)

# The same packages, their archives: targets of our own that stand in for the imported ones.
function(skep_static target archive)
  find_library(${archive}_ARCHIVE NAMES lib${archive}.a REQUIRED)
  add_library(skep_static_${archive} STATIC IMPORTED)
  get_target_property(includes ${target} INTERFACE_INCLUDE_DIRECTORIES)
  if(NOT includes)
    set(includes "")
  endif()
  set_target_properties(skep_static_${archive} PROPERTIES IMPORTED_LOCATION "${${archive}_ARCHIVE}"
                                                          INTERFACE_INCLUDE_DIRECTORIES "${includes}")
  target_link_libraries(skep_static_${archive} INTERFACE ${ARGN})
endfunction()
skep_static(PkgConfig::LIBYAML yaml)
skep_static(LibArchive::LibArchive archive ZLIB::ZLIB)
skep_static(PkgConfig::NGHTTP2 nghttp2)
skep_static(PkgConfig::RE2 re2 Threads::Threads)
list(FILTER RE2_LIBRARIES INCLUDE REGEX "^absl_") # Debian 13's RE2 stands on abseil
foreach(library ${RE2_LIBRARIES})
  skep_static(PkgConfig::RE2 ${library})
  target_link_libraries(skep_static_re2 INTERFACE skep_static_${library})
endforeach()
# Debian has no archive of libfmt, and the shared one would bring the shared libstdc++ back in.
add_library(skep_static_fmt STATIC "${CMAKE_CURRENT_LIST_DIR}/fmt.cpp")
target_compile_features(skep_static_fmt PUBLIC cxx_std_20)
target_compile_options(skep_static_fmt PRIVATE -ffunction-sections -fdata-sections)
set(SKEP_FMT skep_static_fmt)
