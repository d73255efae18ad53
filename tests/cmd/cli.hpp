#pragma once
// One call of skep in-process: arguments in, text and exit status out, with a fake engine, a
// folder of its own and no real home.
#include "base/files.hpp"
#include "cmd/run.hpp"
#include "support/borrowed_engine.hpp"
#include "support/catch.hpp"
#include "support/fake_database.hpp"
#include "support/fake_engine.hpp"
#include "support/golden.hpp"
#include "support/temp_dir.hpp"

#include <nlohmann/json.hpp>

#include <sstream>
#include <string>
#include <vector>

namespace skep::test {

inline const std::string kWebImage = "registry.example.com/shop/web:1";
inline const std::string kDigest = "sha256:" + std::string(64, 'b');

struct Cli {
  struct Output {
    int exit = 0;
    std::string out;
    std::string err;
    /// The JSON lines of -o json.
    std::vector<Json> lines() const {
      std::vector<Json> all;
      std::istringstream in(out);
      for (std::string line; std::getline(in, line);) all.push_back(parse_json(line, "a line"));
      return all;
    }
    Json last() const {
      const auto all = lines();
      if (all.empty()) FAIL("nothing was printed; on stderr: " << err);
      return all.back();
    }
  };

  TempDir dir;
  FakeClock clock;
  FakeEngine engine{clock};
  FakeDatabase database{engine.swarm()};
  Env env;
  std::stop_source stop;
  deploy::Connector connect = lend(engine);

  Cli() {
    env.variables = {{"HOME", dir.path() + "/home"}, {"PATH", "/usr/bin:/bin"}, {"USER", "me"}};
    env.cwd = dir.path();
    env.host_name = "here";
    engine.swarm().add_image(kWebImage, kDigest);
  }
  /// A project of one service from a Compose file.
  void write_project(const std::string& more = "") {
    dir.write("skep.yml", "stack: shop\ntemplate: ./stack.yml\n" + more);
    dir.write("stack.yml",
              "services:\n  web:\n    image: " + kWebImage + "\n    deploy:\n      replicas: 2\n");
  }
  /// The same with a database user, delivered by environment variable.
  void write_database_project() {
    const auto network = engine.swarm().add_network("backend");
    engine.swarm().add_secret("mongo_admin_password", "root-password");
    engine.swarm().add_service(
        {{"Name", "mongo_mongo01"},
         {"TaskTemplate",
          {{"ContainerSpec", {{"Image", "mongo:7@sha256:" + std::string(64, 'a')}}},
           {"Networks", {{{"Target", network}, {"Aliases", Json::array({"mongo01"})}}}}}}});
    write_project(
        "mongodb:\n"
        "  hosts: [mongo01]\n"
        "  replica_set: rs\n"
        "  network: backend\n"
        "  admin: {user: admin, password: {secret: mongo_admin_password}}\n"
        "  users:\n"
        "    kitten:\n"
        "      database: kittens\n"
        "      roles: [readWrite]\n"
        "      deliver: [{service: web, env: MONGODB_URI}]\n");
  }
  Output run(const std::vector<std::string>& args, const std::string& input = "") {
    std::ostringstream out;
    std::ostringstream err;
    std::istringstream in(input);
    cmd::World world{.env = env,
                     .out = out,
                     .err = err,
                     .in = in,
                     .stop = stop.get_token(),
                     .clock = clock,
                     .connect = connect};
    const int exit = cmd::run(args, world);
    return {exit, out.str(), err.str()};
  }
  /// The text with this test's own folder named FOLDER.
  std::string without_folder(std::string text) const {
    for (auto at = text.find(dir.path()); at != std::string::npos; at = text.find(dir.path()))
      text.replace(at, dir.path().size(), "FOLDER");
    return text;
  }
};

inline void cmd_golden(const std::string& name, const std::string& text) {
  golden(std::string(SKEP_SOURCE_DIR) + "/tests/cmd", name, text);
}

}  // namespace skep::test
