#include "config/environments.hpp"

#include "config/read.hpp"
#include "yaml/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace skep::config {
namespace {

using yaml::Node;

struct Environment {
  std::string name;  // "" for the file without -e
  SourceLoc loc;
  const Node* own = nullptr;  // what it says itself
  Identity identity;
};

std::string shown(const Environment& environment) {
  return environment.name.empty() ? "the file without -e"
                                  : fmt::format("environment \"{}\"", environment.name);
}

const Node* mongodb_users(const Node& tree) {
  const Node* mongodb = tree.find("mongodb");
  const Node* users = mongodb == nullptr ? nullptr : mongodb->find("users");
  return users == nullptr || users->size() == 0 ? nullptr : users;
}

/// What an environment would be; variables that are missing for another environment are no mistake.
Identity identity(const Node& root, const std::string& name, const std::string& folder,
                  const yaml::Lookup& lookup) {
  Diagnostics ignored;
  const Node tree = yaml::interpolate(with_environment(root, name), {lookup, true}, ignored);
  return identity_of(read_project(tree, folder, ignored));
}

bool apart(const Identity& a, const Identity& b) {
  return !a.swarm.empty() && !b.swarm.empty() && a.swarm != b.swarm;
}

std::string first_common(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (const auto& one : a) {
    if (!one.empty() && std::find(b.begin(), b.end(), one) != b.end()) return one;
  }
  return "";
}

class EnvironmentChecker {
 public:
  EnvironmentChecker(const Node& root, Diagnostics& diagnostics)
      : root_(root), diagnostics_(diagnostics) {}

  /// What it must state anew instead of inheriting.
  void restated(const Environment& environment, const Identity& base) {
    const Node* checks = root_.find("checks");
    if (checks != nullptr && checks->size() > 0 && environment.own->find("checks") == nullptr) {
      report(environment, "checks", "must state its own checks",
             "checks: [] says that there are none");
    }
    if (inherits_users(environment) && !apart(environment.identity, base)) {
      report(environment, "mongodb.users", "must state its own users",
             "two environments never share a database or a user");
    }
  }

  void distinct(const Environment& a, const Environment& b) {
    if (apart(a.identity, b.identity)) return;
    if (!a.identity.stack.empty() && a.identity.stack == b.identity.stack) {
      share(a, b, "stack", "the stack's name", a.identity.stack);
    }
    if (inherits_users(a) || inherits_users(b)) return;  // said already
    const std::string user = first_common(a.identity.users, b.identity.users);
    if (!user.empty()) share(a, b, "mongodb.users", "the database user", user);
    const std::string database = first_common(a.identity.databases, b.identity.databases);
    if (!database.empty()) share(a, b, "mongodb.users", "the database", database);
  }

 private:
  bool inherits_users(const Environment& environment) const {
    if (environment.name.empty() || mongodb_users(root_) == nullptr) return false;
    const Node* mongodb = environment.own->find("mongodb");
    if (mongodb == nullptr) return true;
    return !mongodb->is_null() && mongodb->find("users") == nullptr;
  }

  void report(const Environment& environment, const std::string& key, const std::string& message,
              const std::string& hint) {
    diagnostics_.error(environment.loc,
                       yaml::join_path(yaml::join_path("environments", environment.name), key),
                       message, hint);
  }

  void share(const Environment& a, const Environment& b, const std::string& key,
             const std::string& what, const std::string& name) {
    report(b, key, fmt::format("shares {} \"{}\" with {}", what, name, shown(a)),
           "pin each to a swarm of its own (swarm: CLUSTER-ID) where that is meant");
  }

  const Node& root_;
  Diagnostics& diagnostics_;
};

bool good_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

}  // namespace

Node with_environment(const Node& root, const std::string& environment) {
  Node base = root;
  base.erase("environments");
  if (environment.empty()) return base;
  const Node* all = root.find("environments");
  const Node* own = all == nullptr ? nullptr : all->find(environment);
  if (own == nullptr) {
    std::vector<std::string> names;
    if (all != nullptr) {
      for (const auto& entry : all->entries()) names.push_back(entry.key);
    }
    const std::string near = nearest(environment, names);
    throw Error(Kind::usage, fmt::format("there is no environment \"{}\"", environment),
                near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
  }
  Node merged = own->is_map() ? yaml::overlay(base, *own, {"mongodb.users"}) : base;
  const Node* stack = base.find("stack");
  if (own->find("stack") == nullptr && stack != nullptr && stack->is_scalar()) {
    merged.set("stack", Node::string(stack->text() + "-" + environment).at(stack->place()));
  }
  return merged;
}

std::string base_stack_of(const Node& root, const yaml::Lookup& lookup) {
  const Node* stack = root.find("stack");
  if (stack == nullptr || !stack->is_scalar()) return "";
  return yaml::interpolate(stack->text(), {lookup, true}).text;
}

void check_environments(const Node& root, const std::string& folder, const yaml::Lookup& lookup,
                        Diagnostics& diagnostics) {
  const Node* all = root.find("environments");
  if (all == nullptr || all->is_null()) return;
  if (!all->is_map()) {
    diagnostics.error(all->loc(), "environments",
                      fmt::format("must be a map, not {}", with_article(all->type())));
    return;
  }
  std::vector<Environment> environments = {
      {"", root.loc(), &root, identity(root, "", folder, lookup)}};
  EnvironmentChecker checker(root, diagnostics);
  for (const auto& entry : all->entries()) {
    const std::string path = yaml::join_path("environments", entry.key);
    if (!good_name(entry.key)) {
      diagnostics.error(entry.key_loc(), path, "cannot be an environment's name",
                        "letters, digits, '-' and '_'");
    }
    if (!entry.value.is_map() && !entry.value.is_null()) {
      diagnostics.error(entry.value.loc(), path,
                        fmt::format("must be a map, not {}", with_article(entry.value.type())));
      continue;
    }
    environments.push_back(
        {entry.key, entry.key_loc(), &entry.value, identity(root, entry.key, folder, lookup)});
    checker.restated(environments.back(), environments.front().identity);
    for (std::size_t i = 0; i + 1 < environments.size(); ++i) {
      checker.distinct(environments[i], environments.back());
    }
  }
}

}  // namespace skep::config
