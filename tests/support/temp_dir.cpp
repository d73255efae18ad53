#include "support/temp_dir.hpp"

#include "base/files.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace skep::test {

TempDir::TempDir() {
  std::string name = (std::filesystem::temp_directory_path() / "skep-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::write(const std::string& name, const std::string& text, unsigned mode) const {
  const std::filesystem::path path = std::filesystem::path(path_) / name;
  std::filesystem::create_directories(path.parent_path());
  write_file(path.string(), text, mode);
  return path.string();
}

}  // namespace skep::test
