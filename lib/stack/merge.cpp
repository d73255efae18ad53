#include "stack/merge.hpp"

#include "stack/canonical.hpp"
#include "stack/readers.hpp"
#include "stack/same_item.hpp"

#include <algorithm>

namespace skep::stack {
namespace {

using yaml::Entry;
using yaml::MergeTag;
using yaml::Node;

/// What docker's merge takes for "nothing was said".
bool is_empty(const Node& node) {
  switch (node.type()) {
    case yaml::Type::null:
      return true;
    case yaml::Type::boolean:
      return !node.as_boolean();
    case yaml::Type::integer:
      return node.as_integer() == 0;
    case yaml::Type::floating:
      return node.as_floating() == 0;
    case yaml::Type::string:
      return node.text().empty() || node.text() == "0s";
    case yaml::Type::list:
    case yaml::Type::map:
      return node.size() == 0;
  }
  return false;
}

/// Whether a list or a map without anything in it adds nothing to what is there. Of a list that is
/// replaced it says that there is none.
bool adds_nothing(const Node& node, Merge how) {
  const bool replaced = how == Merge::whole || how == Merge::test || how == Merge::aliases;
  return !node.is_scalar() && node.size() == 0 && node.merge_tag() == MergeTag::none && !replaced;
}

bool has_merge_tags(const Node& node) {
  const auto below = [](const Entry& entry) { return has_merge_tags(entry.value); };
  return node.merge_tag() != MergeTag::none ||
         std::any_of(node.items().begin(), node.items().end(), has_merge_tags) ||
         std::any_of(node.entries().begin(), node.entries().end(), below);
}

class Merger {
 public:
  Merger(MergeRules rules, Context& context)
      : rules_(rules), context_(context), tree_(key_tree()) {}

  Node files(const Node& base, const Node& over) {
    Node result = base;
    for (const auto& entry : over.entries()) {
      const Node* old = result.find(entry.key);
      if (by_tag(result, entry)) continue;
      if (old == nullptr || old->is_null()) {
        result.put(entry);
      } else if (entry.key == "services") {
        result.set(entry.key, services(*old, entry.value));
      } else if (is_section(entry.key)) {
        result.set(entry.key, section(*old, entry.value, entry.key));
      } else if (!entry.value.is_null()) {
        result.put(entry);
      }
    }
    return result;
  }

  Node service(const std::string& name, Node base, Node over) {
    const KeyTree& row = *tree_.child("services")->child(name);
    if (rules_ != MergeRules::compose) resolve_environments(name, base, over);
    Node result = map(base, over, row);
    if (rules_ != MergeRules::compose) sort_lists(base, over, result, row);
    return result;
  }

 private:
  static bool is_section(const std::string& key) {
    return key == "networks" || key == "volumes" || key == "secrets" || key == "configs";
  }

  /// `!reset` and `!override`; true when that was all.
  bool by_tag(Node& result, const Entry& entry) const {
    if (rules_ == MergeRules::docker) return false;
    const MergeTag tag = entry.value.merge_tag();
    if (tag == MergeTag::reset) result.erase(entry.key);
    if (tag == MergeTag::replace) result.put(entry);
    return tag != MergeTag::none;
  }

  Node services(const Node& base, const Node& over) {
    if (!base.is_map() || !over.is_map()) return over.is_null() ? base : over;
    Node result = base;
    for (const auto& entry : over.entries()) {
      const Node* old = result.find(entry.key);
      if (by_tag(result, entry)) continue;
      if (old == nullptr) {
        result.put(entry);
      } else if (adds_nothing(entry.value, Merge::by_form) && rules_ != MergeRules::docker) {
        continue;
      } else if (!old->is_map()) {
        result.put(entry);
      } else if (entry.value.is_map()) {
        result.set(entry.key, service(entry.key, *old, entry.value));
      }
    }
    return result;
  }

