// How results are shown: whole texts, and what -o json has of the same.
#include "cli.hpp"

using namespace skep;
using test::Cli;

namespace {

/// What `docker service scale` does, behind skep's back.
void scale_by_hand(Cli& cli, int replicas) {
  auto object = cli.engine.swarm().service("shop_web");
  object["Spec"]["Mode"]["Replicated"]["Replicas"] = replicas;
  test::Call call;
  call.method = "POST";
  call.path = "/services/" + object["ID"].get<std::string>() + "/update";
  call.query = {{"version", std::to_string(object["Version"]["Index"].get<std::uint64_t>())}};
  call.body = dump_json(object["Spec"]);
  cli.engine.swarm().answer(call);
}

void write_stack(Cli& cli, const std::string& more) {
  cli.dir.write("stack.yml", "services:\n  web:\n    image: " + test::kWebImage + "\n" + more);
}

/// The text with the time of the releases named WHEN.
std::string without_times(Cli& cli, std::string text) {
  const auto history = cli.run({"history", "-o", "json"}).last();
  for (const auto& release : history) {
    const auto when = release["when"].get<std::string>();
    for (auto at = text.find(when); at != std::string::npos; at = text.find(when))
      text.replace(at, when.size(), "WHEN");
  }
  return text;
}

}  // namespace

TEST_CASE("diff shows drift apart from the plan", "[cmd]") {
  Cli cli;
  cli.write_project();
  REQUIRE(cli.run({"release"}).exit == 0);
  CHECK(cli.run({"diff"}).out == "stack shop\n  unchanged shop_web\nnothing to change\n");
  scale_by_hand(cli, 5);
  CHECK(cli.run({"diff"}).out ==
        "stack shop\n"
        "  update service shop_web: its tasks go on\n"
        "    Mode.Replicated.Replicas: 5 → 2\n"
        "0 to create, 1 to update, 0 to remove, 0 services unchanged\n"
        "drift: changed by hand since r1\n"
        "  service shop_web\n"
        "    Mode.Replicated.Replicas: 2 → 5 (a deploy sets it back)\n");
  const auto json = cli.run({"diff", "-o", "json"}).last();
  CHECK(json["stages"][0]["actions"][0]["changes"] ==
        Json{{{"path", "Mode.Replicated.Replicas"}, {"old", 5}, {"new", 2}}});
  CHECK(json["drift"] == Json{{"since", 1},
                              {"services",
                               {{{"service", "shop_web"},
                                 {"what", "changed"},
                                 {"deploy", nullptr},
                                 {"changes",
                                  {{{"path", "Mode.Replicated.Replicas"},
                                    {"old", 2},
                                    {"new", 5},
                                    {"deploy", "undone"}}}}}}}});
  CHECK(json["from"].is_null());
  CHECK(json["out"].is_null());
}

TEST_CASE("diff says from which release, what must be recreated, and where the plan is", "[cmd]") {
  Cli cli;
  cli.write_project();
  REQUIRE(cli.run({"release"}).exit == 0);
  write_stack(cli, "    deploy: {replicas: 3}\n");
  CHECK(without_times(cli, cli.run({"diff", "--from", "r1"}).out) ==
        "from r1 (released, WHEN) to the files\n"
        "stack shop\n"
        "  update service shop_web: its tasks go on\n"
        "    Mode.Replicated.Replicas: 2 → 3\n"
        "0 to create, 1 to update, 0 to remove, 0 services unchanged\n");
  const std::string update =
      "stack shop\n"
      "  update service shop_web: its tasks go on\n"
      "    Mode.Replicated.Replicas: 2 → 3\n"
      "0 to create, 1 to update, 0 to remove, 0 services unchanged\n";
  CHECK(cli.run({"diff", "--out", "p.json"}).out ==
        update + "the plan is in p.json: `skep deploy --plan p.json` carries it out\n");
  write_stack(cli, "    deploy: {mode: global}\n");
  CHECK(cli.run({"diff"}).out ==
        "stack shop\n"
        "  remove service shop_web: must be recreated, because its mode changes from replicated to "
        "global\n"
        "  create service shop_web\n"
        "    image " +
            test::kWebImage + "@" + test::kDigest +
            "\n"
            "    on each node\n"
            "  note: service shop_web must be recreated: a deploy does that with --recreate only\n"
            "1 to create, 0 to update, 1 to remove, 0 services unchanged\n");
}

