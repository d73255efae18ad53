#include "yaml/tree.hpp"

#include "base/hash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace skep::yaml {
namespace {

constexpr std::string_view kTags = "tag:yaml.org,2002:";

/// "!!int" for "tag:yaml.org,2002:int", as people write it.
std::string shown(const std::string& tag) {
  return tag.starts_with(kTags) ? "!!" + tag.substr(kTags.size()) : tag;
}

/// What a scalar with an explicit tag of YAML's own is; nullopt when the text does not fit the tag.
std::optional<Node> typed_as(const std::string& type, const std::string& text) {
  if (type == "str" || type == "timestamp") return Node::string(text);
  if (type == "binary") {
    std::string digits = text;
    std::erase_if(digits, [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; });
    if (digits.size() % 4 != 0) return std::nullopt;
    try {
      return Node::string(base64_decode(digits));
    } catch (const Error&) {
      return std::nullopt;
    }
  }
  Node node = Node::plain(text);
  if (type == "null" && node.is_null()) return node;
  if (type == "bool" && node.type() == Type::boolean) return node;
  if (type == "int" && node.type() == Type::integer) return node;
  if (type == "float" && node.type() == Type::floating) return node;
  if (type == "float" && node.type() == Type::integer) return Node::floating(node.as_floating());
  return std::nullopt;
}

/// The entries of a map with `<<`: what is written in the map wins, then the earlier of the merged
/// maps.
std::vector<Entry> merged_entries(const std::vector<Entry>& own, std::size_t position,
                                  const std::vector<Node>& maps) {
  std::set<std::string_view> taken;
  for (const auto& entry : own) taken.insert(entry.key);
  const auto middle = own.begin() + static_cast<std::ptrdiff_t>(position);
  std::vector<Entry> entries(own.begin(), middle);
  for (const auto& map : maps) {
    for (const auto& entry : map.entries()) {
      if (taken.insert(entry.key).second) entries.push_back(entry);
    }
  }
  entries.insert(entries.end(), middle, own.end());
  return entries;
}

bool known_tag(const std::string& type) {
  return type == "str" || type == "timestamp" || type == "binary" || type == "null" ||
         type == "bool" || type == "int" || type == "float";
}

}  // namespace

TreeBuilder::TreeBuilder(const std::string& file, Diagnostics& diagnostics, MergeTags tags)
    : file_(std::make_shared<const std::string>(file)), diagnostics_(diagnostics), tags_(tags) {}

MergeTag TreeBuilder::merge_tag(const std::string& tag) const {
  if (tags_ == MergeTags::refuse) return MergeTag::none;
  if (tag == "!reset") return MergeTag::reset;
  return tag == "!override" ? MergeTag::replace : MergeTag::none;
}

Place TreeBuilder::place(At at) const {
  return {file_, at.line, at.column};
}

void TreeBuilder::fail(At at, const std::string& message, const std::string& hint) const {
  throw Error(Kind::input, place(at).loc(), message, hint);
}

bool TreeBuilder::wants_key() const {
  return !open_.empty() && open_.back().type == Type::map && !open_.back().key;
}

std::string TreeBuilder::path() const {
  std::string path;
  for (const auto& frame : open_) {
    if (frame.type == Type::list) {
      path = join_path(path, frame.items.size());
    } else if (frame.key) {
      path = join_path(path, frame.key->text);
    }
  }
  return path;
}

void TreeBuilder::start_document(At at) {
  if (started_) fail(at, "a second document begins here", "one file holds one document");
  started_ = true;
}

void TreeBuilder::alias(At at, const std::string& anchor) {
  if (wants_key()) fail(at, "a key cannot be an alias");
  for (const auto& frame : open_) {
    if (frame.anchor == anchor) fail(at, "this alias stands inside what it names");
  }
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) {
    fail(at, "an alias of nothing: no such anchor stands above");
  }
  count_copies(at, found->second.weight);
  Node copy = found->second.node;
  copy.at(place(at));
  add(std::move(copy), found->second.weight, "", at);
}

void TreeBuilder::scalar(At at, const Properties& properties, std::string value, bool plain) {
  const auto& [tag, anchor] = properties;
  if (wants_key()) {
    if (!anchor.empty()) {
      anchors_[anchor] = {Node::string(value).at(place(at)), {1, value.size()}};
    }
    return take_key(at, tag, value, plain);
  }
  const bool written = !plain || !value.empty() || !tag.empty() || !anchor.empty();
  const bool below_key = !open_.empty() && open_.back().type == Type::map;
  if (!written && below_key) at = open_.back().key->at;
  const MergeTag asked = merge_tag(tag);
  const bool bare = tag.empty() || asked != MergeTag::none;
  const std::size_t bytes = value.size();
  Node node = !bare   ? tagged(at, tag, value)
              : plain ? Node::plain(std::move(value))
                      : Node::string(std::move(value));
  node.set_quoted(!bare || !plain).set_merge_tag(asked).at(place(at));
  add(std::move(node), {1, bytes}, anchor, at);
}

void TreeBuilder::take_key(At at, const std::string& tag, const std::string& value, bool plain) {
  Frame& frame = open_.back();
  if (plain && tag.empty()) {
    const Node typed = Node::plain(value);
    if (value.empty()) fail(at, "a key is missing before the ':'");
    if (typed.is_null()) fail(at, "a key cannot be null", "write it in quotes");
    if (!typed.is_string()) {
      diagnostics_.error(
          place(at).loc(), path(),
          fmt::format("the key {} is {}, not a string", value, with_article(typed.type())),
          fmt::format("write it in quotes: \"{}\"", value));
    }
    frame.key = Key{value, at, value == "<<"};
    return;
  }
  const Node key = tagged(at, tag, value);
  if (!key.is_string()) fail(at, "a key must be a string");
  frame.key = Key{key.as_string(), at, false};
}

