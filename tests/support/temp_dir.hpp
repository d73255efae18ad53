#pragma once
#include <string>

namespace skep::test {

/// A folder of a test's own, removed with everything in it at the end.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::string& path() const { return path_; }
  /// Writes a file below it (folders are made) and returns its path.
  std::string write(const std::string& name, const std::string& text, unsigned mode = 0644) const;

 private:
  std::string path_;
};

}  // namespace skep::test
