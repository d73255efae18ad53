#pragma once
// What every reader works with: a node and its path, read as the value that is wanted. A value of a
// wrong kind was reported by check_keys and reads as nothing; problems that only the value shows (a
// bad duration) are reported here.
#include "stack/keys.hpp"
#include "stack/read.hpp"
#include "yaml/cast.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace skep::stack {

/// A key (or a part of a value) that is left out. All of one name are reported together.
struct LeftOut {
  SourceLoc loc;
  std::string owner;  // "services.web"; "" at the top level
  std::string key;    // "privileged"
  std::string why;
};

struct Context {
  const ReadOptions& options;
  Diagnostics& problems;
  std::vector<LeftOut> impossible = {};
  std::vector<LeftOut> ignored = {};
  /// Paths of values that cannot be read, and of keys that a misspelt key probably meant. They were
  /// reported; what follows from them is not reported again.
  std::set<std::string> reported = {};
  std::string version = {};  // the version of the file whose keys are checked, as written
  std::map<std::string, std::string> meant = {};  // Assembled::meant
};

class Cursor {
 public:
  /// `node` is nullptr for what is not there.
  Cursor(Context& context, const yaml::Node* node, std::string path, SourceLoc key_loc,
         std::shared_ptr<const yaml::Node> made = {})
      : context_(&context),
        node_(node),
        made_(std::move(made)),
        path_(std::move(path)),
        key_loc_(std::move(key_loc)) {}

  bool there() const { return node_ != nullptr; }
  /// There, and not null.
  bool filled() const { return there() && !node_->is_null(); }
  /// Not there, and not reported in another way.
  bool missing() const { return !there() && !reported(); }
  bool reported() const { return context_->reported.contains(path_); }
  bool is_text() const { return there() && node_->is_string(); }
  bool is_map() const { return there() && node_->is_map(); }
  bool is_list() const { return there() && node_->is_list(); }
  const yaml::Node& node() const { return *node_; }
  const std::string& path() const { return path_; }
  SourceLoc loc() const { return node_ == nullptr ? key_loc_ : node_->loc(); }
  const SourceLoc& key_loc() const { return key_loc_; }
  Context& context() const { return *context_; }
  const ReadOptions& options() const { return context_->options; }
  bool as_docker() const { return options().compat == Compat::docker; }

  Cursor at(const std::string& key) const;
  /// In its long form, as canonical() makes it: itself where it is written so, or is no form at
  /// all. What is made of a short form is named as that.
  Cursor in(LongForm form) const;
  std::vector<Cursor> items() const;
  /// The entries of a map of names, without x-* (with them when the file is read as docker reads
  /// it).
  std::vector<std::pair<std::string, Cursor>> entries() const;

  void error(const std::string& message, const std::string& hint = {}) const;
  void warning(const std::string& message, const std::string& hint = {}) const;
  /// What the engine is known to refuse: an error, so that nothing is begun. A warning where the
  /// file is read as docker reads it, for docker sends it. Nothing for `skep config`.
  void engine_refuses(const std::string& message, const std::string& hint) const;
  void impossible(const std::string& what, const std::string& why) const;
  /// The same for the key itself: "network_mode: none (services.web, line 4)".
  void impossible_value(const std::string& why) const;

  std::string text() const;    // "" for nothing
  std::string scalar() const;  // numbers and booleans too, as docker turns them into text
  bool boolean() const;        // false for nothing
  std::optional<bool> boolean_if_there() const;
  std::optional<std::int64_t> integer() const;
  std::optional<std::uint64_t> count() const;  // an integer from 0
  std::optional<std::uint64_t> count_to(std::uint64_t most) const;
  std::optional<double> number() const;
  std::optional<Duration> duration() const;
  std::int64_t size() const;                 // bytes; 0 for nothing
  std::vector<std::string> texts() const;    // of a string or a list
  std::vector<std::string> command() const;  // of a list, or a string split as a shell would
  Environment assignments() const;  // of a list of A=B or a map; A without a value is unset
  Pairs pairs() const;              // the same; A without a value is ""

 private:
  std::string below(const std::string& key) const;
  std::string below(std::size_t index) const;

  Context* context_;
  const yaml::Node* node_;
  std::shared_ptr<const yaml::Node> made_;  // of a short form: node_, or what it stands in
  std::string path_;
  SourceLoc key_loc_;
};

/// Which strings may be read as another type: interpolated ones (docker's casts); and, unless the
/// file is read as docker reads it, any string that spells the value, as the Compose Specification
/// allows.
yaml::Casts casts_of(Compat compat);

/// The value of NAME: value as text. docker's YAML makes a time of an unquoted date, and prints it
/// as Go does.
std::string text_as_read(const yaml::Node& value, Compat compat);

/// "worker:" → "worker": what `worker::` gives.
std::string without_colons(std::string key);

/// An integer; `3.0` counts as one, as for docker.
std::optional<std::int64_t> whole_number(const yaml::Node& node, yaml::Casts casts);

}  // namespace skep::stack
