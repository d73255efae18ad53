#pragma once
// Builds the tree from events, whatever parser they come from. For lib/yaml only.
#include "base/diagnostics.hpp"
#include "yaml/document.hpp"
#include "yaml/read.hpp"
#include "yaml/source.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skep::yaml {

/// Where an event stands: its byte offset, and its line and column counted from 1.
struct At {
  std::size_t offset = 0;
  int line = 0;
  int column = 0;
};

/// How much an alias copies: nodes, and bytes of their text and keys.
struct Weight {
  std::size_t nodes = 0;
  std::size_t bytes = 0;
  Weight& operator+=(const Weight& other) {
    nodes += other.nodes;
    bytes += other.bytes;
    return *this;
  }
};

class TreeBuilder {
 public:
  TreeBuilder(const Source& source, const std::string& file, Diagnostics& diagnostics,
              MergeTags tags);

  void start_document(At at);
  void null(At at, std::size_t anchor);
  void alias(At at, std::size_t anchor);
  /// `tag` as yaml-cpp gives it: "?" plain, "!" quoted, else the whole tag.
  void scalar(At at, const std::string& tag, std::size_t anchor, std::string value);
  void start(At at, const std::string& tag, std::size_t anchor, Type type, bool flow);
  void end();

  /// Where the innermost '[' or '{' that is still open stands.
  std::optional<SourceLoc> open_bracket() const;
  /// The offset of the last value, key or bracket that came.
  std::size_t last() const { return last_; }
  Node take_root() { return std::move(root_); }

 private:
  struct Key {
    std::string text;
    At at;
    bool merge = false;
  };
  struct Merge {
    std::size_t position = 0;  // how many entries of the map stand before it
    std::vector<Node> maps;
  };
  struct Frame {
    Type type = Type::list;
    bool flow = false;  // in brackets
    MergeTag merge_tag = MergeTag::none;
    Place place;
    std::size_t anchor = 0;
    Weight weight{1, 0};  // of the whole tree below, this one included
    std::optional<Key> key;
    std::vector<Node> items;
    std::vector<Entry> entries;
    std::map<std::string, Place> seen;
    std::optional<Merge> merge;
  };
  struct Anchored {
    Node node;
    Weight weight;
  };

  Place place(At at) const;
  [[noreturn]] void fail(At at, const std::string& message, const std::string& hint = {}) const;
  void check_anchor(At at, std::size_t anchor) const;
  bool wants_key() const;
  std::string path() const;
  void take_key(At at, const std::string& tag, const std::string& value);
  Node tagged(At at, const std::string& tag, const std::string& value) const;
  MergeTag merge_tag(const std::string& tag) const;
  void count_copies(At at, const Weight& weight);
  void add(Node node, const Weight& weight, std::size_t anchor, At at);
  void add_entry(Frame& frame, Node node);
  void set_merge(Frame& frame, const Key& key, Node node) const;

  const Source& source_;
  std::shared_ptr<const std::string> file_;
  Diagnostics& diagnostics_;
  MergeTags tags_;
  std::vector<Frame> open_;
  std::map<std::size_t, Anchored> anchors_;
  Weight copies_;
  bool started_ = false;
  std::size_t last_ = 0;
  Node root_;
};

}  // namespace skep::yaml