  /// networks, volumes, secrets, configs: docker takes the later object whole.
  Node section(const Node& base, const Node& over, const std::string& key) {
    if (!base.is_map() || !over.is_map()) return over.is_null() ? base : over;
    if (rules_ == MergeRules::compose) return map(base, over, *tree_.child(key));
    Node result = base;
    for (const auto& entry : over.entries()) {
      if (!by_tag(result, entry)) result.put(entry);
    }
    return result;
  }

  Node map(const Node& base, const Node& over, const KeyTree& row) {
    Node result = base;
    for (const auto& entry : over.entries()) {
      const Node* old = result.find(entry.key);
      if (by_tag(result, entry)) continue;
      const KeyTree* below = entry.key.starts_with("x-") ? nullptr : row.child(entry.key);
      if (old == nullptr) {
        result.put(entry);
      } else if (below == nullptr) {
        if (!entry.value.is_null()) result.put(entry);
      } else {
        put_merged(result, *old, entry, *below);
      }
    }
    return result;
  }

  /// A scalar that replaces another brings the place of its key along; what both files have a part
  /// in keeps the first one's.
  void put_merged(Node& result, const Node& old, const Entry& entry, const KeyTree& row) {
    Node merged = value(old, entry.value, row);
    if (entry.value.is_scalar() && !entry.value.is_null()) {
      result.put({entry.key, std::move(merged), entry.key_place});
    } else {
      result.set(entry.key, std::move(merged));
    }
  }

  Node value(const Node& written_base, const Node& written_over, const KeyTree& row) {
    if (written_over.is_null()) return written_base;
    if (written_base.is_null()) return written_over;
    const Merge how = row.key.merge;
    if (rules_ != MergeRules::docker && adds_nothing(written_over, how)) return written_base;
    Node base = canonical(written_base, row, compat());
    Node over = canonical(written_over, row, compat());
    if (how == Merge::dependencies && (base.is_map() || over.is_map())) {
      base = as_map(base, started(), compat());
      over = as_map(over, started(), compat());
    }
    if (over.is_map() && base.is_map()) return maps(base, over, row);
    if (over.is_list() && base.is_list()) return lists(base, over, row);
    const bool unsaid =
        rules_ == MergeRules::docker && is_empty(over) && row.key.docker.zero != Zero::counts;
    return unsaid ? base : over;
  }

  Compat compat() const { return context_.options.compat; }

  static Node started() { return Node::map({{"condition", Node::string("service_started"), {}}}); }

  Node maps(const Node& base, const Node& over, const KeyTree& row) {
    const Merge how = row.key.merge;
    if (how == Merge::limit && rules_ != MergeRules::compose) return over;
    if (row.key.form == Form::pairs || row.key.form == Form::options)
      return pairs(base, over, how == Merge::variables);
    if (how == Merge::driver) {
      const std::string before = text_at(base, "driver"), after = text_at(over, "driver");
      if (before != after && !before.empty() && !after.empty()) return over;
    }
    if (how == Merge::network && rules_ == MergeRules::docker)
      return network_as_docker(base, over, row);
    return map(base, over, row);
  }

  /// The aliases are the later file's, and its driver_opts are lost.
  Node network_as_docker(const Node& base, const Node& over, const KeyTree& row) {
    Node rest = over;
    rest.erase("driver_opts");
    Node result = base;
    result.erase("aliases");
    return map(result, rest, row);
  }

  Node pairs(const Node& base, const Node& over, bool variables) {
    Node result = base;
    for (const auto& entry : over.entries()) {
      if (by_tag(result, entry)) continue;
      const bool there = result.find(entry.key) != nullptr;
      // A variable without a value where skep runs has none says nothing.
      const bool nothing = entry.value.is_null() && !context_.options.variable(entry.key);
      const bool blank = rules_ == MergeRules::docker && is_empty(entry.value);
      if (there && variables && rules_ != MergeRules::compose && (nothing || blank)) continue;
      result.put(entry);
    }
    return result;
  }

