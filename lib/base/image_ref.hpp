#pragma once
// Image references as distribution/reference parses and normalises them.
#include <optional>
#include <string>

namespace skep {

struct ImageRef {
  std::string domain;  // "docker.io" where none was written
  std::string path;    // "library/nginx"
  std::string tag;     // may be empty
  std::string digest;  // "sha256:…"; may be empty
  bool operator==(const ImageRef&) const = default;

  /// As people write it: "nginx:1.25", "registry.example.com/a/b:1@sha256:…".
  std::string familiar() const;
  /// Without tag and digest: "nginx", "registry.example.com/a/b".
  std::string repository() const;
  /// "docker.io/library/nginx:1.25".
  std::string full() const;
  /// With the tag that is meant where neither tag nor digest is said: latest.
  ImageRef tagged() const;
};

/// nullopt when the text is not a reference (upper case in a name, bad tag, …). No tag is added.
std::optional<ImageRef> parse_image_ref(const std::string& text);
/// The same; throws Error{input} "invalid image reference "…"" with the reason.
ImageRef image_ref(const std::string& text);

}  // namespace skep
