#include "config/load.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <algorithm>
#include <vector>

using namespace skep;

namespace {

std::string problems_of(const std::string& text, const std::string& environment = {}) {
  const test::TempDir dir;
  dir.write("skep.yml", text);
  Diagnostics diagnostics;
  config::load("skep.yml", {.environment = environment}, Env{{}, dir.path(), ""}, diagnostics);
  return format(diagnostics);
}

const std::string kLeast = "stack: a\ntemplate: web\n";

/// A mongodb with one thing changed, on line 3.
std::string mongodb(const std::string& changed) {
  return kLeast + "mongodb: {" + changed + "}\n";
}

const std::string kAdmin = "admin: {user: a, password: {env: P}}";
const std::string kUsers =
    "users: {u: {database: d, roles: [read], deliver: {service: s, env: E}}}";

struct Case {
  std::string text;
  std::string problem;
};

}  // namespace

TEST_CASE("compat is docker or none, and docker reads no template", "[config]") {
  const std::string compose = "stack: a\ntemplate: ./stack.yml\n";
  CHECK(problems_of(compose + "compat: docker\n").empty());
  CHECK(problems_of(compose + "compat: none\n").empty());
  CHECK(problems_of(compose + "compat: dokcer\n") ==
        "skep.yml:3:9: error: compat: \"dokcer\" is none of docker, none\n"
        "  hint: docker: the Compose file is read as `docker stack deploy` reads it\n");
  CHECK(problems_of(kLeast + "compat: docker\n") ==
        "skep.yml:3:9: error: compat: docker reads no template\n"
        "  hint: remove it, or name a Compose file as template: ./stack.yml\n");
}

TEST_CASE("unknown keys are errors with a suggestion, wherever they stand", "[config]") {
  CHECK(problems_of("stack: a\ntempalte: web\n") ==
        "skep.yml:1:1: error: template: is missing\n"
        "  hint: a template's name such as web, a folder, or a Compose file\n"
        "skep.yml:2:1: error: tempalte: unknown key \"tempalte\"\n"
        "  hint: did you mean \"template\"?\n");
  CHECK(problems_of(kLeast + "zzz: 1\n") == "skep.yml:3:1: error: zzz: unknown key \"zzz\"\n");
  const std::string text =
      kLeast +
      "mongodb:\n  hosst: m\n  hosts: m\n  network: n\n"
      "  admin: {user: a, passwd: x, password: {secrte: s, secret: s}}\n"
      "  users: {u: {database: d, role: r, roles: [r], "
      "deliver: [{service: s, env: E, sercet: y}]}}\n"
      "checks: [{url: 'http://a', stats: 200}]\n"
      "environments:\n  e: {checks: [{ulr: x}], environments: {}, values: {any: 1},"
      " mongodb: ~}\n";
  const std::string said = problems_of(text);
  for (const std::string wanted :
       {"skep.yml:4:3: error: mongodb.hosst: unknown key \"hosst\"\n  hint: did you mean "
        "\"hosts\"?",
        "7:20: error: mongodb.admin.passwd: unknown key \"passwd\"",
        "mongodb.admin.password.secrte: unknown key \"secrte\"\n  hint: did you mean \"secret\"?",
        "mongodb.users.u.role: unknown key \"role\"\n  hint: did you mean \"roles\"?",
        "mongodb.users.u.deliver[0].sercet: unknown key \"sercet\"\n  hint: did you mean "
        "\"secret\"?",
        "checks[0].stats: unknown key \"stats\"\n  hint: did you mean \"status\"?",
        "environments.e.checks[0].ulr: unknown key \"ulr\"\n  hint: did you mean \"url\"?",
        "environments.e.environments: unknown key \"environments\""}) {
    INFO(said);
    CHECK_THAT(said, ContainsSubstring(wanted));
  }
  CHECK(std::count(said.begin(), said.end(), '\n') == 15);
}

