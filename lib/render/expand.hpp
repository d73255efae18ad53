#pragma once
// Blocks and values → YAML text with an opaque token in place of each tag. For lib/render only.
#include "base/diagnostics.hpp"
#include "render/scan.hpp"
#include "render/values.hpp"
#include "yaml/document.hpp"

#include <string>
#include <vector>

namespace skep::render {

/// What a token stands for.
struct Use {
  std::string name;
  yaml::Node value;
};

class Expanded {
 public:
  /// `mark` starts every token and must not occur in the template's text.
  Expanded(const std::vector<Block>& blocks, const Values& values, const std::string& file,
           const std::string& mark, Diagnostics& diagnostics);

  const std::string& text() const { return text_; }
  const std::vector<Use>& uses() const { return uses_; }
  /// The place in the template of a place in text().
  SourceLoc original(const SourceLoc& loc) const;
  /// A message with tags in place of tokens.
  std::string readable(const std::string& message) const;

 private:
  struct Row {
    int line = 0;
    std::vector<std::pair<int, int>>
        columns;  // of the text → of the template, where a piece starts
  };
  void add(const std::vector<Block>& blocks);
  void add_line(const Block& block);
  void add_section(const Block& section);
  yaml::Node value_of(const std::string& name, const SourceLoc& loc);

  const Values& values_;
  const std::string& file_;
  const std::string& mark_;
  Diagnostics& diagnostics_;
  std::vector<yaml::Node> items_;  // of the lists whose sections are being repeated
  std::string text_;
  std::vector<Row> rows_;
  std::vector<Use> uses_;
  std::size_t blocks_ = 0;  // taken so far
};

/// One piece of a text with tokens: text, or the number (below `uses`) of the use that a token
/// stands for.
struct TokenPiece {
  std::string text;
  bool token = false;
  std::size_t use = 0;
};
std::vector<TokenPiece> split_tokens(const std::string& text, const std::string& mark,
                                     std::size_t uses);

}  // namespace skep::render