  Node lists(const Node& base, const Node& over, const KeyTree& row) {
    const Merge how = row.key.merge;
    if (how == Merge::whole) return rules_ == MergeRules::docker && over.size() == 0 ? base : over;
    if (how == Merge::test && rules_ != MergeRules::docker) return over;
    if (how == Merge::aliases && rules_ != MergeRules::compose) return over;
    const auto identity = identity_of(row.key, rules_);
    if (identity && rules_ != MergeRules::docker)
      return Node::list(united(base.items(), over.items(), *identity)).at(base.place());
    std::vector<Node> items = base.items();
    items.insert(items.end(), over.items().begin(), over.items().end());
    if (identity) items = once_each(items, *identity);
    return Node::list(std::move(items)).at(base.place());
  }

  /// docker sorts these lists of a service that a later file has too; skep where that file says
  /// something of them.
  void sort_lists(const Node& base, const Node& over, Node& result, const KeyTree& row) {
    for (std::size_t i = 0; i < result.entries().size(); ++i) {
      const std::string& key = result.entries()[i].key;
      const KeyTree* below = row.child(key);
      const Node& list = result.entries()[i].value;
      if (below == nullptr || !is_sorted_list(below->key.merge) || !list.is_list()) continue;
      const Node* more = over.find(key);
      const bool merged = more != nullptr && more->is_list() && more->size() > 0;
      if (base.find(key) == nullptr || (!merged && rules_ != MergeRules::docker)) continue;
      const yaml::Place place = list.place();
      auto items = canonical(list, *below, compat()).items();
      if (rules_ == MergeRules::docker) items = once_each(items, *identity_of(below->key, rules_));
      sort(items, below->key.merge);
      result.value_at(i) = Node::list(std::move(items)).at(place);
    }
  }

  static bool is_sorted_list(Merge how) {
    return how == Merge::ports || how == Merge::mounts || how == Merge::references;
  }

  static void sort(std::vector<Node>& items, Merge how) {
    const auto number = [](const Node& port) {
      const Node* node = port.find("published");
      return node != nullptr && node->type() == yaml::Type::integer ? node->as_integer() : 0;
    };
    const char* key = how == Merge::mounts ? "target" : "source";
    std::stable_sort(items.begin(), items.end(), [&](const Node& a, const Node& b) {
      return how == Merge::ports ? number(a) < number(b) : text_at(a, key) < text_at(b, key);
    });
  }

  /// docker reads each file's env files before it merges. Where the later file says nothing of the
  /// environment, the readers do it.
  void resolve_environments(const std::string& name, Node& base, Node& over) {
    const bool files = base.find("env_file") != nullptr || over.find("env_file") != nullptr;
    const bool merged = over.find("env_file") != nullptr || over.find("environment") != nullptr;
    if (!files || !merged) return;
    for (Node* service : {&base, &over}) {
      if (service->find("env_file") == nullptr) continue;
      const Cursor cursor(context_, service, "services." + name, service->loc());
      service->set("environment", resolved_environment(cursor));
    }
  }

  MergeRules rules_;
  Context& context_;
  const KeyTree& tree_;
};

}  // namespace

Node merge_files(const Node& base, const Node& over, MergeRules rules, Context& context) {
  return Merger(rules, context).files(base, over);
}

Node merge_service(const std::string& name, const Node& base, const Node& over, MergeRules rules,
                   Context& context) {
  return Merger(rules, context).service(name, base, over);
}

Node without_merge_tags(Node node) {
  if (!has_merge_tags(node)) return node;
  node.set_merge_tag(MergeTag::none);
  if (node.is_list()) {
    std::vector<Node> items;
    for (auto& item : node.items()) {
      if (item.merge_tag() != MergeTag::reset) items.push_back(without_merge_tags(std::move(item)));
    }
    return Node::list(std::move(items)).at(node.place());
  }
  if (!node.is_map()) return node;
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < node.entries().size(); ++i) {
    Node& value = node.value_at(i);
    const Entry& entry = node.entries()[i];
    if (value.merge_tag() == MergeTag::reset) continue;
    entries.push_back({entry.key, without_merge_tags(std::move(value)), entry.key_place});
  }
  return Node::map(std::move(entries)).at(node.place());
}

}  // namespace skep::stack