Node TreeBuilder::tagged(At at, const std::string& tag, const std::string& value) const {
  if (tag.empty()) return Node::string(value);
  const std::string type = tag.starts_with(kTags) ? tag.substr(kTags.size()) : "";
  if (!known_tag(type)) fail(at, fmt::format("the tag {} is not known", shown(tag)));
  auto typed = typed_as(type, value);
  if (!typed) fail(at, fmt::format("\"{}\" is no {}", value, shown(tag)));
  return std::move(*typed);
}

void TreeBuilder::start(At at, const Properties& properties, Type type) {
  const std::string& tag = properties.tag;
  if (wants_key()) {
    fail(at, fmt::format("a key cannot be {}", with_article(type)),
         type == Type::map ? "put a text that begins with {{ in quotes" : "");
  }
  const std::string own = std::string(kTags) + (type == Type::map ? "map" : "seq");
  const MergeTag asked = merge_tag(tag);
  if (!tag.empty() && tag != own && asked == MergeTag::none) {
    fail(at, fmt::format("the tag {} is not known", shown(tag)));
  }
  if (open_.size() >= kDeepest) fail(at, fmt::format("nested deeper than {} levels", kDeepest));
  Frame frame;
  frame.type = type;
  frame.merge_tag = asked;
  frame.place = place(at);
  frame.anchor = properties.anchor;
  open_.push_back(std::move(frame));
}

void TreeBuilder::end() {
  drop_equal_keys(open_.back());
  Frame frame = std::move(open_.back());
  open_.pop_back();
  const Place where = frame.place;
  const Weight weight = frame.weight;
  const std::string anchor = std::move(frame.anchor);
  const MergeTag tag = frame.merge_tag;
  if (frame.merge) {
    frame.entries = merged_entries(frame.entries, frame.merge->position, frame.merge->maps);
  }
  Node node = frame.type == Type::map ? Node::map(std::move(frame.entries))
                                      : Node::list(std::move(frame.items));
  node.set_merge_tag(tag).at(where);
  add(std::move(node), weight, anchor, {where.line, where.column});
}

void TreeBuilder::count_copies(At at, const Weight& weight) {
  copies_ += weight;
  if (copies_.nodes > kMostCopies)
    fail(at, fmt::format("the aliases of this file make more than {} copies", kMostCopies));
  if (copies_.bytes > kMostCopiedBytes)
    fail(at, fmt::format("the aliases of this file copy more than {} MiB", kMostCopiedBytes >> 20));
}

void TreeBuilder::add(Node node, const Weight& weight, const std::string& anchor, At at) {
  if (!anchor.empty()) {
    count_copies(at, weight);
    anchors_[anchor] = {node, weight};
  }
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Frame& frame = open_.back();
  frame.weight += weight;
  if (frame.key) frame.weight.bytes += frame.key->text.size();
  if (frame.type == Type::list) {
    frame.items.push_back(std::move(node));
  } else {
    add_entry(frame, std::move(node));
  }
}

void TreeBuilder::add_entry(Frame& frame, Node node) {
  const Key key = std::move(*frame.key);
  frame.key.reset();
  if (!key.merge) {
    frame.entries.push_back({key.text, std::move(node), place(key.at)});
  } else if (frame.merge) {
    diagnostics_.error(
        place(key.at).loc(), path(), "\"<<\" is there twice",
        fmt::format("write both in one, such as <<: [*a, *b]; the first one is at {}",
                    format(frame.merge->place.loc())));
  } else {
    set_merge(frame, key, std::move(node));
  }
}

void TreeBuilder::said_twice(const std::string& key, const Place& again, const Place& first) {
  diagnostics_.error(again.loc(), path(), fmt::format("the key \"{}\" is there twice", key),
                     fmt::format("the first one is at {}", format(first.loc())));
}

/// Keeps the first of equal keys.
void TreeBuilder::drop_equal_keys(Frame& frame) {
  std::vector<Entry>& entries = frame.entries;
  std::vector<const Entry*> by_key;
  for (const auto& entry : entries) by_key.push_back(&entry);
  std::stable_sort(by_key.begin(), by_key.end(),
                   [](const Entry* a, const Entry* b) { return a->key < b->key; });
  std::set<const Entry*> again;
  for (std::size_t i = 1, first = 0; i < by_key.size(); ++i) {
    if (by_key[i]->key != by_key[first]->key) {
      first = i;
    } else {
      said_twice(by_key[i]->key, by_key[i]->key_place, by_key[first]->key_place);
      again.insert(by_key[i]);
    }
  }
  if (again.empty()) return;
  std::vector<Entry> kept;
  std::size_t before_merge = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (again.contains(&entries[i])) continue;
    kept.push_back(std::move(entries[i]));
    if (frame.merge && i < frame.merge->position) ++before_merge;
  }
  if (frame.merge) frame.merge->position = before_merge;
  entries = std::move(kept);
}

void TreeBuilder::set_merge(Frame& frame, const Key& key, Node node) const {
  Merge merge;
  merge.place = place(key.at);
  merge.position = frame.entries.size();
  if (node.is_list()) {
    merge.maps = node.items();
  } else {
    merge.maps.push_back(std::move(node));
  }
  for (const auto& map : merge.maps) {
    if (!map.is_map()) fail(key.at, "\"<<\" takes a map or a list of maps");
  }
  frame.merge = std::move(merge);
}

}  // namespace skep::yaml
