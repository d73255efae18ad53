#include "render/fill.hpp"

#include "render/scan.hpp"
#include "yaml/typing.hpp"

namespace skep::render {
namespace {

using yaml::Node;

std::vector<Piece> pieces_of(const std::string& text, const SourceLoc& loc) {
  std::vector<Piece> pieces;
  for (auto& block : scan(text, loc.file)) {
    if (!pieces.empty()) pieces.push_back({false, "\n", 0});
    pieces.insert(pieces.end(), block.pieces.begin(), block.pieces.end());
  }
  return pieces;
}

}  // namespace

std::string text_of(const Node& scalar) {
  return yaml::plain_text(scalar);
}

Node fill_tags(Node node, const ValueOf& value_of) {
  for (auto& item : node.items()) item = fill_tags(std::move(item), value_of);
  for (std::size_t i = 0; i < node.entries().size(); ++i) {
    node.value_at(i) = fill_tags(std::move(node.value_at(i)), value_of);
  }
  if (!node.is_string() || node.text().find("[[") == std::string::npos) return node;
  const auto pieces = pieces_of(node.text(), node.loc());
  if (pieces.size() == 1 && pieces[0].tag) return value_of(pieces[0].text);
  std::string text;
  for (const auto& piece : pieces) text += piece.tag ? text_of(value_of(piece.text)) : piece.text;
  return Node::string(std::move(text)).at(node.place());
}

}  // namespace skep::render
