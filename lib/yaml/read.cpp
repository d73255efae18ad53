#include "yaml/read.hpp"

#include "base/files.hpp"
#include "yaml/complaint.hpp"
#include "yaml/source.hpp"
#include "yaml/stand_ins.hpp"
#include "yaml/tree.hpp"

#include <yaml.h>

#include <new>

namespace skep::yaml {
namespace {

std::string text_of(const yaml_char_t* bytes) {
  return bytes == nullptr ? std::string() : reinterpret_cast<const char*>(bytes);
}

At at(const yaml_mark_t& mark) {
  return {static_cast<int>(mark.line) + 1, static_cast<int>(mark.column) + 1};
}

struct Event {
  yaml_event_t event{};
  Event() = default;
  ~Event() { yaml_event_delete(&event); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
};

/// The only place where libyaml's events enter.
class Parser {
 public:
  Parser(const Source& source, const std::string& file)
      : source_(source), stand_ins_(source.text()), file_(file) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    const std::string_view text = stand_ins_.text();
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~Parser() { yaml_parser_delete(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  /// Hands one event over; false at the end.
  bool next(TreeBuilder& tree);

 private:
  Properties properties(const yaml_char_t* tag, const yaml_char_t* anchor) const;
  void scalar(const yaml_event_t& event, TreeBuilder& tree) const;

  const Source& source_;
  StandIns stand_ins_;
  const std::string& file_;
  yaml_parser_t parser_{};
};

/// "!" alone decides nothing, as in docker's parser.
Properties Parser::properties(const yaml_char_t* tag, const yaml_char_t* anchor) const {
  const std::string text = stand_ins_.restored(text_of(tag));
  return {text == "!" ? "" : text, text_of(anchor)};
}

void Parser::scalar(const yaml_event_t& event, TreeBuilder& tree) const {
  const auto& scalar = event.data.scalar;
  std::string value(reinterpret_cast<const char*>(scalar.value), scalar.length);
  tree.scalar(
      at(event.start_mark), properties(scalar.tag, scalar.anchor),
      stand_ins_.restored(std::move(value), scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE),
      scalar.style == YAML_PLAIN_SCALAR_STYLE);
}

bool Parser::next(TreeBuilder& tree) {
  Event read;
  const yaml_event_t& event = read.event;
  if (yaml_parser_parse(&parser_, &read.event) == 0) complain(parser_, source_, file_);
  const At where = at(event.start_mark);
  switch (event.type) {
    case YAML_DOCUMENT_START_EVENT:
      tree.start_document(where);
      break;
    case YAML_ALIAS_EVENT:
      tree.alias(where, text_of(event.data.alias.anchor));
      break;
    case YAML_SCALAR_EVENT:
      scalar(event, tree);
      break;
    case YAML_SEQUENCE_START_EVENT: {
      const auto& list = event.data.sequence_start;
      tree.start(where, properties(list.tag, list.anchor), Type::list);
      break;
    }
    case YAML_MAPPING_START_EVENT: {
      const auto& map = event.data.mapping_start;
      tree.start(where, properties(map.tag, map.anchor), Type::map);
      break;
    }
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      tree.end();
      break;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
      break;
  }
  return event.type != YAML_STREAM_END_EVENT;
}

}  // namespace

Document read(std::string_view text, const std::string& file, Diagnostics& diagnostics,
              MergeTags tags) {
  const Source source(text, file);
  Parser parser(source, file);
  TreeBuilder tree(file, diagnostics, tags);
  while (parser.next(tree)) {
  }
  return {tree.take_root(), file};
}

Document read_path(const std::string& path, const std::string& shown_as, Diagnostics& diagnostics,
                   MergeTags tags) {
  return read(read_file(path), shown_as, diagnostics, tags);
}

}  // namespace skep::yaml
