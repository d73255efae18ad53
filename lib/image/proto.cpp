#include "image/proto.hpp"

#include "base/error.hpp"

namespace skep::image {

namespace {

enum WireType : std::uint64_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

[[noreturn]] void broken() {
  throw Error(Kind::rejected, "a message of BuildKit is broken");
}

void append_varint(std::string& message, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) message += static_cast<char>((value & 0x7F) | 0x80);
  message += static_cast<char>(value);
}

void append_tag(std::string& message, int number, std::uint64_t type) {
  append_varint(message, static_cast<std::uint64_t>(number) << 3 | type);
}

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
    value = value << 8 | static_cast<unsigned char>(*byte);
  }
  return value;
}

}  // namespace

std::optional<ProtoField> ProtoReader::next() {
  if (rest_.empty()) return std::nullopt;
  const auto tag = varint();
  ProtoField field{.number = static_cast<int>(tag >> 3), .value = 0, .bytes = {}};
  switch (tag & 7) {
    case kVarint:
      field.value = varint();
      break;
    case kFixed64:
      field.value = little_endian(take(8));
      break;
    case kBytes:
      field.bytes = take(varint());
      break;
    case kFixed32:
      field.value = little_endian(take(4));
      break;
    default:
      broken();
  }
  return field;
}

std::uint64_t ProtoReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(take(1).front());
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  broken();
}

std::string_view ProtoReader::take(std::uint64_t size) {
  if (size > rest_.size()) broken();
  const auto taken = rest_.substr(0, static_cast<std::size_t>(size));
  rest_.remove_prefix(taken.size());
  return taken;
}

void put_bytes(std::string& message, int number, std::string_view bytes) {
  if (bytes.empty()) return;
  append_tag(message, number, kBytes);
  append_varint(message, bytes.size());
  message += bytes;
}

void put_varint(std::string& message, int number, std::uint64_t value) {
  if (value == 0) return;
  append_tag(message, number, kVarint);
  append_varint(message, value);
}

}  // namespace skep::image
