#include "convert/names.hpp"

#include "base/limits.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <tuple>

namespace skep::convert {
namespace {

bool alphanumeric(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

/// Letters and digits at both ends, `between` as well inside.
bool well_formed(const std::string& name, std::string_view between) {
  if (name.empty() || !alphanumeric(name.front()) || !alphanumeric(name.back())) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return alphanumeric(c) || between.find(c) != std::string_view::npos;
  });
}

bool same(const DesiredNetwork& a, const DesiredNetwork& b) {
  return a.spec == b.spec;
}

bool same(const DesiredObject& a, const DesiredObject& b) {
  return a.data == b.data && a.spec == b.spec;
}

template <typename T>
void keep_one(std::vector<T>& all) {
  std::stable_sort(all.begin(), all.end(), [](const T& a, const T& b) {
    return std::tie(a.name, a.external) < std::tie(b.name, b.external);
  });
  const auto rest =
      std::unique(all.begin(), all.end(), [](const T& a, const T& b) { return a.name == b.name; });
  all.erase(rest, all.end());
}

class Names {
 public:
  Names(const Desired& desired, Diagnostics& problems) : desired_(desired), problems_(problems) {}

  void check() {
    for (const auto& service : desired_.services) {
      one("service", service.name, "services." + service.key, service.loc, kMostServiceName, "-_");
    }
    objects("secret", desired_.secrets);
    objects("config", desired_.configs);
    one_of_each("network", desired_.networks);
    one_of_each("secret", desired_.secrets);
    one_of_each("config", desired_.configs);
  }

 private:
  void objects(const std::string& kind, const std::vector<DesiredObject>& objects) {
    for (const auto& object : objects) {
      const std::string path = fmt::format("{}s.{}", kind, object.key);
      one(kind, object.name, path, object.loc, kMostObjectName, "-_.");
    }
  }

  /// docker makes the one and writes the other over it, in a random order.
  template <typename T>
  void one_of_each(const std::string& kind, const std::vector<T>& all) {
    const T* before = nullptr;
    for (const auto& object : all) {  // sorted by name
      if (object.external) continue;
      if (before != nullptr && before->name == object.name && !same(*before, object)) {
        problems_.error(object.loc, fmt::format("{}s.{}", kind, object.key),
                        fmt::format("its name \"{}\" is {}'s too, which says something else",
                                    object.name, before->key),
                        "give them different names");
      }
      before = &object;
    }
  }

  void one(const std::string& kind, const std::string& name, const std::string& path,
           const SourceLoc& loc, std::size_t most, std::string_view between) {
    if (name.size() > most) {
      problems_.error(loc, path,
                      fmt::format("the {}'s name \"{}\" has {} characters, at most {} are allowed",
                                  kind, name, name.size(), most),
                      "shorten it, or the stack's name");
    } else if (!well_formed(name, between)) {
      problems_.error(loc, path, fmt::format("the engine takes no {} named \"{}\"", kind, name),
                      fmt::format("use letters and digits, and {} between them",
                                  between == "-_" ? "- or _" : "-, _ or ."));
    }
  }

  const Desired& desired_;
  Diagnostics& problems_;
};

}  // namespace

void check_names(const Desired& desired, Diagnostics& problems) {
  Names(desired, problems).check();
}

void keep_one_of_each_name(Desired& desired) {
  keep_one(desired.networks);
  keep_one(desired.secrets);
  keep_one(desired.configs);
}

}  // namespace skep::convert
