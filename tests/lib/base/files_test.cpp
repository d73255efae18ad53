#include "base/files.hpp"

#include "base/error.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <array>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

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
  CHECK_THROWS_WITH(read_file(dir.path()), "cannot read " + dir.path() + ": it is a folder");
  CHECK_THROWS_WITH(write_file(none + "/x", ""),
                    "cannot write " + none + "/x: No such file or directory");
  CHECK_THROWS_WITH(write_file(dir.path(), ""), "cannot write " + dir.path() + ": it is a folder");
  CHECK(std::filesystem::is_empty(dir.path()));
}

TEST_CASE("a path is absolute or stands below the base", "[base]") {
  CHECK(absolute_path("/a/b", "c/../d") == "/a/b/d");
  CHECK(absolute_path("/a/b", "/x/./y/") == "/x/y");
  CHECK(absolute_path("/a/b", ".") == "/a/b");
  CHECK(absolute_path("/a/b", "../..") == "/");
}

TEST_CASE("only files are read and written, and no more than is wanted", "[base]") {
  const test::TempDir dir;
  const auto fifo = dir.path() + "/fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  CHECK_THROWS_WITH(read_file(fifo), "cannot read " + fifo + ": it is a FIFO");
  CHECK_THROWS_WITH(read_file("/dev/zero"), "cannot read /dev/zero: it is a device");
  CHECK_THROWS_WITH(write_file("/dev/null", ""), "cannot write /dev/null: it is a device");
  CHECK_THROWS_WITH(write_file(fifo, ""), "cannot write " + fifo + ": it is a FIFO");
  dir.write("large", std::string(5000, 'x'));
  CHECK(read_file(dir.path() + "/large", 5000).size() == 5000);
  CHECK_THROWS_WITH(read_file(dir.path() + "/large", 4999),
                    "cannot read " + dir.path() + "/large: it is larger than 4.999 kB");
}

TEST_CASE("what a shell hands over is read", "[base]") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  REQUIRE(::write(ends[1], "a: 1\n", 5) == 5);
  ::close(ends[1]);
  CHECK(read_file("/dev/fd/" + std::to_string(ends[0])) == "a: 1\n");
  ::close(ends[0]);
}
