#include "http/message.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <memory>

namespace skep::http {

BodySource body_of(std::string text) {
  const std::uint64_t size = text.size();
  // A std::function is copied around, so the place in the text is shared between the copies.
  struct Cursor {
    std::string text;
    std::size_t at = 0;
  };
  auto cursor = std::make_shared<Cursor>(Cursor{.text = std::move(text)});
  return {.next =
              [cursor](char* buffer, std::size_t room) {
                const auto count = cursor->text.copy(buffer, room, cursor->at);
                cursor->at += count;
                return count;
              },
          .size = size};
}

std::string Response::header(std::string_view name) const {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  for (const auto& [key, value] : headers) {
    if (std::equal(key.begin(), key.end(), name.begin(), name.end(), same)) return value;
  }
  return {};
}

}  // namespace skep::http
