#pragma once
// Random strings that provoke: quotes, colons, newlines, tags, dollars, placeholders, emoji,
// control bytes. The seed is fixed for a run and can be set by SKEP_SEED, so that a failure can be
// repeated.
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace skep::test {

class RandomText {
 public:
  RandomText() : seed_(from_environment()), engine_(seed_) {}
  unsigned seed() const { return seed_; }

  std::size_t below(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(engine_);
  }

  /// Valid UTF-8 of up to `pieces` pieces.
  std::string text(std::size_t pieces = 8) {
    static const std::vector<std::string> kPieces = {"\"",
                                                     "'",
                                                     ": ",
                                                     ":",
                                                     "\n",
                                                     "\n\n",
                                                     "#",
                                                     " #",
                                                     "[[",
                                                     "]]",
                                                     "\\[[",
                                                     "[[name]]",
                                                     "[[#tls]]",
                                                     "[[/tls]]",
                                                     "[[.]]",
                                                     "[[!",
                                                     "$",
                                                     "$$",
                                                     "${HOME}",
                                                     "$HOME",
                                                     "${",
                                                     "}",
                                                     "{{.Node.Hostname}}",
                                                     "{{",
                                                     "}}",
                                                     "\U0001F41D",
                                                     "é",
                                                     "\u2028",
                                                     "\u0085",
                                                     "\uFEFF",
                                                     "\t",
                                                     "\r",
                                                     "\r\n",
                                                     " ",
                                                     "  ",
                                                     "- ",
                                                     "-",
                                                     "?",
                                                     "? ",
                                                     "!",
                                                     "!!str",
                                                     "&a",
                                                     "*a",
                                                     "%",
                                                     "@",
                                                     "`",
                                                     ",",
                                                     "[",
                                                     "]",
                                                     "{",
                                                     "}",
                                                     "|",
                                                     ">",
                                                     "|-",
                                                     "---",
                                                     "...",
                                                     "\\",
                                                     "\\n",
                                                     "\x01",
                                                     "\x7f",
                                                     std::string(1, '\0'),
                                                     "a",
                                                     "b",
                                                     "0",
                                                     "1",
                                                     "0x1",
                                                     "0440",
                                                     "1.5",
                                                     "true",
                                                     "null",
                                                     "~",
                                                     "yes",
                                                     "<<",
                                                     "=",
                                                     "key: value",
                                                     "\nkey: v",
                                                     "Host(`x`)",
                                                     "node.labels.usage == apps",
                                                     "\u00ad",
                                                     "\u200b"};
    std::string result;
    for (std::size_t count = below(pieces + 1); count > 0; --count) {
      result += kPieces[below(kPieces.size())];
    }
    return result;
  }

  /// Any bytes.
  std::string bytes(std::size_t most = 12) {
    std::string result;
    for (std::size_t count = below(most + 1); count > 0; --count) {
      result += static_cast<char>(below(256));
    }
    return result;
  }

 private:
  static unsigned from_environment() {
    const char* seed = std::getenv("SKEP_SEED");
    return seed != nullptr ? static_cast<unsigned>(std::strtoul(seed, nullptr, 10))
                           : std::random_device{}();
  }
  unsigned seed_;
  std::mt19937 engine_;
};

}  // namespace skep::test
