#include "base/files.hpp"

#include "base/error.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <filesystem>
#include <sys/stat.h>

using namespace skep;

TEST_CASE("a file is written whole, with its mode, and read back", "[base]") {
  const test::TempDir dir;
  const std::string path = dir.path() + "/a";
  const std::string text("one\0two\n", 8);
  write_file(path, text, 0600);
  CHECK(read_file(path) == text);
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  write_file(path, "new", 0644);
  CHECK(read_file(path) == "new");
  CHECK(std::distance(std::filesystem::directory_iterator(dir.path()), {}) == 1);
}

TEST_CASE("what cannot be read or written is named with the reason", "[base]") {
  const test::TempDir dir;
  const std::string none = dir.path() + "/none";
  CHECK_FALSE(file_exists(none));
  CHECK(file_exists(dir.path()));
  CHECK_THROWS_WITH(read_file(none), "cannot read " + none + ": No such file or directory");
  CHECK_THROWS_WITH(read_file(dir.path()), "cannot read " + dir.path() + ": Is a directory");
  CHECK_THROWS_WITH(write_file(none + "/x", ""),
                    "cannot write " + none + "/x: No such file or directory");
  CHECK_THROWS_WITH(write_file(dir.path(), ""), "cannot write " + dir.path() + ": Is a directory");
  CHECK(std::filesystem::is_empty(dir.path()));
}

TEST_CASE("a path is absolute or stands below the base", "[base]") {
  CHECK(absolute_path("/a/b", "c/../d") == "/a/b/d");
  CHECK(absolute_path("/a/b", "/x/./y/") == "/x/y");
  CHECK(absolute_path("/a/b", ".") == "/a/b");
  CHECK(absolute_path("/a/b", "../..") == "/");
}
