#pragma once
// Builds the tree from a parser's events. For lib/yaml only.
#include "base/diagnostics.hpp"
#include "yaml/document.hpp"
#include "yaml/read.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skep::yaml {

/// The place of an event, from its tag or anchor on: line and column, in characters, from 1.
struct At {
  int line = 0;
  int column = 0;
};

/// A value's tag ("tag:yaml.org,2002:str" for !!str) and the name of its anchor; "" for none.
struct Properties {
  std::string tag;
  std::string anchor;
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
  TreeBuilder(const std::string& file, Diagnostics& diagnostics, MergeTags tags);

  void start_document(At at);
  void alias(At at, const std::string& anchor);
  /// `plain`: neither in quotes nor a block. A value that is not written at all is a plain "".
  void scalar(At at, const Properties& properties, std::string value, bool plain);
  void start(At at, const Properties& properties, Type type);
  void end();

  Node take_root() { return std::move(root_); }

 private:
  struct Key {
    std::string text;
    At at;
    bool merge = false;
  };
  struct Merge {
    Place place;
    std::size_t position = 0;  // how many entries of the map stand before it
    std::vector<Node> maps;
  };
  struct Frame {
    Type type = Type::list;
    MergeTag merge_tag = MergeTag::none;
    Place place;
    std::string anchor;
    Weight weight{1, 0};  // of the whole tree below, this one included
    std::optional<Key> key;
    std::vector<Node> items;
    std::vector<Entry> entries;
    std::optional<Merge> merge;
  };
  struct Anchored {
    Node node;
    Weight weight;
  };

  Place place(At at) const;
  [[noreturn]] void fail(At at, const std::string& message, const std::string& hint = {}) const;
  bool wants_key() const;
  std::string path() const;
  void take_key(At at, const std::string& tag, const std::string& value, bool plain);
  Node tagged(At at, const std::string& tag, const std::string& value) const;
  MergeTag merge_tag(const std::string& tag) const;
  void count_copies(At at, const Weight& weight);
  void add(Node node, const Weight& weight, const std::string& anchor, At at);
  void add_entry(Frame& frame, Node node);
  void said_twice(const std::string& key, const Place& again, const Place& first);
  void drop_equal_keys(Frame& frame);
  void set_merge(Frame& frame, const Key& key, Node node) const;

  std::shared_ptr<const std::string> file_;
  Diagnostics& diagnostics_;
  MergeTags tags_;
  std::vector<Frame> open_;
  std::map<std::string, Anchored> anchors_;
  Weight copies_;
  bool started_ = false;
  Node root_;
};

}  // namespace skep::yaml
