#include "render/scan.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace skep::render {
namespace {

constexpr std::size_t kDeepest = 50;
constexpr std::string_view kBlanks = " \t\r";
const char* const kLiteralHint = "a literal [[ is written \\[[";

bool name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

/// A name, `.` for the item of a list, or a path such as `a.b` and `.b`.
bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), name_char) && text.front() != '-';
}

struct Line {
  std::vector<Piece> pieces;
  char section = 0;  // '#', '^' or '/' when the line is a section's tag
  std::string name;  // of that section
  bool comment = false;
};

class LineScanner {
 public:
  LineScanner(std::string_view text, const std::string& file, int line)
      : text_(text), file_(file), number_(line) {}

  Line scan() {
    while (at_ < text_.size()) {
      if (text_.substr(at_).starts_with("\\[[")) {
        add("[[", 3);
      } else if (text_.substr(at_).starts_with("[[")) {
        tag();
      } else {
        add(text_.substr(at_, 1), 1);
      }
    }
    return std::move(line_);
  }

 private:
  [[noreturn]] void fail(const std::string& message, const std::string& hint = {}) const {
    throw Error(Kind::input, SourceLoc{file_, number_, column()}, message, hint);
  }

  int column() const { return static_cast<int>(at_) + 1; }

  void add(std::string_view text, std::size_t taken) {
    auto& pieces = line_.pieces;
    // Each piece stands in one row with the template's text, so that columns can be told: an escape
    // starts a new one.
    const bool joins = !pieces.empty() && !pieces.back().tag && taken == 1 && !after_escape_;
    if (joins) {
      pieces.back().text += text;
    } else {
      pieces.push_back({false, std::string(text), column()});
    }
    after_escape_ = taken > 1;
    at_ += taken;
  }

  void tag() {
    const std::size_t end = text_.find("]]", at_ + 2);
    if (end == std::string_view::npos)
      fail("a tag opens here and is not closed on its line", kLiteralHint);
    std::string_view inner = trimmed(text_.substr(at_ + 2, end - at_ - 2), kBlanks);
    const char kind = inner.empty() ? '\0' : inner.front();
    if (kind == '!') {
      line_.comment = true;
      at_ = end + 2;
      return;
    }
    const bool section = kind == '#' || kind == '^' || kind == '/';
    if (section) inner = trimmed(inner.substr(1), kBlanks);
    const std::string_view name =
        section && inner.ends_with('?') ? inner.substr(0, inner.size() - 1) : inner;
    if (!is_name(name)) fail(fmt::format("\"{}\" is no name for a tag", inner), kLiteralHint);
    if (!section) {
      line_.pieces.push_back({true, std::string(inner), column()});
      at_ = end + 2;
      return;
    }
    const bool alone = trimmed(text_.substr(0, at_), kBlanks).empty() &&
                       trimmed(text_.substr(end + 2), kBlanks).empty();
    if (!alone) fail("the tag of a section stands on a line of its own");
    line_.section = kind;
    line_.name = inner;
    at_ = text_.size();
  }

  std::string_view text_;
  const std::string& file_;
  int number_;
  std::size_t at_ = 0;
  bool after_escape_ = false;
  Line line_;
};

/// A line that held nothing but a comment leaves no line.
bool only_comment(const Line& line) {
  return line.comment &&
         std::all_of(line.pieces.begin(), line.pieces.end(), [](const Piece& piece) {
           return !piece.tag && trimmed(piece.text, kBlanks).empty();
         });
}

class BlockScanner {
 public:
  explicit BlockScanner(const std::string& file) : file_(file), open_(1) {}

  void add(Line line, int number) {
    if (only_comment(line)) return;
    if (line.section == 0) {
      open_.back().blocks.push_back({number, std::move(line.pieces), "", false, {}});
    } else if (line.section != '/') {
      if (open_.size() > kDeepest)
        fail(number, fmt::format("more than {} sections in one another", kDeepest));
      open_.push_back({number, {}, line.name, line.section == '^', {}});
    } else {
      close(line.name, number);
    }
  }

  std::vector<Block> finish() {
    if (open_.size() > 1) {
      fail(open_.back().line,
           fmt::format("the section \"{}\" is not closed", open_.back().section));
    }
    return std::move(open_.front().blocks);
  }

 private:
  [[noreturn]] void fail(int line, const std::string& message) const {
    throw Error(Kind::input, SourceLoc{file_, line, 0}, message);
  }

  void close(const std::string& name, int number) {
    if (open_.size() == 1) fail(number, fmt::format("no section \"{}\" is open here", name));
    Block section = std::move(open_.back());
    open_.pop_back();
    if (section.section != name) {
      fail(number, fmt::format("\"{}\" closes here, but \"{}\" of line {} is open", name,
                               section.section, section.line));
    }
    open_.back().blocks.push_back(std::move(section));
  }

  const std::string& file_;
  std::vector<Block> open_;
};

}  // namespace

std::vector<Block> scan(const std::string& text, const std::string& file) {
  BlockScanner blocks(file);
  std::string_view rest = text;
  for (int number = 1; !rest.empty(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    blocks.add(LineScanner(rest.substr(0, end), file, number).scan(), number);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return blocks.finish();
}

}  // namespace skep::render