TEST_CASE("mistakes at the top", "[config]") {
  const std::vector<Case> cases = {
      {"template: web\n",
       "1:1: error: stack: is missing\n  hint: it names the services: STACK_SERVICE\n"},
      {"stack: [a]\ntemplate: web\n", "1:8: error: stack: must be a string, not a list\n"},
      {"stack: ''\ntemplate: web\n",
       "1:8: error: stack: must not be empty\n  hint: it names the services: STACK_SERVICE\n"},
      {"stack: a.b\ntemplate: web\n",
       "1:8: error: stack: \"a.b\" cannot be a stack's name\n  hint: letters, digits, '-' and '_', "
       "at "
       "most 60, none of the two at an end\n"},
      {"stack: -a\ntemplate: {}\n",
       "1:8: error: stack: \"-a\" cannot be a stack's name\n  hint: letters, digits, '-' and '_', "
       "at "
       "most 60, none of the two at an end\nskep.yml:2:11: error: template: must be a string, not "
       "a "
       "map\n"},
      {kLeast + "values: [a]\n", "3:9: error: values: must be a map, not a list\n"},
      {kLeast + "nodes: [a]\n", "3:8: error: nodes: must be a map, not a list\n"},
      {kLeast + "nodes: {n: x}\n", "3:12: error: nodes.n: must be a map, not a string\n"},
      {kLeast + "nodes: {n: {l: [x]}}\n", "3:16: error: nodes.n.l: must be a string, not a list\n"},
      {kLeast + "swarm: {}\n", "3:8: error: swarm: must be a string, not a map\n"},
      {kLeast + "environments: [a]\n", "3:15: error: environments: must be a map, not a list\n"},
      {kLeast + "environments: {a: x}\n",
       "3:19: error: environments.a: must be a map, not a string\n"},
      {kLeast + "environments: {a b: {}}\n",
       "3:16: error: environments.a b: cannot be an environment's name\n  hint: letters, digits, "
       "'-' "
       "and '_'\n"},
  };
  for (const auto& c : cases) {
    INFO(c.text);
    CHECK(problems_of(c.text) == "skep.yml:" + c.problem);
  }
}

TEST_CASE("mistakes in checks", "[config]") {
  const std::vector<Case> cases = {
      {"checks: x", "3:9: error: checks: must be a list, not a string\n"},
      {"checks: [x]", "3:10: error: checks[0]: must be a map, not a string\n"},
      {"checks: [{status: 200}]",
       "3:10: error: checks[0].url: is missing\n  hint: for example "
       "http://app.example.com/health\n"},
      {"checks: [{url: ftp://a}]",
       "3:16: error: checks[0].url: \"ftp://a\" is no URL of http or https\n"},
      {"checks: [{url: 'http:///x'}]",
       "3:16: error: checks[0].url: \"http:///x\" is no URL of http or https\n"},
      {"checks: [{url: 'http://a b'}]",
       "3:16: error: checks[0].url: \"http://a b\" is no URL of http or https\n"},
      {"checks: [{url: 'http://a', connect: b}]",
       "3:37: error: checks[0].connect: \"b\" is no HOST:PORT\n  hint: for example 127.0.0.1:80\n"},
      {"checks: [{url: 'http://a', connect: 'b:0'}]",
       "3:37: error: checks[0].connect: \"b:0\" is no HOST:PORT\n  hint: for example "
       "127.0.0.1:80\n"},
      {"checks: [{url: 'http://a', connect: 'b:99999'}]",
       "3:37: error: checks[0].connect: \"b:99999\" is no HOST:PORT\n  hint: for example "
       "127.0.0.1:80\n"},
      {"checks: [{url: 'http://a', status: 99}]",
       "3:36: error: checks[0].status: 99 is no HTTP status\n  hint: a number from 100 to 599, or "
       "a "
       "list of them\n"},
      {"checks: [{url: 'http://a', status: [200, {}]}]",
       "3:36: error: checks[0].status: a map is no HTTP status\n  hint: a number from 100 to 599, "
       "or a "
       "list of them\n"},
      {"checks: [{url: 'http://a', method: get}]",
       "3:36: error: checks[0].method: \"get\" is no HTTP method\n  hint: in capitals: GET, POST, "
       "…\n"},
      {"checks: [{url: 'http://a', headers: [x]}]",
       "3:37: error: checks[0].headers: must be a map, not a list\n"},
      {"checks: [{url: 'http://a', timeout: 5}]",
       "3:37: error: checks[0].timeout: \"5\" is no duration\n  hint: write it like 5s, 1m30s or "
       "500ms\n"},
      {"checks: [{url: 'http://a', timeout: 0s}]",
       "3:37: error: checks[0].timeout: \"0s\" is no duration\n  hint: write it like 5s, 1m30s or "
       "500ms\n"},
  };
  for (const auto& c : cases) {
    INFO(c.text);
    CHECK(problems_of(kLeast + c.text + "\n") == "skep.yml:" + c.problem);
  }
}

