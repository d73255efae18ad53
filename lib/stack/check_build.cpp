// What stands in the way of a build that gives what is asked. It matters to whoever builds; who
// deploys the image as it is written need not know.
#include "base/files.hpp"
#include "base/image_ref.hpp"
#include "base/looks_secret.hpp"
#include "stack/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

namespace skep::stack {
namespace {

class BuildCheck {
 public:
  BuildCheck(const Cursor& cursor, Service& service)
      : cursor_(cursor), build_(*service.build), service_(service) {}

  void run() {
    image();
    keys();
    platforms();
    if (!context_is_url()) dockerfile();
  }

 private:
  void wrong(const SourceLoc& loc, const std::string& path, const std::string& what,
             const std::string& hint) {
    build_.wrong.push_back({Severity::error, loc, path, what, hint});
  }
  void wrong(const Cursor& place, const std::string& what, const std::string& hint) {
    wrong(place.loc(), place.path(), what, hint);
  }

  void image() {
    const Cursor image = cursor_.at("image");
    if (service_.image.empty() && !image.reported()) {
      cursor_.context().problems.error(
          cursor_.key_loc(), cursor_.path(), "is built, but names no image",
          "write \"image: REGISTRY/REPOSITORY\" beside \"build:\": the built image goes there");
    }
    const auto reference = parse_image_ref(service_.image);
    if (reference && !reference->digest.empty()) {
      wrong(image, "is given by digest, but the service is built",
            "leave the digest out: skep pins what it built");
    }
  }

  /// What says what would be so without it: `privileged: false`, `secrets: []`, `network: default`.
  static bool asks_for_nothing(const yaml::Node& value) {
    if (value.is_list() || value.is_map()) return value.size() == 0;
    const std::string& text = value.text();
    return value.is_null() || text.empty() || text == "false" || text == "default";
  }

  void keys() {
    const KeyTree& rows = *key_tree().child("services")->child("*")->child("build");
    for (const auto& [name, row] : rows.children) {
      if (row.key.status != Status::refused) continue;
      const Cursor there = cursor_.at("build").at(std::string(name));
      if (!there.filled() || asks_for_nothing(there.node())) continue;
      wrong(there.key_loc(), there.path(), "is not done, and the image would be another without it",
            std::string(row.key.hint));
    }
  }

  void platforms() {
    const Cursor platforms = cursor_.at("build").at("platforms");
    const auto written = platforms.texts();
    if (written.size() > 1) {
      return wrong(platforms, "skep builds an image for one platform",
                   "keep one of them, or build elsewhere, push, and name the image without build");
    }
    if (!written.empty() && build_.platform != written.front()) {
      wrong(platforms, fmt::format("the service itself is for {}", build_.platform),
            "write the same platform in both places");
    }
  }

  /// A context that is no folder of this machine (docker/cli cli/command/image/build, urlutil).
  bool context_is_url() {
    const Cursor build = cursor_.at("build");
    const Cursor place = build.is_map() ? build.at("context") : build;
    const std::string written = place.text();
    constexpr std::array<std::string_view, 6> kUrls = {"http://", "https://", "git://",
                                                       "ssh://",  "git@",     "github.com/"};
    const bool url = std::any_of(kUrls.begin(), kUrls.end(), [&](std::string_view start) {
      return written.starts_with(start);
    });
    if (!url) return false;
    wrong(place, fmt::format("skep builds from a folder, not from {}", shown_url(written)),
          "clone it, and name the folder");
    return true;
  }

  /// Where the folder is not there at all, there is more to say than this.
  void dockerfile() {
    const Cursor text = cursor_.at("build").at("dockerfile_inline");
    if (text.filled() && !asks_for_nothing(text.node())) return;  // keys() said it
    std::error_code failed;
    if (!std::filesystem::is_directory(build_.context, failed)) return;
    const std::string name = build_.dockerfile.empty() ? "Dockerfile" : build_.dockerfile;
    const std::string path = absolute_path(build_.context, name);
    const bool lower =
        name == "Dockerfile" && file_exists(absolute_path(build_.context, "dockerfile"));
    if (lower || file_exists(path)) return;
    const Cursor build = cursor_.at("build");
    const Cursor said = build.at("dockerfile");
    wrong(said.there() ? said : build, fmt::format("there is no Dockerfile {}", path),
          "build: {context: FOLDER, dockerfile: PATH} names another one");
  }

  const Cursor& cursor_;
  Build& build_;
  Service& service_;
};

/// The image that a name means, or "" when it is not a reference.
std::string meant_image(const std::string& name) {
  auto reference = parse_image_ref(name);
  if (!reference) return "";
  if (reference->tag.empty()) reference->tag = "latest";
  return reference->full();
}

bool same_image(const Build& a, const Build& b) {
  const auto name = [](const Build& build) {
    return build.dockerfile.empty() ? "Dockerfile" : build.dockerfile;
  };
  return a.context == b.context && name(a) == name(b) && a.args == b.args && a.target == b.target &&
         a.labels == b.labels && a.platform == b.platform;
}

}  // namespace

void check_build(const Cursor& cursor, Service& service) {
  if (cursor.options().whole) BuildCheck(cursor, service).run();
}

void check_builds_together(Stack& stack) {
  std::map<std::string, const Service*> owners;
  for (auto& [key, service] : stack.services) {
    const std::string name = service.build ? meant_image(service.image) : "";
    if (name.empty()) continue;
    const auto [owner, first] = owners.emplace(name, &service);
    if (first || same_image(*owner->second->build, *service.build)) continue;
    service.build->wrong.push_back(
        {Severity::error, service.image_loc, fmt::format("services.{}.image", key),
         fmt::format("\"{}\" is what {} builds, and this service builds another image",
                     service.image, owner->second->name),
         "give each an image of its own"});
  }
}

}  // namespace skep::stack
