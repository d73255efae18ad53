#pragma once
// The part of the wire format of protocol buffers that BuildKit's messages need: varints and
// length-delimited fields (protobuf.dev/programming-guides/encoding). Readers skip fields that they
// do not know.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace skep::image {

struct ProtoField {
  int number = 0;
  std::uint64_t value = 0;  // of a varint or fixed field
  std::string_view bytes;   // of a length-delimited field: text, bytes, or another message
};

/// Gives the fields of one message in order.
class ProtoReader {
 public:
  explicit ProtoReader(std::string_view message) : rest_(message) {}
  /// nullopt at the end. Throws Error{rejected} for bytes that are not a message.
  std::optional<ProtoField> next();

 private:
  std::uint64_t varint();
  std::string_view take(std::uint64_t size);
  std::string_view rest_;
};

/// Appends a field. proto3: empty values are left out.
void put_bytes(std::string& message, int number, std::string_view bytes);
void put_varint(std::string& message, int number, std::uint64_t value);

}  // namespace skep::image
