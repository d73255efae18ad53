cmake_minimum_required(VERSION 3.25)
# cmake -DROOT=dir -DFILES="a|b" -DFUNCTION=embedded_templates -DOUT=embedded.cpp -P Embed.cmake
string(REPLACE "|" ";" FILES "${FILES}")
set(entries "")
foreach(file ${FILES})
  file(READ "${ROOT}/${file}" text)
  string(APPEND entries "    {\"${file}\", R\"skep_text(${text})skep_text\"},\n")
endforeach()
file(
  WRITE "${OUT}"
  "#include \"embedded.hpp\"\n\n#include <array>\n\nnamespace skep {\n\nstd::span<const EmbeddedFile> ${FUNCTION}() {\n  static constexpr auto kFiles = std::to_array<EmbeddedFile>({\n${entries}  });\n  return kFiles;\n}\n\n}  // namespace skep\n"
)
