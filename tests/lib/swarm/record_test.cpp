#include "swarm/record.hpp"

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/catch.hpp"

#include <nlohmann/json.hpp>
#include <zlib.h>

using namespace skep;
using namespace skep::swarm;

namespace {

Record record() {
  Record one;
  one.number = 12;
  one.stack = "shop";
  one.who = "a@b";
  one.when = "2026-01-02T03:04:05Z";
  one.commit = "abc";
  one.services = {{"shop_web", Json::parse(R"({"Name": "shop_web", "Labels": {"ä": ""}})"), true}};
  one.before = {{"shop_web", Json::parse(R"({"Name": "shop_web"})")}};
  one.created = {"shop_new"};
  one.tasks = {{"shop_migrate", Json::parse(R"({"Name": "shop_migrate"})"), true}};
  return one;
}

std::string packed(const std::string& text) {
  uLongf size = compressBound(text.size());
  std::string data(size, '\0');
  REQUIRE(compress(reinterpret_cast<Bytef*>(data.data()), &size,
                   reinterpret_cast<const Bytef*>(text.data()), text.size()) == Z_OK);
  data.resize(size);
  return data;
}

std::string problem(const std::string& data) {
  try {
    decode_record(data);
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::rejected);
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("a record comes back as it was written", "[swarm]") {
  CHECK(decode_record(encode(record())) == record());
  CHECK(decode_record(encode(Record{})) == Record{});
}

TEST_CASE("a record of many services is small", "[swarm]") {
  Record many = record();
  for (int i = 0; i < 1000; ++i) {
    many.services.push_back({"shop_" + std::to_string(i), many.services[0].spec});
  }
  CHECK(encode(many).size() < 20'000);
}

TEST_CASE("a record that the engine would not take is refused, with what to do", "[swarm]") {
  Record big = record();
  for (int i = 0; i < 12; ++i)
    big.services.push_back({"s", Json{{"Labels", {{"x", random_hex(200'000)}}}}});
  try {
    encode(big);
    FAIL("it was taken");
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::rejected);
    CHECK_THAT(error.what(), ContainsSubstring("the record of release 12 of stack \"shop\" has "));
    CHECK_THAT(error.what(), ContainsSubstring(" bytes, the engine takes 1023999"));
    CHECK(error.hint() ==
          "split the stack, or put long labels and environment values into configs");
  }
}

TEST_CASE("fields that a newer skep added do not matter", "[swarm]") {
  const auto data = packed(R"({"format": 1, "number": 3, "stack": "s", "new": [1], "services": [
      {"name": "a", "spec": {}, "new": 1}]})");
  const auto read = decode_record(data);
  CHECK(read.number == 3);
  CHECK(read.services == std::vector<RecordedService>{{"a", Json::object()}});
}

TEST_CASE("a record that cannot be read says what is wrong with it", "[swarm]") {
  const auto whole = encode(record());
  CHECK(problem("") == "the release record is damaged: it does not decompress");
  CHECK(problem("no zlib") == "the release record is damaged: it does not decompress");
  CHECK(problem(whole.substr(0, whole.size() / 2)) ==
        "the release record is damaged: it does not decompress");
  CHECK(problem(packed("x")) == "the release record is not JSON");
  CHECK(problem(packed("[]")) == "the release record is damaged: it is not an object");
  CHECK(problem(packed(R"({"format": 2})")) ==
        "the release record has format 2, this skep knows format 1");
  CHECK(problem(packed(R"({"format": 1, "number": "x"})")) ==
        "the release record is damaged: \"number\" is not a number");
  CHECK(problem(packed(R"({"format": 1, "services": [{"name": "a"}]})")) ==
        "the release record is damaged: an entry of \"services\" has no name or spec");
  CHECK(problem(packed(R"({"format": 1, "created": "a"})")) ==
        "the release record is damaged: \"created\" is not a list of names");
}

TEST_CASE("names of records and locks fit, and two long stacks keep two names", "[swarm]") {
  CHECK(record_name("shop", 7) == "skep.shop.r7");
  CHECK(lock_name("shop") == "skep.shop.lock");
  const std::string long_name(70, 'a');
  CHECK(record_name(long_name, 123).size() == 64);
  CHECK(record_name(long_name, 123) != record_name(long_name + "b", 123));
  CHECK(lock_name(long_name).size() == 64);
  CHECK(lock_name(long_name) != lock_name(long_name + "b"));
  const std::string fits(56, 'a');
  CHECK(record_name(fits, 9).find(fits) != std::string::npos);
}
