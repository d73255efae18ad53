#include "stack/short_syntax.hpp"

#include "support/catch.hpp"

namespace skep::stack {
namespace {

using Words = std::vector<std::string>;

std::string text_of(const ShortPorts& ports) {
  std::string text;
  for (const auto& port : ports.ports) {
    text += std::to_string(port.published) + ":" + std::to_string(port.target) + "/" +
            port.protocol + " ";
  }
  return text;
}

}  // namespace

TEST_CASE("a command string is split as a shell would split it", "[stack]") {
  CHECK(split_command("a b  c\t d\n").value == Words{"a", "b", "c", "d"});
  CHECK(split_command("").value.empty());
  CHECK(split_command("sh -c \"echo \\\"x\\\" 'y'\"").value == Words{"sh", "-c", "echo \"x\" 'y'"});
  CHECK(split_command("'a b'\"c d\"e").value == Words{"a bc de"});
  CHECK(split_command("a\\ b '\\' \"\"").value == Words{"a b", "\\", ""});
  CHECK(split_command("a # a comment\nb").value == Words{"a", "b"});
  CHECK(split_command("a#b '#c'").value == Words{"a#b", "#c"});
}

TEST_CASE("a command string that ends too early says how", "[stack]") {
  CHECK(split_command("a 'b").error == "a quote is never closed: '");
  CHECK(split_command("a \"b").error == "a quote is never closed: \"");
  CHECK(split_command("a 'b").hint == "close it, or write the command as a list");
  CHECK(split_command("a \\").error == "nothing follows the backslash at the end");
}

TEST_CASE("short ports: alone, published, with protocol, ranges", "[stack]") {
  const auto text = [](const std::string& written) { return text_of(parse_ports(written).value); };
  CHECK(text("80") == "0:80/tcp ");
  CHECK(text("8080:80") == "8080:80/tcp ");
  CHECK(text("53:53/UDP") == "53:53/udp ");
  CHECK(text("9000-9002:9000-9002") == "9000:9000/tcp 9001:9001/tcp 9002:9002/tcp ");
  CHECK(text("8000-8001:80") == "8000:80/tcp 8001:80/tcp ");
  CHECK(text("9-11") == "0:10/tcp 0:11/tcp 0:9/tcp ");  // docker sorts them as text
  CHECK(text("127.0.0.1:8080:80") == "8080:80/tcp ");
  CHECK(parse_ports("127.0.0.1:8080:80").value.address == "127.0.0.1");
  CHECK(parse_ports("[::1]:8080:80").value.address == "::1");
  CHECK(text("127.0.0.1::80") == "0:80/tcp ");
}

TEST_CASE("what is no port says why", "[stack]") {
  const auto error = [](const std::string& written) { return parse_ports(written).error; };
  CHECK(error("70000") == "\"70000\" is no port: ports go from 0 to 65535");
  CHECK(error("x:80") == "\"x:80\" is no port: \"x\" is no number");
  CHECK(error("90-80") == "\"90-80\" is no port: the range 90-80 ends before it begins");
  CHECK(error("80:") == "\"80:\" is no port: the container's port is missing");
  CHECK(error("80:80/http") == "\"80:80/http\" is no port: \"http\" is none of tcp, udp, sctp");
  CHECK(error("nowhere:80:80") == "\"nowhere:80:80\" is no port: \"nowhere\" is no address");
  CHECK(error("1-3:1-2") == "\"1-3:1-2\" is no port: the two ranges are of different length");
  CHECK(parse_ports("x").hint ==
        "write \"8080\", \"80:8080\", \"80:8080/udp\" or \"9000-9005:9000-9005\"");
}

TEST_CASE("short mounts: anonymous, named, bound, with options", "[stack]") {
  const auto mount = [](const std::string& text) { return parse_mount(text).value.mount; };
  const auto seen = [&](const std::string& text) {
    const Mount m = mount(text);
    return m.type + " " + m.source + " " + m.target + (m.read_only ? " ro" : "");
  };
  CHECK(seen("/data") == "volume  /data");
  CHECK(seen("/x") == "volume  /x");
  CHECK(seen("d:/data") == "volume  d:/data");  // a drive's letter
  CHECK(seen("data:/data:ro") == "volume data /data ro");
  CHECK(seen("./a:/b:rw") == "bind ./a /b");
  CHECK(seen("~/a:/b") == "bind ~/a /b");
  CHECK(seen("C:\\x:/y:ro") == "bind C:\\x /y ro");
  CHECK(mount("data:/d:nocopy").volume == Mount::Volume{true, ""});
  CHECK(mount("/a:/b:ro,rslave").propagation == "rslave");
  CHECK(parse_mount("/a:/b:z,ro").value.unknown == Words{"z"});
}

TEST_CASE("what is no mount says why", "[stack]") {
  const auto error = [](const std::string& text) { return parse_mount(text).error; };
  CHECK(error("") == "\"\" is no mount: it is empty");
  CHECK(error("data::/x") ==
        "\"data::/x\" is no mount: there is nothing between two colons, or before or after one");
  CHECK(error("data:/x:") ==
        "\"data:/x:\" is no mount: there is nothing between two colons, or before or after one");
  CHECK(error("data:/x:ro:y") == "\"data:/x:ro:y\" is no mount: it has too many colons");
  CHECK(parse_mount("").hint == "write \"data:/var/lib/data\" or \"./folder:/target:ro\"");
}

TEST_CASE("CPUs are exact to a billionth", "[stack]") {
  CHECK(parse_cpus("0.5").value == 500'000'000);
  CHECK(parse_cpus("2").value == 2'000'000'000);
  CHECK(parse_cpus("1/4").value == 250'000'000);
  CHECK(parse_cpus("5e-1").value == 500'000'000);
  CHECK(parse_cpus("1E+1").value == 10'000'000'000);
  CHECK(parse_cpus("0.10000000000").value == 100'000'000);
  CHECK(parse_cpus(".5").value == 500'000'000);
  CHECK(parse_cpus("0").value == 0);
  CHECK(parse_cpus("0.0000000001").error == "\"0.0000000001\" is finer than a billionth of a CPU");
  CHECK(parse_cpus("1/3").error == "\"1/3\" is finer than a billionth of a CPU");
  for (const char* text : {"", "x", "-1", "1.2.3", "1e", "1/0", "99999999999999999999", "1e99"}) {
    INFO(text);
    CHECK(parse_cpus(text).error == "\"" + std::string(text) + "\" is no number of CPUs");
  }
}

TEST_CASE("absolute is absolute on Windows too", "[stack]") {
  for (const char* path : {"/a", "C:\\a", "c:/a", "\\\\.\\pipe\\x"}) CHECK(absolute(path));
  for (const char* path : {"a", "./a", "C:a", ""}) CHECK_FALSE(absolute(path));
}

}  // namespace skep::stack