TEST_CASE("mistakes in mongodb", "[config]") {
  const std::string rest = ", network: n, " + kAdmin + ", " + kUsers;
  const std::string host = "hosts: m, network: n, ";
  const auto user = [&](const std::string& text) {
    return host + kAdmin + ", users: {u: {" + text + "}}";
  };
  const std::string password = "{secret: NAME}, {env: NAME} or {file: PATH}";
  const std::vector<Case> cases = {
      {"network: n, " + kAdmin + ", " + kUsers,
       "mongodb.hosts: is missing\n  hint: NAME or NAME:PORT, one or many\n"},
      {"hosts: {}" + rest, "mongodb.hosts: must be a list, not a map\n"},
      {"hosts: ['m:x']" + rest,
       "mongodb.hosts: \"m:x\" is no host\n  hint: write NAME or NAME:PORT\n"},
      {"hosts: ['m:70000']" + rest,
       "mongodb.hosts: \"m:70000\" is no host\n  hint: write NAME or NAME:PORT\n"},
      {"hosts: [':1']" + rest,
       "mongodb.hosts: \":1\" is no host\n  hint: write NAME or NAME:PORT\n"},
      {"hosts: [a/b]" + rest,
       "mongodb.hosts: \"a/b\" is no host\n  hint: write NAME or NAME:PORT\n"},
      {"hosts: [a, b]" + rest,
       "mongodb.replica_set: is missing\n  hint: several hosts are a replica set; say its name\n"},
      {"hosts: m, " + kAdmin + ", " + kUsers,
       "mongodb.network: is missing\n  hint: the overlay network on which the hosts answer\n"},
      {host + kUsers,
       "mongodb.admin: is missing\n  hint: {user: admin, password: {secret: NAME}}\n"},
      {host + "admin: x, " + kUsers, "mongodb.admin: must be a map, not a string\n"},
      {host + "admin: {user: a}, " + kUsers,
       "mongodb.admin.password: is missing\n  hint: " + password + "\n"},
      {host + "admin: {user: a, password: hunter2}, " + kUsers,
       "mongodb.admin.password: a password cannot stand in this file\n  hint: say where it is: " +
           password + "\n"},
      {host + "admin: {user: a, password: {env: A, file: B}}, " + kUsers,
       "mongodb.admin.password: must have exactly one source\n  hint: " + password + "\n"},
      {host + "admin: {user: a, password: {}}, " + kUsers,
       "mongodb.admin.password: must have exactly one source\n  hint: " + password + "\n"},
      {host + "tls: maybe, " + kAdmin + ", " + kUsers,
       "mongodb.tls: must be true or false, not a string\n"},
      {host + "image: UP, " + kAdmin + ", " + kUsers,
       "mongodb.image: \"UP\" is no image reference\n"},
      {host + "options: [x], " + kAdmin + ", " + kUsers,
       "mongodb.options: must be a map, not a list\n"},
      {host + kAdmin,
       "mongodb.users: is missing\n  hint: NAME: {database: …, roles: [readWrite], deliver: …}\n"},
      {host + kAdmin + ", users: [u]", "mongodb.users: must be a map, not a list\n"},
      {host + kAdmin + ", users: {u: x}", "mongodb.users.u: must be a map, not a string\n"},
      {user("roles: [r], deliver: {service: s, env: E}"), "mongodb.users.u.database: is missing\n"},
      {user("database: a b, roles: [r], deliver: {service: s, env: E}"),
       "mongodb.users.u.database: \"a b\" cannot be a database's name\n  hint: at most 63 "
       "characters, "
       "none of / \\ . \" $ * < > : | ? or a space\n"},
      {user("database: d, deliver: {service: s, env: E}"),
       "mongodb.users.u.roles: a user needs at least one role\n  hint: for example [readWrite]\n"},
      {user("database: d, roles: [{role: x}], deliver: {service: s, env: E}"),
       "mongodb.users.u.roles[0]: must be a string, not a map\n"},
      {user("database: d, roles: [r]"),
       "mongodb.users.u.deliver: is missing\n  hint: {service: NAME, env: MONGODB_URI} or "
       "{service: "
       "NAME, secret: NAME}\n"},
      {user("database: d, roles: [r], deliver: x"),
       "mongodb.users.u.deliver: must be a list, not a string\n"},
      {user("database: d, roles: [r], deliver: {env: E}"),
       "mongodb.users.u.deliver.service: is missing\n"},
      {user("database: d, roles: [r], deliver: {service: s}"),
       "mongodb.users.u.deliver: must have either env or secret\n  hint: env: NAME sets a "
       "variable, "
       "secret: NAME mounts a file\n"},
      {user("database: d, roles: [r], deliver: {service: s, env: E, secret: S}"),
       "mongodb.users.u.deliver: must have either env or secret\n  hint: env: NAME sets a "
       "variable, "
       "secret: NAME mounts a file\n"},
      {user("database: d, roles: [r], deliver: [{service: s, env: E}, {service: s, env: E}]"),
       "mongodb.users.u.deliver[1]: E is delivered to service s twice\n"},
      {user("database: d, roles: [r], deliver: [x]"),
       "mongodb.users.u.deliver[0]: must be a map, not a string\n"},
  };
  for (const auto& c : cases) {
    INFO(c.text);
    const std::string said = problems_of(mongodb(c.text));
    CHECK(said.starts_with("skep.yml:3:"));
    CHECK(said.substr(std::min(said.find("error: "), said.size())) == "error: " + c.problem);
  }
  CHECK(problems_of(kLeast + "mongodb: x\n") ==
        "skep.yml:3:10: error: mongodb: must be a map, not a string\n");
}

