#include "image/content_hash.hpp"

#include "base/hash.hpp"
#include "image/context.hpp"

#include <fmt/format.h>

#include <array>
#include <sys/stat.h>

namespace skep::image {

namespace {

/// Every field is written with its length in front, so that no two different builds give the same
/// bytes.
class Fields {
 public:
  void add(std::string_view text) {
    hash_.update(fmt::format("{}:", text.size()));
    hash_.update(text);
  }
  void add(const std::map<std::string, std::string>& pairs) {
    add(std::to_string(pairs.size()));
    for (const auto& [key, value] : pairs) {
      add(key);
      add(value);
    }
  }
  void add_file(const ContextEntry& entry) {
    ContextFile file(entry);
    hash_.update(fmt::format("{}:", file.size()));
    std::array<char, 65536> buffer{};
    while (const auto count = file.read(buffer.data(), buffer.size())) {
      hash_.update({buffer.data(), count});
    }
  }
  std::string hex() { return hash_.hex(); }

 private:
  Sha256 hash_;
};

bool is_git(const std::string& path) {
  return ("/" + path + "/").find("/.git/") != std::string::npos;
}

/// Of the permissions only the owner's x bit counts: it is all that git keeps, the rest comes from
/// the umask. Folders do not count: git keeps no empty ones, and the others show in the paths.
void add_entry(Fields& fields, const ContextEntry& entry) {
  if (S_ISDIR(entry.mode) || is_git(entry.path)) return;
  fields.add(entry.path);
  if (S_ISLNK(entry.mode)) {
    fields.add("link");
    fields.add(entry.target);
  } else if (S_ISREG(entry.mode)) {
    fields.add((entry.mode & S_IXUSR) != 0 ? "program" : "file");
    fields.add_file(entry);
  } else {
    fields.add(fmt::format("special {:o} {}", entry.mode & S_IFMT, entry.device));
  }
}

}  // namespace

std::string content_hash(const BuildOptions& options) {
  const auto dockerfile = find_dockerfile(options);
  Fields fields;
  fields.add("skep content 1");
  fields.add(dockerfile.name);
  fields.add(dockerfile.content);
  fields.add(options.args);
  fields.add(options.labels);
  fields.add(options.target);
  fields.add(options.platform);
  ContextWalk walk(options.context, read_ignore_rules(options, dockerfile));
  while (const auto entry = walk.next()) add_entry(fields, *entry);
  return fields.hex();
}

}  // namespace skep::image
