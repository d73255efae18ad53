#include "base/image_ref.hpp"

#include "base/error.hpp"
#include "support/catch.hpp"

#include <vector>

using namespace skep;

namespace {

const std::string kDigest =
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

struct Case {
  std::string text;
  ImageRef ref;
  std::string familiar;
};

}  // namespace

TEST_CASE("image references are those of docker", "[base]") {
  const std::vector<Case> cases = {
      {"nginx", {"docker.io", "library/nginx", "", ""}, "nginx"},
      {"nginx:1.25", {"docker.io", "library/nginx", "1.25", ""}, "nginx:1.25"},
      {"docker.io/nginx", {"docker.io", "library/nginx", "", ""}, "nginx"},
      {"index.docker.io/library/nginx", {"docker.io", "library/nginx", "", ""}, "nginx"},
      {"a/b", {"docker.io", "a/b", "", ""}, "a/b"},
      {"library/a/b", {"docker.io", "library/a/b", "", ""}, "library/a/b"},
      {"localhost/a", {"localhost", "a", "", ""}, "localhost/a"},
      {"localhost:5000/a:t", {"localhost:5000", "a", "t", ""}, "localhost:5000/a:t"},
      {"r.example.com/a/b@" + kDigest,
       {"r.example.com", "a/b", "", kDigest},
       "r.example.com/a/b@" + kDigest},
      {"r.example.com/a:1@" + kDigest,
       {"r.example.com", "a", "1", kDigest},
       "r.example.com/a:1@" + kDigest},
      {"Foo/bar", {"Foo", "bar", "", ""}, "Foo/bar"},
      {"[2001:db8::1]:5000/a", {"[2001:db8::1]:5000", "a", "", ""}, "[2001:db8::1]:5000/a"},
      {"a__b/c-----d.e_f", {"docker.io", "a__b/c-----d.e_f", "", ""}, "a__b/c-----d.e_f"},
      {"host:80", {"docker.io", "library/host", "80", ""}, "host:80"},
  };
  for (const auto& c : cases) {
    INFO(c.text);
    const auto ref = parse_image_ref(c.text);
    REQUIRE(ref);
    CHECK(*ref == c.ref);
    CHECK(ref->familiar() == c.familiar);
    CHECK(parse_image_ref(ref->full()) == ref);
  }
  CHECK(image_ref("nginx:1").full() == "docker.io/library/nginx:1");
  CHECK(image_ref("nginx:1").repository() == "nginx");
}

TEST_CASE("what is no image reference is refused with the reason", "[base]") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "it is empty"},
      {std::string(64, 'a'), "it looks like an image's id"},
      {"a:b c", "bad tag \"b c\""},
      {"a:", "bad tag \"\""},
      {"a:" + std::string(129, 't'), "bad tag \"" + std::string(129, 't') + "\""},
      {"a@sha256:12", "bad digest \"sha256:12\""},
      {"a@md5:" + std::string(32, 'a'), "bad digest \"md5:" + std::string(32, 'a') + "\""},
      {"aBc", "the repository's name must be in lower case"},
      {"-a.b/c", "bad registry \"-a.b\""},
      {"a.b:x/c", "bad registry \"a.b:x\""},
      {"a..b", "bad repository name \"a..b\""},
      {"a___b", "bad repository name \"a___b\""},
      {"a-", "bad repository name \"a-\""},
      {"a//b", "bad repository name \"a//b\""},
      {"/a", "bad repository name \"/a\""},
      {"a b", "bad repository name \"a b\""},
      {"r.io/" + std::string(256, 'a'), "the repository's name is longer than 255 characters"},
  };
  for (const auto& [text, reason] : cases) {
    INFO(text);
    CHECK_FALSE(parse_image_ref(text));
    CHECK_THROWS_WITH(image_ref(text), "invalid image reference \"" + text + "\": " + reason);
  }
}