TEST_CASE("a connection string is explained, and none of it is shown", "[config]") {
  const std::string rest = ", network: n, " + kAdmin + ", " + kUsers;
  const std::string list =
      "a connection string is no host\n  hint: list its members: hosts: [NAME:PORT, …]; what else "
      "it "
      "says has keys of its own: replica_set, auth_source, tls, options, users\n";
  const std::string ask =
      "a connection string of mongodb+srv names no member: drivers ask DNS for them\n  hint: list "
      "those that `dig +short SRV _mongodb._tcp.NAME` prints: hosts: [NAME:PORT, …]; with tls: "
      "true, "
      "and what `dig +short TXT NAME` prints as replica_set and auth_source\n";
  const std::vector<Case> cases = {
      {mongodb("hosts: 'mongodb://u:hunter2@m:1,n:2/d?replicaSet=rs'" + rest),
       "3:18: error: mongodb.hosts: " + list},
      {mongodb("hosts: ['mongodb+srv://u:hunter2@c.example.com/d']" + rest),
       "3:18: error: mongodb.hosts: " + ask},
      {mongodb("hosts: ['u:hunter2@m']" + rest), "3:18: error: mongodb.hosts: " + list},
      {kLeast + "mongodb: mongodb://u:hunter2@m/d\n", "3:10: error: mongodb: " + list},
      {kLeast + "mongodb: 'mongodb+srv://u:hunter2@m/d'\n", "3:10: error: mongodb: " + ask},
      {mongodb("uri: 'mongodb://u:hunter2@m/d', hosts: m" + rest),
       "3:11: error: mongodb.uri: unknown key \"uri\"\n  hint: list the members under hosts: what "
       "else a connection string says has keys of its own\n"},
      {mongodb("hosts: 'm:1,n:2'" + rest),
       "3:18: error: mongodb.hosts: \"m:1,n:2\" is no host\n  hint: several are a list: [NAME, "
       "NAME:PORT]\n"},
  };
  for (const auto& c : cases) {
    INFO(c.text);
    const auto said = problems_of(c.text);
    CHECK(said == "skep.yml:" + c.problem);
    CHECK(said.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("an option that another key says is refused, in any case", "[config]") {
  const std::string rest = "hosts: m, network: n, " + kAdmin + ", " + kUsers + ", ";
  const auto elsewhere = [](const std::string& option, const std::string& key) {
    return "mongodb." + option + ": `mongodb." + key +
           "` says it\n  hint: remove it here, and write "
           "it as " +
           key + "\n";
  };
  const std::vector<Case> cases = {
      {"options: {authSource: x}", elsewhere("options.authSource", "auth_source")},
      {"options: {w: 1, replicaset: x}", elsewhere("options.replicaset", "replica_set")},
      {"options: {TLS: true}", elsewhere("options.TLS", "tls")},
      {"options: {ssl: true}", elsewhere("options.ssl", "tls")},
      {"options: {w: 1, W: 2}", "mongodb.options.W: is said twice: options have no case\n"},
      {"login_options: {authSource: x}",
       elsewhere("login_options.authSource", "admin.auth_source")},
      {"login_options: {replicaSet: x}", elsewhere("login_options.replicaSet", "replica_set")},
      {"login_options: {tls: true}", elsewhere("login_options.tls", "tls")},
      {"login_options: {ssl: true}", elsewhere("login_options.ssl", "tls")},
      {"login_options: {tlsCAFile: /x}", elsewhere("login_options.tlsCAFile", "ca")},
      {"login_options: {tlsCertificateKeyFile: /x}",
       "mongodb.login_options.tlsCertificateKeyFile: names a file, and skep's own task has none of "
       "them\n  hint: `mongodb.ca` alone is put into it\n"},
      {"login_options: [x]", "mongodb.login_options: must be a map, not a list\n"},
      {"admin: {user: a, password: {env: P}, options: {w: 1}}",
       "mongodb.admin.options: unknown key \"options\"\n  hint: login_options, beside admin\n"},
      {"users: {u: {database: d, roles: r, deliver: {service: s, env: E}, options: {w: 1}}}",
       "mongodb.users.u.options: unknown key \"options\"\n  hint: options, beside users: they are "
       "those of every user\n"},
  };
  for (const auto& c : cases) {
    INFO(c.text);
    std::string all = rest;
    const auto key = c.text.substr(0, c.text.find(':'));
    if (key == "admin") all = "hosts: m, network: n, " + kUsers + ", ";
    if (key == "users") all = "hosts: m, network: n, " + kAdmin + ", ";
    const auto said = problems_of(mongodb(all + c.text));
    CHECK(said.substr(std::min(said.find("error: "), said.size())) == "error: " + c.problem);
  }
  CHECK(problems_of(mongodb(rest + "options: {tlsCAFile: /run/secrets/ca, w: majority}")).empty());
}

TEST_CASE("an environment must restate checks and users", "[config]") {
  const std::string base =
      mongodb("hosts: m, network: n, " + kAdmin + ", " + kUsers) + "checks: [{url: 'http://a'}]\n";
  const std::string users =
      "{users: {v: {database: w, roles: [r], deliver: {service: s, env: E}}}}";
  CHECK(problems_of(base + "environments:\n  x: {}\n") ==
        "skep.yml:6:3: error: environments.x.checks: must state its own checks\n"
        "  hint: checks: [] says that there are none\n"
        "skep.yml:6:3: error: environments.x.mongodb.users: must state its own users\n"
        "  hint: two environments never share a database or a user\n");
  CHECK(problems_of(base + "environments:\n  x: {checks: [], mongodb: {network: q}}\n") ==
        "skep.yml:6:3: error: environments.x.mongodb.users: must state its own users\n"
        "  hint: two environments never share a database or a user\n");
  CHECK(problems_of(base + "environments:\n  x: {checks: [], mongodb: " + users + "}\n").empty());
  CHECK(problems_of(base + "environments:\n  x: {checks: [], mongodb: ~}\n").empty());
  CHECK(problems_of(base + "swarm: one\nenvironments:\n  x: {checks: [], swarm: two}\n").empty());
  CHECK_FALSE(problems_of(base + "swarm: one\nenvironments:\n  x: {checks: []}\n").empty());
}

TEST_CASE("two environments never share a stack, a database or a user", "[config]") {
  const auto environment = [](const std::string& name, const std::string& more) {
    return "  " + name + ": {" + more + "}\n";
  };
  const auto users = [](const std::string& user, const std::string& database) {
    return "mongodb: {users: {" + user + ": {database: " + database +
           ", roles: [r], deliver: {service: s, env: E}}}}";
  };
  const std::string hint =
      "\n  hint: pin each to a swarm of its own (swarm: CLUSTER-ID) where that is meant\n";
  const std::string base =
      mongodb("hosts: m, network: n, " + kAdmin + ", " + kUsers) + "environments:\n";
  CHECK(problems_of(base + environment("x", "stack: a, " + users("v", "w"))) ==
        "skep.yml:5:3: error: environments.x.stack: shares the stack's name \"a\" with the file "
        "without -e" +
            hint);
  CHECK(
      problems_of(base + environment("x", users("u", "w"))) ==
      "skep.yml:5:3: error: environments.x.mongodb.users: shares the database user \"u\" with the "
      "file without -e" +
          hint);
  CHECK(
      problems_of(base + environment("x", users("v", "d"))) ==
      "skep.yml:5:3: error: environments.x.mongodb.users: shares the database \"d\" with the file "
      "without -e" +
          hint);
  CHECK(problems_of(base + environment("x", users("v", "w")) + environment("y", users("v", "z"))) ==
        "skep.yml:6:3: error: environments.y.mongodb.users: shares the database user \"v\" with "
        "environment \"x\"" +
            hint);
  const std::string one = "swarm: one, ";
  const std::string two = "swarm: two, ";
  CHECK(problems_of(base + environment("x", one + users("v", "w")) +
                    environment("y", two + "stack: a-x, " + users("v", "w")))
            .empty());
  CHECK_FALSE(problems_of(base + environment("x", one + users("v", "w")) +
                          environment("y", one + users("v", "w")))
                  .empty());
  CHECK_FALSE(problems_of(base + environment("x", one + users("v", "w")) +
                          environment("y", users("v", "w")))
                  .empty());
}