TEST_CASE("diff says that the database is due, and that a release was interrupted", "[cmd]") {
  Cli cli;
  cli.write_database_project();
  const auto first = cli.run({"diff"}).out;
  const std::string due =
      "database: the users would be ensured (created, or roles and password made right)\n";
  CHECK(first.ends_with(due));
  CHECK(cli.run({"diff", "-o", "json"}).last()["database_due"] == true);
  REQUIRE(cli.run({"release"}).exit == 0);
  for (auto& [id, config] : cli.engine.swarm().configs) {
    if (config["Spec"]["Name"] == "skep.shop.r1")
      config["Spec"]["Labels"]["skep.state"] = "pending";
  }
  CHECK(cli.run({"diff"}).out.ends_with(
      due + "release r1 was interrupted: the next release goes on from there\n"));
}

TEST_CASE("history is a table, and shows one release whole", "[cmd]") {
  Cli cli;
  cli.write_project();
  REQUIRE(cli.run({"release"}).exit == 0);
  REQUIRE(cli.run({"scale", "web=1"}).exit == 0);
  const auto history = cli.run({"history", "-o", "json"}).last();
  REQUIRE(history.size() == 2);
  CHECK(history[0]["current"] == false);
  CHECK(history[1]["current"] == true);
  CHECK(history[1]["what"] == "scale web=1");
  CHECK(history[1]["images"] == Json{{"shop_web", test::kWebImage + "@" + test::kDigest}});
  const auto row = [&](const char* revision, std::size_t at) {
    const auto seconds = history[at]["seconds"].get<double>();
    return fmt::format("{:<6} {:<21} {:<12} {:<18} {:<20} {:<18} {:>7}  web:1\n", revision,
                       history[at]["when"].get<std::string>(), "released",
                       history[at]["what"].get<std::string>(), "me@here", "-",
                       fmt::format("{:.1f}", seconds));
  };
  CHECK(cli.run({"history"}).out ==
        "REV    WHEN                  STATE        WHAT               BY                   COMMIT"
        "             SECONDS  IMAGES\n" +
            row("r1", 0) + row("r2*", 1));
  const auto shown = cli.run({"history", "show", "2"}).out;
  const auto json = cli.run({"history", "show", "r2", "-o", "json"}).last();
  CHECK(shown == fmt::format("release r2: released, scale web=1 ({:.1f} s)\n{} by me@here\n\n"
                             "service shop_web\n{}\n\nbefore shop_web\n{}\n",
                             history[1]["seconds"].get<double>(),
                             history[1]["when"].get<std::string>(),
                             dump_json_pretty(json["service"]["shop_web"]),
                             dump_json_pretty(json["before"]["shop_web"])));
  CHECK(json["service"]["shop_web"]["Mode"]["Replicated"]["Replicas"] == 1);
  CHECK(json["before"]["shop_web"]["Mode"]["Replicated"]["Replicas"] == 2);
}

TEST_CASE("run prints what the task wrote, and its end with -o json", "[cmd]") {
  Cli cli;
  cli.write_project();
  REQUIRE(cli.run({"release"}).exit == 0);
  cli.engine.swarm().on_task(
      [](const Json&) { return test::completes_after(std::chrono::seconds(1), "made\n"); });
  const auto text = cli.run({"run", "web", "--", "true"});
  CHECK(text.exit == 0);
  CHECK(text.out == "made\n");
  CHECK(cli.run({"run", "web", "-o", "json", "--", "true"}).last() == Json{{"service", "shop_web"},
                                                                           {"node", "docker01"},
                                                                           {"exit_code", 0},
                                                                           {"error", ""},
                                                                           {"out", "made\n"},
                                                                           {"err", ""}});
}
