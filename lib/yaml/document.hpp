#pragma once
// A YAML document as a tree of our own: typed values, the text as written, and the place of every
// value and key. Nothing of the reader's library is in it. Two trees are equal when their values
// are (type, content, order); places do not count.
#include "base/error.hpp"
#include "yaml/place.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace skep::yaml {

enum class Type { null, boolean, integer, floating, string, list, map };

/// What the Compose Specification's two tags ask of a merge: `!reset` removes what an earlier file
/// says there, `!override` replaces it whole.
enum class MergeTag { none, reset, replace };

/// "a string", "a list", … for messages.
const char* with_article(Type type);

struct Entry;

class Node {
 public:
  Node();  // null
  Node(const Node&);
  Node(Node&&) noexcept;
  Node& operator=(const Node&);
  Node& operator=(Node&&) noexcept;
  ~Node();

  static Node boolean(bool value);
  static Node integer(std::int64_t value);
  static Node floating(double value);
  static Node string(std::string value);
  static Node list(std::vector<Node> items = {});
  /// Equal keys are a broken invariant here: Error{internal}. The reader reports them before.
  static Node map(std::vector<Entry> entries);
  static Node map();  // no default argument: Entry is not complete here
  /// A plain (unquoted) scalar, typed as YAML 1.2's core schema does in docker's parser
  /// (yaml/typing.hpp).
  static Node plain(std::string text);

  Type type() const { return type_; }
  bool is_null() const { return type_ == Type::null; }
  bool is_string() const { return type_ == Type::string; }
  bool is_list() const { return type_ == Type::list; }
  bool is_map() const { return type_ == Type::map; }
  bool is_scalar() const { return !is_list() && !is_map(); }

  /// The values. Asking for a type that the node does not have throws Error{internal}. as_floating
  /// takes an integer too.
  bool as_boolean() const;
  std::int64_t as_integer() const;
  double as_floating() const;
  const std::string& as_string() const;

  /// A scalar's text: the content of a string, else what was written ("0440", "1.50", "TRUE", "~").
  /// "" for the others.
  const std::string& text() const { return text_; }
  /// Written in quotes or as a block, and so a string, even if it looks like a number.
  bool quoted() const { return quoted_; }
  /// A string that `${…}` changed: readers take it for the number or boolean that they want
  /// (yaml/cast.hpp).
  bool interpolated() const { return interpolated_; }
  /// Only where the reader was told to take these tags (yaml/read.hpp).
  MergeTag merge_tag() const { return merge_tag_; }

  SourceLoc loc() const { return place_.loc(); }
  const Place& place() const { return place_; }

  /// Of a list; empty for the others.
  const std::vector<Node>& items() const { return items_; }
  /// Of a map, in the order written; empty for the others.
  const std::vector<Entry>& entries() const { return entries_; }
  /// Number of items or entries.
  std::size_t size() const;
  /// Of a map, in O(log n); nullptr when it is not there, or this is not a map.
  const Node* find(std::string_view key) const;
  const Entry* find_entry(std::string_view key) const;

  // Building. Each returns the node, so that one can write `Node::string("x").at(place)`.
  Node& at(Place place) &;
  Node& set_quoted(bool quoted);
  Node& set_interpolated(bool interpolated);
  Node& set_merge_tag(MergeTag tag);
  /// For a temporary node: it is moved, where the other overload would copy the whole tree.
  Node&& at(Place place) &&;
  /// Adds to a list.
  void push_back(Node item);
  /// Replaces the value of a key of a map, in its old place, or adds it at the end.
  void set(std::string key, Node value, Place key_place = {});
  /// The same, and the key's place becomes the new one too.
  void put(Entry entry);
  bool erase(std::string_view key);
  void erase_if(const std::function<bool(const Entry&)>& unwanted);
  Node* find(std::string_view key);
  std::vector<Node>& items() { return items_; }
  /// The n-th entry's value.
  Node& value_at(std::size_t n);

  bool operator==(const Node& other) const;

 private:
  std::size_t position(std::string_view key) const;
  std::vector<std::uint32_t>::const_iterator in_index(std::string_view key) const;
  void index();
  void require(Type type) const;

  Type type_ = Type::null;
  bool quoted_ = false;
  bool interpolated_ = false;
  bool boolean_ = false;
  MergeTag merge_tag_ = MergeTag::none;
  std::int64_t integer_ = 0;
  double floating_ = 0;
  Place place_;
  std::string text_;
  std::vector<Node> items_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> index_;  // of bigger maps: positions of the entries, sorted by key
};

struct Entry {
  std::string key;
  Node value;
  Place key_place;
  SourceLoc key_loc() const { return key_place.loc(); }
  bool operator==(const Entry& other) const { return key == other.key && value == other.value; }
};

struct Document {
  Node root;
  std::string file;
  bool operator==(const Document& other) const { return root == other.root; }
};

/// "services.web.ports[0]": how messages name a place in the tree. `path` may be empty.
std::string join_path(const std::string& path, const std::string& key);
std::string join_path(const std::string& path, std::size_t index);

}  // namespace skep::yaml
