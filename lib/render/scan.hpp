#pragma once
// The text of a template as blocks: lines of text and tags, and sections of lines. For lib/render
// only.
#include "base/error.hpp"

#include <string>
#include <vector>

namespace skep::render {

/// A stretch of a line: text, or a tag's name.
struct Piece {
  bool tag = false;
  std::string text;
  int column = 0;  // where it starts in the template, counted from 1
};

/// A line, or a section of blocks: `[[#name]]` … `[[/name]]`, inverted for `[[^name]]`.
/// `[[#name?]]` only asks whether there is a value; it does not repeat for a list.
struct Block {
  int line = 0;
  std::vector<Piece> pieces;  // of a line
  std::string section;        // the name, perhaps with a '?' behind it; "" for a line
  bool inverted = false;
  std::vector<Block> blocks;  // of a section
};

/// Throws Error{input} with the place for a tag that is not closed or has no name, and for sections
/// that are not opened or closed properly.
std::vector<Block> scan(const std::string& text, const std::string& file);

}  // namespace skep::render
