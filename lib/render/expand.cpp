#include "render/expand.hpp"

#include <fmt/format.h>

#include <charconv>

namespace skep::render {
namespace {

using yaml::Node;

constexpr char kTokenEnd = 'x';
// Sections of a list inside one another multiply.
constexpr std::size_t kMostBlocks = 100'000;

}  // namespace

std::vector<TokenPiece> split_tokens(const std::string& text, const std::string& mark,
                                     std::size_t uses) {
  std::vector<TokenPiece> pieces;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t at = std::min(text.find(mark, from), text.size());
    if (at > from) pieces.push_back({text.substr(from, at - from)});
    if (at == text.size()) break;
    std::size_t use = 0;
    const char* digits = text.data() + at + mark.size();
    const auto [end, error] = std::from_chars(digits, text.data() + text.size(), use);
    from = static_cast<std::size_t>(end - text.data()) + 1;  // behind kTokenEnd
    // Escapes in double quotes can spell a mark: "\x73kep0tag7x".
    const bool real = error == std::errc() && use < uses && from <= text.size();
    if (!real) from = at + mark.size();
    pieces.push_back(real ? TokenPiece{"", true, use} : TokenPiece{mark});
  }
  return pieces;
}

Expanded::Expanded(const std::vector<Block>& blocks, const Values& values, const std::string& file,
                   const std::string& mark, Diagnostics& diagnostics)
    : values_(values), file_(file), mark_(mark), diagnostics_(diagnostics) {
  add(blocks);
}

void Expanded::add(const std::vector<Block>& blocks) {
  for (const auto& block : blocks) {
    if (++blocks_ > kMostBlocks) {
      throw Error(
          Kind::input, SourceLoc{file_, block.line, 0},
          fmt::format("the sections of this template make more than {} lines", kMostBlocks));
    }
    if (block.section.empty()) {
      add_line(block);
    } else {
      add_section(block);
    }
  }
}

void Expanded::add_line(const Block& block) {
  Row row{block.line, {}};
  const std::size_t start = text_.size();
  for (const auto& piece : block.pieces) {
    row.columns.emplace_back(static_cast<int>(text_.size() - start) + 1, piece.column);
    if (!piece.tag) {
      text_ += piece.text;
      continue;
    }
    text_ += fmt::format("{}{}{}", mark_, uses_.size(), kTokenEnd);
    uses_.push_back({piece.text, value_of(piece.text, {file_, block.line, piece.column})});
  }
  text_ += '\n';
  rows_.push_back(std::move(row));
}

void Expanded::add_section(const Block& section) {
  const bool asks = section.section.ends_with('?');
  const std::string name = section.section.substr(0, section.section.size() - (asks ? 1 : 0));
  const Node value = value_of(name, {file_, section.line, 0});
  if (section.inverted) {
    if (!truthy(value)) add(section.blocks);
  } else if (value.is_list() && !asks) {
    for (const auto& item : value.items()) {
      items_.push_back(item);
      add(section.blocks);
      items_.pop_back();
    }
  } else if (truthy(value)) {
    add(section.blocks);
  }
}

Node Expanded::value_of(const std::string& name, const SourceLoc& loc) {
  if (name.front() == '.') {
    if (!items_.empty()) return part_of(items_.back(), name.substr(1));
    diagnostics_.error(loc, "", fmt::format("[[{}]] stands outside of a list's section", name));
    return Node();
  }
  if (const auto value = values_.find(name)) return *value;
  const std::string near = nearest(name, values_.names());
  diagnostics_.error(loc, "", fmt::format("undefined name \"{}\"", name),
                     near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
  return Node();
}

SourceLoc Expanded::original(const SourceLoc& loc) const {
  const auto index = static_cast<std::size_t>(loc.line) - 1;
  if (loc.line <= 0 || rows_.empty()) return {file_, loc.line, loc.column};
  if (index >= rows_.size()) return {file_, rows_.back().line, 0};  // the end of the text
  const Row& row = rows_[index];
  int column = loc.column;
  for (const auto& [here, there] : row.columns) {
    if (here <= loc.column) column = there + (loc.column - here);
  }
  return {file_, row.line, column};
}

std::string Expanded::readable(const std::string& message) const {
  std::string result;
  for (const auto& piece : split_tokens(message, mark_, uses_.size())) {
    result += piece.token ? "[[" + uses_.at(piece.use).name + "]]" : piece.text;
  }
  return result;
}

}  // namespace skep::render
