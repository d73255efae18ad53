#pragma once
// What an image is built from. For building: image/build.hpp; for registries: image/push.hpp.
#include <map>
#include <string>
#include <vector>

namespace skep::image {

struct BuildOptions {
  std::string context;     // absolute path of a folder
  std::string dockerfile;  // relative to the context, or absolute (then it may be outside); "" is
                           // Dockerfile
  std::map<std::string, std::string> args;
  std::string target;
  std::map<std::string, std::string> labels;
  std::string platform;
  bool no_cache = false;
  bool pull = false;
  std::vector<std::string> tags;  // full references
};

}  // namespace skep::image
