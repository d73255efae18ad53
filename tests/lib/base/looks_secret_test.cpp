#include "base/looks_secret.hpp"

#include "support/catch.hpp"

using namespace skep;

TEST_CASE("names and values that look like secrets, in every way of writing", "[base]") {
  for (const char* name :
       {"DB_PASSWORD", "dbPass", "db.pw", "apiKey", "Authorization", "MYSQL_PWD", "auth-token"})
    CHECK(name_looks_secret(name));
  for (const char* name : {"DB_PASSWORD_FILE", "COMPASS", "bypass", "MONKEY", "PATH", "Author"})
    CHECK_FALSE(name_looks_secret(name));
  for (const char* value :
       {"curl -u admin:pw http://x", "curl --user admin:pw", "--user=a:b", "http://a:b@h/"})
    CHECK(value_looks_secret(value));
  for (const char* value : {"docker run -u 1000 x", "--user nobody", "menu -u"})
    CHECK_FALSE(value_looks_secret(value));
}

TEST_CASE("a URL is shown without what is secret in it", "[base]") {
  CHECK(shown_url("http://a.example.com/health") == "http://a.example.com/health");
  CHECK(shown_url("https://user:pw@a.example.com:8443/x") == "https://***@a.example.com:8443/x");
  CHECK(shown_url("http://a/x?token=abc&page=2#end") == "http://a/x?token=***&page=2#end");
  CHECK(shown_url("http://a?page=2") == "http://a?page=2");
  CHECK(shown_url("http://a/x@y") == "http://a/x@y");
}
