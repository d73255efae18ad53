#include "config/keys.hpp"

#include "swarm/delivery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

namespace skep::config {
namespace {

struct KeyRow {
  const char* path;  // "*" stands for any key, and for the items of a list
  const char* keys;  // separated by spaces
};

// A place that has no row may hold anything.
constexpr KeyRow kRows[] = {
    {"", "stack template values mongodb nodes checks environments swarm push compat"},
    {"mongodb",
     "hosts replica_set network admin auth_source tls ca options login_options image "
     "users"},
    {"mongodb.admin", "user password auth_source"},
    {"mongodb.admin.password", "secret env file"},
    {"mongodb.users.*", "database roles deliver"},
    {"checks.*", "url connect method headers body status contains timeout"},
    {"environments.*", "stack template values mongodb nodes checks swarm push compat"},
};

struct Elsewhere {
  const char* path;
  const char* hint;
};

constexpr const char* kNoString =
    "list the members under hosts: what else a connection string says has keys of its own";

// What people look for here, and stands elsewhere.
constexpr Elsewhere kElsewhere[] = {
    {"mongodb.uri", kNoString},
    {"mongodb.url", kNoString},
    {"mongodb.connection_string", kNoString},
    {"mongodb.admin.options", "login_options, beside admin"},
    {"mongodb.users.*.options", "options, beside users: they are those of every user"},
};

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> result;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find(' ', from), text.size());
    result.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return result;
}

class KeyChecker {
 public:
  explicit KeyChecker(Diagnostics& diagnostics) : diagnostics_(diagnostics) {
    for (const auto& row : kRows) known_.emplace(row.path, words(row.keys));
    std::vector<std::string> delivery = {"service"};
    delivery.insert(delivery.end(), swarm::kPlaceKeys.begin(), swarm::kPlaceKeys.end());
    for (const char* path : {"mongodb.users.*.deliver", "mongodb.users.*.deliver.*"})
      known_.emplace(path, delivery);
  }

  /// `shown` is the path in messages, `place` the one in the table.
  void check(const yaml::Node& node, const std::string& shown, const std::string& place) const {
    for (std::size_t i = 0; i < node.items().size(); ++i) {
      check(node.items()[i], yaml::join_path(shown, i), yaml::join_path(place, "*"));
    }
    const auto row = known_.find(place);
    for (const auto& entry : node.entries()) {
      const std::string below = yaml::join_path(shown, entry.key);
      if (row != known_.end()) unknown(entry, below, row->second, place);
      if (place == "environments.*" || place == "environments") {
        // An environment's part has the shape of the whole file.
        check(entry.value, below, place == "environments" ? "environments.*" : entry.key);
      } else {
        check(entry.value, below, next(place, entry.key));
      }
    }
  }

 private:
  /// The table's place of a key below `place`.
  std::string next(const std::string& place, const std::string& key) const {
    const std::string named = yaml::join_path(place, key);
    for (const auto& [path, keys] : known_) {
      if (path == named || path.starts_with(named + ".")) return named;
    }
    return yaml::join_path(place, "*");
  }

  void unknown(const yaml::Entry& entry, const std::string& path,
               const std::vector<std::string>& known, const std::string& place) const {
    for (const auto& key : known) {
      if (key == entry.key) return;
    }
    const bool extension = place.empty() && entry.key.starts_with("x-");
    if (extension) return;
    diagnostics_.error(entry.key_loc(), path, fmt::format("unknown key \"{}\"", entry.key),
                       hint(entry.key, known, place));
  }

  static std::string hint(const std::string& key, const std::vector<std::string>& known,
                          const std::string& place) {
    for (const auto& row : kElsewhere) {
      if (yaml::join_path(place, key) == row.path) return row.hint;
    }
    const std::string near = nearest(key, known);
    return near.empty() ? "" : fmt::format("did you mean \"{}\"?", near);
  }

  Diagnostics& diagnostics_;
  std::map<std::string, std::vector<std::string>> known_;
};

}  // namespace

void check_keys(const yaml::Node& root, const std::string& path, Diagnostics& diagnostics) {
  KeyChecker(diagnostics).check(root, path, "");
}

}  // namespace skep::config
