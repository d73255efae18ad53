# What all of our own code is compiled with; linked PRIVATE, so it never reaches a package's headers.
add_library(skep_options INTERFACE)
target_compile_features(skep_options INTERFACE cxx_std_20)
target_compile_options(
  skep_options
  INTERFACE
    -Wall
    -Wextra
    -Wpedantic
    -Wshadow # a local that hides another is read as the other
    -Wnon-virtual-dtor
    -Wold-style-cast
    -Woverloaded-virtual
    -Wextra-semi
    -Wswitch-enum # a new enumerator must be handled everywhere
    -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(skep_options INTERFACE -Wlogical-op -Wduplicated-cond -Wduplicated-branches)
  # g++ 12 warns wrongly of std::string's own operator+ where it optimises (GCC bug 105651).
  # and of what an empty std::optional holds (GCC bug 80635).
  target_compile_options(skep_options INTERFACE $<$<NOT:$<CONFIG:Debug>>:-Wno-restrict -Wno-maybe-uninitialized>)
endif()
# A member that is not there, asked for by [] of a const value, is memory that is not ours; here it is an exception. (Of
# the library's checks that one alone, the one against end(): the others cost a tenth of a load. The throwing function is
# the standard library's own, of libstdc++ and of libc++: `throw` itself would warn where JSON is noexcept.)
target_compile_options(
  skep_options
  INTERFACE
    "-DJSON_ASSERT(x)=((__builtin_strstr(#x,\"object->end()\")==nullptr||(x))?void():std::__throw_out_of_range(\"a\ member\ is\ missing\"))")
target_compile_definitions(
  skep_options INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS> JSON_USE_IMPLICIT_CONVERSIONS=0)
if(SKEP_SANITIZERS)
  target_compile_options(skep_options INTERFACE -fsanitize=${SKEP_SANITIZERS}
                                                -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(skep_options INTERFACE -fsanitize=${SKEP_SANITIZERS})
endif()
if(SKEP_FAST_START)
  target_compile_options(skep_options INTERFACE -ffunction-sections -fdata-sections)
  target_link_options(skep_options INTERFACE -Wl,--gc-sections -Wl,--as-needed -static-libstdc++ -static-libgcc)
endif()
