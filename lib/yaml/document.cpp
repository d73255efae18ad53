#include "yaml/document.hpp"

#include "yaml/typing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace skep::yaml {
namespace {

constexpr std::size_t kIndexFrom = 8;  // smaller maps are searched faster than indexed
constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

bool same_number(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

}  // namespace

const char* with_article(Type type) {
  switch (type) {
    case Type::null:
      return "nothing";
    case Type::boolean:
      return "a boolean";
    case Type::integer:
      return "an integer";
    case Type::floating:
      return "a number";
    case Type::string:
      return "a string";
    case Type::list:
      return "a list";
    case Type::map:
      return "a map";
  }
  return "";
}

Node::Node() = default;
Node::Node(const Node&) = default;
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(const Node&) = default;
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;

Node Node::boolean(bool value) {
  Node node;
  node.type_ = Type::boolean;
  node.boolean_ = value;
  node.text_ = value ? "true" : "false";
  return node;
}

Node Node::integer(std::int64_t value) {
  Node node;
  node.type_ = Type::integer;
  node.integer_ = value;
  node.text_ = std::to_string(value);
  return node;
}

Node Node::floating(double value) {
  Node node;
  node.type_ = Type::floating;
  node.floating_ = value;
  node.text_ = format_floating(value);
  return node;
}

Node Node::string(std::string value) {
  Node node;
  node.type_ = Type::string;
  node.text_ = std::move(value);
  return node;
}

Node Node::list(std::vector<Node> items) {
  Node node;
  node.type_ = Type::list;
  node.items_ = std::move(items);
  return node;
}

Node Node::map(std::vector<Entry> entries) {
  Node node;
  node.type_ = Type::map;
  node.entries_ = std::move(entries);
  node.index();
  for (std::size_t i = 0; i < node.entries_.size(); ++i) {
    const std::string& key = node.entries_[i].key;
    if (node.position(key) != i) {
      throw Error(Kind::internal, fmt::format("a map with the key \"{}\" twice", key));
    }
  }
  return node;
}

Node Node::map() {
  return map(std::vector<Entry>{});
}

Node Node::plain(std::string text) {
  const Typed typed = type_of_plain(text);
  Node node;
  node.type_ = typed.type;
  node.boolean_ = typed.boolean;
  node.integer_ = typed.integer;
  node.floating_ = typed.floating;
  node.text_ = std::move(text);
  return node;
}

void Node::require(Type type) const {
  if (type_ == type) return;
  throw Error(Kind::internal, fmt::format("{}: {} where the reader expects {}", format(loc()),
                                          with_article(type_), with_article(type)));
}

bool Node::as_boolean() const {
  require(Type::boolean);
  return boolean_;
}

std::int64_t Node::as_integer() const {
  require(Type::integer);
  return integer_;
}

double Node::as_floating() const {
  if (type_ == Type::integer) return static_cast<double>(integer_);
  require(Type::floating);
  return floating_;
}

const std::string& Node::as_string() const {
  require(Type::string);
  return text_;
}

std::size_t Node::size() const {
  return items_.size() + entries_.size();
}

std::size_t Node::position(std::string_view key) const {
  if (entries_.size() > kIndexFrom) {
    const auto found = in_index(key);
    return found == index_.end() || entries_[*found].key != key ? kNowhere : *found;
  }
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  return found == entries_.end() ? kNowhere : static_cast<std::size_t>(found - entries_.begin());
}

void Node::index() {
  index_.clear();
  if (entries_.size() <= kIndexFrom) return;
  index_.resize(entries_.size());
  std::iota(index_.begin(), index_.end(), 0U);
  std::sort(index_.begin(), index_.end(), [this](std::uint32_t a, std::uint32_t b) {
    return std::tie(entries_[a].key, a) < std::tie(entries_[b].key, b);
  });
}

/// The first position whose key is not less.
std::vector<std::uint32_t>::const_iterator Node::in_index(std::string_view key) const {
  return std::lower_bound(
      index_.begin(), index_.end(), key,
      [this](std::uint32_t at, std::string_view wanted) { return entries_[at].key < wanted; });
}

const Entry* Node::find_entry(std::string_view key) const {
  const std::size_t at = position(key);
  return at == kNowhere ? nullptr : &entries_[at];
}

const Node* Node::find(std::string_view key) const {
  const Entry* entry = find_entry(key);
  return entry == nullptr ? nullptr : &entry->value;
}

Node* Node::find(std::string_view key) {
  const std::size_t at = position(key);
  return at == kNowhere ? nullptr : &entries_[at].value;
}

Node& Node::at(Place place) & {
  place_ = std::move(place);
  return *this;
}

Node&& Node::at(Place place) && {
  place_ = std::move(place);
  return std::move(*this);
}

Node& Node::set_quoted(bool quoted) {
  quoted_ = quoted;
  return *this;
}

Node& Node::set_interpolated(bool interpolated) {
  interpolated_ = interpolated;
  return *this;
}

Node& Node::set_merge_tag(MergeTag tag) {
  merge_tag_ = tag;
  return *this;
}

void Node::push_back(Node item) {
  require(Type::list);
  items_.push_back(std::move(item));
}

void Node::set(std::string key, Node value, Place key_place) {
  require(Type::map);
  if (Node* old = find(key); old != nullptr) {
    *old = std::move(value);
    return;
  }
  entries_.push_back({std::move(key), std::move(value), std::move(key_place)});
  if (entries_.size() > kIndexFrom && !index_.empty()) {
    index_.insert(in_index(entries_.back().key), static_cast<std::uint32_t>(entries_.size() - 1));
  } else {
    index();
  }
}

void Node::put(Entry entry) {
  const std::size_t at = position(entry.key);
  if (at == kNowhere) return set(std::move(entry.key), std::move(entry.value), entry.key_place);
  entries_[at] = std::move(entry);
}

bool Node::erase(std::string_view key) {
  const std::size_t at = position(key);
  if (at == kNowhere) return false;
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(at));
  index();
  return true;
}

void Node::erase_if(const std::function<bool(const Entry&)>& unwanted) {
  std::erase_if(entries_, unwanted);
  index();
}

Node& Node::value_at(std::size_t n) {
  return entries_.at(n).value;
}

bool Node::operator==(const Node& other) const {
  if (type_ != other.type_) return false;
  switch (type_) {
    case Type::null:
      return true;
    case Type::boolean:
      return boolean_ == other.boolean_;
    case Type::integer:
      return integer_ == other.integer_;
    case Type::floating:
      return same_number(floating_, other.floating_);
    case Type::string:
      return text_ == other.text_;
    case Type::list:
      return items_ == other.items_;
    case Type::map:
      return entries_ == other.entries_;
  }
  return false;
}

std::string join_path(const std::string& path, const std::string& key) {
  if (path.empty()) return key;
  std::string result;
  result.reserve(path.size() + 1 + key.size());
  return result.append(path).append(1, '.').append(key);
}

std::string join_path(const std::string& path, std::size_t index) {
  return fmt::format("{}[{}]", path, index);
}

}  // namespace skep::yaml
