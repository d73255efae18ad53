#include "plan/plan.hpp"

#include "base/error.hpp"
#include "plan/choices.hpp"
#include "plan/format.hpp"
#include "plan/judge.hpp"
#include "plan/make_plan.hpp"
#include "plan/names.hpp"
#include "plan/order.hpp"
#include "plan/preflight.hpp"
#include "plan/to_json.hpp"
#include "plan/way_back.hpp"
#include "support/catch.hpp"
#include "swarm/diff.hpp"
#include "swarm/record.hpp"
#include "world.hpp"

#include <algorithm>

using namespace skep;
using namespace skep::plan;
using namespace skep::test;

namespace {

const swarm::Place kUri = swarm::EnvVariable{"MONGODB_URI"};
const swarm::Place kUriFile = swarm::SecretFile{"mongodb_uri"};

struct Problem {
  Kind kind;
  std::string message;
  std::string hint;
};

template <typename F>
Problem problem(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return {error.kind(), error.what(), error.hint()};
  }
  return {Kind::internal, "none", ""};
}

Json& container(convert::DesiredService& service) {
  return service.spec.json()["TaskTemplate"]["ContainerSpec"];
}

void mount_config(convert::DesiredService& service, const std::string& name) {
  container(service)["Configs"].push_back(
      {{"ConfigName", name},
       {"File", {{"Name", "/conf"}, {"UID", "0"}, {"GID", "0"}, {"Mode", 292}}}});
}

void mount_secret(convert::DesiredService& service, const std::string& name) {
  container(service)["Secrets"].push_back(
      {{"SecretName", name},
       {"File", {{"Name", "pw"}, {"UID", "0"}, {"GID", "0"}, {"Mode", 292}}}});
}

swarm::Config live_config(const std::string& name, const std::string& data,
                          const std::string& plain = "") {
  swarm::Config config;
  config.id = name + "-id";
  config.name = name;
  config.data = data;
  config.labels[swarm::kNamespaceLabel] = "shop";
  if (!plain.empty()) config.labels[swarm::kPlainNameLabel] = plain;
  return config;
}

swarm::Secret live_secret(const std::string& name, const std::string& plain = "") {
  swarm::Secret secret;
  secret.id = name + "-id";
  secret.name = name;
  secret.labels[swarm::kNamespaceLabel] = "shop";
  if (!plain.empty()) secret.labels[swarm::kPlainNameLabel] = plain;
  return secret;
}

}  // namespace

TEST_CASE("a first release makes the network, then the services, then waits", "[plan]") {
  auto desired = stack_of({desired_service("web")});
  convert::DesiredNetwork wanted;
  wanted.key = "default";
  wanted.name = "shop_default";
  wanted.spec = {{"Name", "shop_default"}, {"Driver", "overlay"}};
  desired.networks = {wanted};
  desired.configs = {desired_object("conf", "x")};
  desired.secrets = {desired_object("pw", "y")};
  auto wishes = choices();
  wishes.node_labels["docker02"] = {{"usage", "apps"}};
  const auto plan = make_plan(judge(desired, empty_swarm(), wishes));
  REQUIRE(plan.stages.size() == 2);
  const auto& first = plan.stages[0];
  REQUIRE(first.actions.size() == 4);
  CHECK(first.actions[0] == Action(LabelNode{"docker02", {{"usage", "apps"}}}));
  CHECK(first.actions[1] == Action(CreateNetwork{"shop_default", wanted.spec}));
  CHECK(std::get<CreateConfig>(first.actions[2]).name == "shop_conf");
  CHECK(std::get<CreateSecret>(first.actions[3]).name == "shop_pw");
  CHECK(first.wait_for.empty());
  const auto& create = std::get<CreateService>(plan.stages[1].actions.at(0));
  CHECK(create.spec.image() == "app:1@" + kDigestA);
  CHECK(create.spec.label(swarm::kImageLabel) == "app:1");
  CHECK(plan.stages[1].wait_for == std::vector<Wait>{{"shop_web", Wait::For::converged}});
  CHECK_FALSE(plan.empty());
}

TEST_CASE("right after a release there is nothing to do", "[plan]") {
  const auto service = desired_service("web");
  const auto plan = make_plan(judge(stack_of({service}), released(service), choices()));
  CHECK(plan.empty());
  CHECK(plan.stages.empty());
  CHECK(plan.unchanged == std::vector<std::string>{"shop_web"});
}

TEST_CASE("a changed image updates the service and says why", "[plan]") {
  const auto service = desired_service("web");
  auto changed = desired_service("web", "app:2");
  const auto plan = make_plan(judge(stack_of({changed}), released(service), choices()));
  const auto updates = actions_of<UpdateService>(plan);
  REQUIRE(updates.size() == 1);
  CHECK(updates[0].id == "shop_web-id");
  CHECK(updates[0].version == 42);
  CHECK(updates[0].restarts);
  REQUIRE(updates[0].changes.size() == 2);
  CHECK(updates[0].changes[0].path == "Labels[com.docker.stack.image]");
  CHECK(updates[0].changes[1].new_value == "app:2@" + kDigestB);
}

TEST_CASE("another tag of the same content keeps the live reference and restarts nothing",
          "[plan]") {
  const auto service = desired_service("web");
  auto wishes = choices();
  wishes.digests["app:2"].digest = kDigestA;
  auto retagged = desired_service("web", "app:2");
  CHECK(make_plan(judge(stack_of({retagged}), released(service), wishes)).empty());

  retagged.spec.set_label("new", "1");
  const auto updates =
      actions_of<UpdateService>(make_plan(judge(stack_of({retagged}), released(service), wishes)));
  REQUIRE(updates.size() == 1);
  CHECK(updates[0].changes == std::vector<swarm::FieldChange>{{"Labels[new]", nullptr, "1"}});
  CHECK_FALSE(updates[0].restarts);
}

TEST_CASE("the same digest in another repository is another image", "[plan]") {
  auto moved = desired_service("web", "registry.example.com/app:1");
  auto wishes = choices();
  wishes.digests["registry.example.com/app:1"] = {kDigestA, nullptr, "", false};
  const auto updates = actions_of<UpdateService>(
      make_plan(judge(stack_of({moved}), released(desired_service("web")), wishes)));
  REQUIRE(updates.size() == 1);
  CHECK(updates[0].restarts);
}

TEST_CASE("a registry that is away leaves an unchanged image as it is", "[plan]") {
  const auto service = desired_service("web");
  auto wishes = choices();
  wishes.digests["app:1"] = {"", nullptr, "dial tcp: connection refused", false};
  CHECK(make_plan(judge(stack_of({service}), released(service), wishes)).empty());
}

TEST_CASE("a registry that is away stops the release of a new image, before any change", "[plan]") {
  auto changed = desired_service("web", "app:2");
  auto wishes = choices();
  wishes.digests["app:2"] = {"", nullptr, "dial tcp: connection refused", false};
  const auto said = problem(
      [&] { make_plan(judge(stack_of({changed}), released(desired_service("web")), wishes)); });
  CHECK(said.kind == Kind::registry);
  CHECK(said.message ==
        "service \"shop_web\": image \"app:2\" cannot be deployed: dial tcp: connection refused");
  CHECK(said.hint ==
        "check the reference and the registry's credentials; --resolve-image never deploys local "
        "images");
}

TEST_CASE("a local image is deployed as it is named", "[plan]") {
  auto wishes = choices();
  wishes.image_of_service["web"] = "app:skep-1";
  wishes.digests["app:skep-1"] = {"", nullptr, "", true};
  const auto creates = actions_of<CreateService>(
      make_plan(judge(stack_of({desired_service("web")}), empty_swarm(), wishes)));
  REQUIRE(creates.size() == 1);
  CHECK(creates[0].spec.image() == "app:skep-1");
}

TEST_CASE("without a look-up an unchanged reference keeps its digest, a new one is used as written",
          "[plan]") {
  const auto service = desired_service("web");
  CHECK(make_plan(judge(stack_of({service}), released(service), Choices{})).empty());
  const auto updates = actions_of<UpdateService>(
      make_plan(judge(stack_of({desired_service("web", "app:2")}), released(service), Choices{})));
  REQUIRE(updates.size() == 1);
  CHECK(updates[0].spec.image() == "app:2");
  const auto creates = actions_of<CreateService>(
      make_plan(judge(stack_of({desired_service("web", "nginx")}), empty_swarm(), Choices{})));
  REQUIRE(creates.size() == 1);
  CHECK(creates[0].spec.image() == "nginx:latest");  // as docker's client sends it
}

TEST_CASE("an image without a tag is pinned as latest, one with a digest is left alone", "[plan]") {
  auto wishes = choices();
  wishes.digests["nginx"] = {kDigestA, nullptr, "", false};
  const auto pinned = "nginx@" + kDigestB;
  wishes.digests[pinned] = {kDigestB, nullptr, "", false};
  const auto creates = actions_of<CreateService>(
      make_plan(judge(stack_of({desired_service("a", "nginx"), desired_service("b", pinned)}),
                      empty_swarm(), wishes)));
  REQUIRE(creates.size() == 2);
  CHECK(creates[0].spec.image() == "nginx:latest@" + kDigestA);
  CHECK(creates[1].spec.image() == pinned);
}

TEST_CASE("an image with a digest is sent in docker's short form", "[plan]") {
  auto wishes = choices();
  const auto image = [&](const std::string& written) {
    wishes.digests[written] = {kDigestB, nullptr, "", false};
    const auto creates = actions_of<CreateService>(
        make_plan(judge(stack_of({desired_service("a", written)}), empty_swarm(), wishes)));
    return creates.at(0).spec.image();
  };
  CHECK(image("docker.io/library/nginx@" + kDigestB) == "nginx@" + kDigestB);
  CHECK(image("index.docker.io/team/app:1@" + kDigestB) == "team/app:1@" + kDigestB);
  CHECK(image("registry.example.com/app@" + kDigestB) == "registry.example.com/app@" + kDigestB);
}

TEST_CASE("platforms come with a new image and stay with a kept one", "[plan]") {
  const auto service = desired_service("web");
  auto wishes = choices();
  wishes.digests["app:1"].platforms = Json::parse(R"([{"Architecture": "amd64", "OS": "linux"}])");
  const auto creates =
      actions_of<CreateService>(make_plan(judge(stack_of({service}), empty_swarm(), wishes)));
  CHECK(creates.at(0).spec.json()["TaskTemplate"]["Placement"]["Platforms"] ==
        wishes.digests["app:1"].platforms);

  auto live = empty_swarm();
  live.services.push_back(live_service(creates.at(0).spec));
  CHECK(make_plan(judge(stack_of({service}), live, wishes)).empty());
  // What a hand changed there is a difference, as anywhere.
  auto changed = live;
  changed.services[0].spec.json()["TaskTemplate"]["Placement"]["Platforms"][0]["OS"] = "windows";
  const auto updates =
      actions_of<UpdateService>(make_plan(judge(stack_of({service}), changed, wishes)));
  REQUIRE(updates.size() == 1);
  CHECK(updates[0].changes.at(0).path == "TaskTemplate.Placement.Platforms");
  wishes.digests["app:1"] = {"", nullptr, "away", false};
  CHECK(make_plan(judge(stack_of({service}), live, wishes)).empty());
}

TEST_CASE("a forced restart of before is no change", "[plan]") {
  const auto service = desired_service("web");
  auto spec = service.spec;
  spec.set_image("app:1@" + kDigestA);
  spec.json()["TaskTemplate"]["ForceUpdate"] = 3;
  auto live = empty_swarm();
  live.services.push_back(live_service(spec));
  CHECK(make_plan(judge(stack_of({service}), live, choices())).empty());
}

TEST_CASE("tasks of an older spec are a reason to write, unless an update is under way", "[plan]") {
  const auto service = desired_service("web");
  auto live = released(service);
  live.tasks[1].up_to_date = false;
  const auto updates =
      actions_of<UpdateService>(make_plan(judge(stack_of({service}), live, choices())));
  REQUIRE(updates.size() == 1);
  CHECK(updates[0].changes.empty());
  CHECK(updates[0].restarts);
  CHECK(updates[0].why == "1 running task is of an older spec");

  live.services[0].update = swarm::UpdateStatus{swarm::UpdateState::updating, "t", "", ""};
  CHECK(make_plan(judge(stack_of({service}), live, choices())).empty());
}

TEST_CASE("an update that somebody else began is waited for, or written over with --resume",
          "[plan]") {
  auto live = released(desired_service("web"));
  live.services[0].update = swarm::UpdateStatus{swarm::UpdateState::updating, "t", "", ""};
  auto wishes = choices();
  const auto desired = stack_of({desired_service("web", "app:2")});
  const auto plan = make_plan(judge(desired, live, wishes));
  REQUIRE(plan.stages.size() == 2);
  CHECK(plan.stages[0].actions.empty());
  CHECK(plan.stages[0].wait_for == std::vector<Wait>{{"shop_web", Wait::For::converged}});
  wishes.resume = true;
  CHECK(make_plan(judge(desired, live, wishes)).stages.size() == 1);
}

TEST_CASE("a paused service stops the release, and goes forward only with --resume", "[plan]") {
  const auto service = desired_service("web");
  auto live = released(service);
  live.services[0].update =
      swarm::UpdateStatus{swarm::UpdateState::paused, "t", "", "update paused due to failure"};
  auto wishes = choices();
  const auto said = problem([&] { make_plan(judge(stack_of({service}), live, wishes)); });
  CHECK(said.kind == Kind::preflight);
  CHECK(said.message ==
        "service \"shop_web\" stands half-updated: paused: update paused due to failure");
  CHECK(said.hint ==
        "go forward with --resume, with the specs of the last good release or of a new one");
  wishes.resume = true;
  const auto updates =
      actions_of<UpdateService>(make_plan(judge(stack_of({service}), live, wishes)));
  REQUIRE(updates.size() == 1);
  CHECK(updates[0].why == "its last update was paused half-way");
}

TEST_CASE("a paused service whose way back is known goes back to health, then forward", "[plan]") {
  const auto service = desired_service("web", "app:2");
  auto live = released(desired_service("web"));
  const auto good = live.services[0].spec;
  live.services[0].spec.set_label("tried", "in vain");
  live.services[0].update = swarm::UpdateStatus{swarm::UpdateState::paused, "t", "", ""};
  auto wishes = choices();
  wishes.ways_back["shop_web"] = good;
  CHECK(preflight(judge(stack_of({service}), live, wishes)).sorted().empty());
  SECTION("to something new") {
    const auto plan = make_plan(judge(stack_of({service}), live, wishes));
    REQUIRE(plan.stages.size() == 2);
    const auto updates = actions_of<UpdateService>(plan);
    REQUIRE(updates.size() == 2);
    CHECK(updates[0].spec == good);
    CHECK(updates[0].why == "its last update was paused half-way");
    CHECK(updates[0].changes == swarm::diff(live.services[0].spec, good));
    CHECK(plan.stages[0].wait_for == std::vector<Wait>{{"shop_web", Wait::For::converged}});
    CHECK(updates[1].changes == swarm::diff(good, updates[1].spec));
    CHECK(updates[1].restarts);
  }
  SECTION("to what was before") {
    const auto plan = make_plan(judge(stack_of({desired_service("web")}), live, wishes));
    const auto updates = actions_of<UpdateService>(plan);
    REQUIRE(updates.size() == 1);
    CHECK(updates[0].spec == good);
    CHECK(plan.unchanged.empty());
  }
  SECTION("with --resume at once") {
    wishes.resume = true;
    CHECK(actions_of<UpdateService>(make_plan(judge(stack_of({service}), live, wishes))).size() ==
          1);
  }
  SECTION("unless what it needs is gone") {
    wishes.ways_back["shop_web"].json()["TaskTemplate"]["ContainerSpec"]["Secrets"] = {
        {{"SecretName", "key"}, {"File", {{"Name", "key"}}}}};
    const auto said = problem([&] { make_plan(judge(stack_of({service}), live, wishes)); });
    CHECK(said.kind == Kind::preflight);
    CHECK(said.message ==
          "cannot go back: secret \"key\", which service \"shop_web\" needs, is gone");
  }
}

TEST_CASE("a one-shot that ended is not half-updated, whatever the engine's updater says",
          "[plan]") {
  auto service = desired_service("once");
  service.spec.json()["TaskTemplate"]["RestartPolicy"] = {{"Condition", "none"}};
  auto live = released(service);
  live.services[0].update = swarm::UpdateStatus{swarm::UpdateState::paused, "t", "", ""};
  for (auto& task : live.tasks) task.state = swarm::TaskState::complete;
  CHECK(make_plan(judge(stack_of({service}), live, choices())).empty());
  live.tasks[0].state = swarm::TaskState::running;
  live.tasks[0].up_to_date = false;
  CHECK(problem([&] { make_plan(judge(stack_of({service}), live, choices())); }).kind ==
        Kind::preflight);
}

TEST_CASE("a config with the wanted content is used, whatever its name", "[plan]") {
  auto service = desired_service("web");
  mount_config(service, "shop_conf");
  auto desired = stack_of({service});
  desired.configs = {desired_object("conf", "new")};
  auto live = empty_swarm();
  live.configs = {live_config("shop_conf", "old"), live_config("shop_conf-77", "new", "shop_conf")};
  const auto plan = make_plan(judge(desired, live, choices()));
  CHECK(actions_of<CreateConfig>(plan).empty());
  CHECK(actions_of<CreateService>(plan).at(0).spec.configs() ==
        std::vector<std::string>{"shop_conf-77"});
}

TEST_CASE("a changed config gets a new name, and the service refers to it where it was mounted",
          "[plan]") {
  auto service = desired_service("web");
  mount_config(service, "shop_conf");
  auto desired = stack_of({service});
  desired.configs = {desired_object("conf", "new")};
  auto live = released(service);
  live.configs = {live_config("shop_conf", "old")};
  const auto plan = make_plan(judge(desired, live, choices()));
  const auto created = actions_of<CreateConfig>(plan);
  REQUIRE(created.size() == 1);
  CHECK(created[0].name == "shop_conf-0123456789");
  CHECK(created[0].plain_name == "shop_conf");
  CHECK(created[0].data == "new");
  CHECK(created[0].spec["Name"] == "shop_conf-0123456789");
  CHECK(created[0].spec["Labels"][swarm::kPlainNameLabel] == "shop_conf");
  CHECK(created[0].spec["Labels"][swarm::kNamespaceLabel] == "shop");
  const auto updates = actions_of<UpdateService>(plan);
  REQUIRE(updates.size() == 1);
  CHECK(updates[0].changes ==
        std::vector<swarm::FieldChange>{{"TaskTemplate.ContainerSpec.Configs[/conf].ConfigName",
                                         "shop_conf", "shop_conf-0123456789"}});
}

TEST_CASE("a config of another stack with a like label is not ours", "[plan]") {
  auto desired = stack_of({desired_service("web")});
  desired.configs = {desired_object("conf", "new")};
  auto live = empty_swarm();
  live.configs = {live_config("shop_conf-1", "new", "shop_conf")};
  live.configs[0].labels[swarm::kNamespaceLabel] = "other";
  CHECK(actions_of<CreateConfig>(make_plan(judge(desired, live, choices()))).size() == 1);
}

TEST_CASE("a credential spec follows its config", "[plan]") {
  auto service = desired_service("web");
  container(service)["Privileges"]["CredentialSpec"]["Config"] = "shop_conf";
  auto desired = stack_of({service});
  desired.configs = {desired_object("conf", "new")};
  auto live = empty_swarm();
  live.configs = {live_config("shop_conf", "old")};
  const auto creates = actions_of<CreateService>(make_plan(judge(desired, live, choices())));
  CHECK(creates.at(0).spec.json()["TaskTemplate"]["ContainerSpec"]["Privileges"]["CredentialSpec"]
                                 ["Config"] == "shop_conf-0123456789");
}

TEST_CASE("a secret is known by the probe of its content", "[plan]") {
  auto service = desired_service("web");
  mount_secret(service, "shop_pw");
  auto desired = stack_of({service});
  desired.secrets = {desired_object("pw", "geheim")};
  auto live = empty_swarm();
  live.secrets = {live_secret("shop_pw"), live_secret("shop_pw-7", "shop_pw")};
  auto wishes = choices();
  wishes.secret_matches = {{"shop_pw", false}, {"shop_pw-7", true}};
  const auto found = make_plan(judge(desired, live, wishes));
  CHECK(actions_of<CreateSecret>(found).empty());
  CHECK(actions_of<CreateService>(found).at(0).spec.secrets() ==
        std::vector<std::string>{"shop_pw-7"});

  wishes.secret_matches["shop_pw-7"] = false;
  const auto made = actions_of<CreateSecret>(make_plan(judge(desired, live, wishes)));
  REQUIRE(made.size() == 1);
  CHECK(made[0].name == "shop_pw-0123456789");
  CHECK(made[0].data.reveal() == "geheim");

  wishes.secret_matches = {{"shop_pw", true}, {"shop_pw-7", true}};
  CHECK(actions_of<CreateService>(make_plan(judge(desired, live, wishes))).at(0).spec.secrets() ==
        std::vector<std::string>{"shop_pw"});
}

TEST_CASE("of two objects with the wanted content the one in use stays", "[plan]") {
  auto service = desired_service("web");
  mount_config(service, "shop_conf");
  auto desired = stack_of({service});
  desired.configs = {desired_object("conf", "x")};
  auto used = desired_service("web");
  mount_config(used, "shop_conf-9");
  auto live = released(used);
  live.configs = {live_config("shop_conf", "x"), live_config("shop_conf-9", "x", "shop_conf")};
  CHECK(make_plan(judge(desired, live, choices())).empty());
}

TEST_CASE("external secrets and configs keep their names and are not made", "[plan]") {
  auto service = desired_service("web");
  mount_secret(service, "outside");
  auto desired = stack_of({service});
  auto object = desired_object("pw", "");
  object.name = "outside";
  object.external = true;
  desired.secrets = {object};
  auto live = empty_swarm();
  live.secrets = {live_secret("outside")};
  const auto plan = make_plan(judge(desired, live, choices()));
  CHECK(actions_of<CreateSecret>(plan).empty());
  CHECK(actions_of<CreateService>(plan).at(0).spec.secrets() ==
        std::vector<std::string>{"outside"});
}

TEST_CASE("a delivered variable is put into the spec, and kept when it is still right", "[plan]") {
  auto wishes = choices();
  wishes.injections = {{"web", kUri, false, Secret("mongodb://u:pw@h/d")}};
  const auto desired = stack_of({desired_service("web"), desired_service("other")});
  const auto creates = actions_of<CreateService>(make_plan(judge(desired, empty_swarm(), wishes)));
  REQUIRE(creates.size() == 2);
  CHECK(creates[0].spec.env().empty());
  CHECK(creates[1].spec.env().at("MONGODB_URI") == "mongodb://u:pw@h/d");

  auto live = empty_swarm();
  live.services = {live_service(creates[0].spec), live_service(creates[1].spec)};
  wishes.injections = {{"web", kUri, true, Secret()}};
  CHECK(make_plan(judge(desired, live, wishes)).empty());
  CHECK(actions_of<CreateService>(make_plan(judge(desired, empty_swarm(), wishes)))
            .at(1)
            .spec.env()
            .empty());
}

TEST_CASE("a value delivered by secret is one new secret, mounted, with a variable that says where",
          "[plan]") {
  auto wishes = choices();
  wishes.injections = {{"api", kUriFile, false, Secret("mongodb://u:pw@h/d")},
                       {"web", kUriFile, false, Secret("mongodb://u:pw@h/d")}};
  const auto desired = stack_of({desired_service("api"), desired_service("web")});
  const auto plan = make_plan(judge(desired, empty_swarm(), wishes));
  const auto secrets = actions_of<CreateSecret>(plan);
  REQUIRE(secrets.size() == 1);
  CHECK(secrets[0].name == "shop_mongodb_uri");
  CHECK(secrets[0].spec["Labels"] ==
        Json({{swarm::kNamespaceLabel, "shop"}, {swarm::kPlainNameLabel, "shop_mongodb_uri"}}));
  CHECK(secrets[0].data.reveal() == "mongodb://u:pw@h/d");
  const auto creates = actions_of<CreateService>(plan);
  for (const auto& create : creates) {
    CHECK(create.spec.env().at("MONGODB_URI_FILE") == "/run/secrets/mongodb_uri");
    CHECK(create.spec.secrets() == std::vector<std::string>{"shop_mongodb_uri"});
    CHECK(dump_json(create.spec.json()).find("pw@") == std::string::npos);
  }

  auto live = empty_swarm();
  live.services = {live_service(creates[0].spec), live_service(creates[1].spec)};
  live.secrets = {live_secret("shop_mongodb_uri")};
  for (auto& injection : wishes.injections) injection.keep = true;
  CHECK(make_plan(judge(desired, live, wishes)).empty());

  for (auto& injection : wishes.injections) injection.keep = false;
  const auto rotated = make_plan(judge(desired, live, wishes));
  CHECK(actions_of<CreateSecret>(rotated).at(0).name == "shop_mongodb_uri-0123456789");
  CHECK(actions_of<UpdateService>(rotated).size() == 2);
}

TEST_CASE("services come in the order of depends_on, independent ones together", "[plan]") {
  auto web = desired_service("web");
  web.depends_on = {"api", "cache"};
  auto api = desired_service("api");
  api.depends_on = {"db", "not in the stack"};
  const auto desired = stack_of({api, desired_service("cache"), desired_service("db"), web});
  const auto plan = make_plan(judge(desired, empty_swarm(), choices()));
  REQUIRE(plan.stages.size() == 3);
  const auto names = [&](std::size_t stage) {
    std::vector<std::string> result;
    for (const auto& action : plan.stages[stage].actions)
      result.push_back(std::get<CreateService>(action).name);
    return result;
  };
  CHECK(names(0) == std::vector<std::string>{"shop_cache", "shop_db"});
  CHECK(names(1) == std::vector<std::string>{"shop_api"});
  CHECK(names(2) == std::vector<std::string>{"shop_web"});
}

TEST_CASE("what the file does not name any more goes last with --prune, and is said without",
          "[plan]") {
  const auto service = desired_service("web");
  auto live = released(service);
  live.services.push_back(live_service(service_spec("shop_old", "app:1")));
  live.networks = {network("shop_old"), network("other_net", "other")};
  auto wishes = choices();
  const auto kept = make_plan(judge(stack_of({service}), live, wishes));
  CHECK(kept.empty());
  CHECK(kept.notes == std::vector<std::string>{
                          "service shop_old is not in the file and stays; --prune removes it",
                          "network shop_old is not in the file and stays; --prune removes it"});
  wishes.prune = true;
  const auto pruned = make_plan(judge(stack_of({desired_service("web", "app:2")}), live, wishes));
  REQUIRE(pruned.stages.size() == 3);
  CHECK(pruned.stages[1].actions == std::vector<Action>{RemoveService{"shop_old", "shop_old-id"}});
  CHECK(pruned.stages[1].wait_for == std::vector<Wait>{{"shop_old", Wait::For::gone}});
  CHECK(pruned.stages[2].actions == std::vector<Action>{RemoveNetwork{"shop_old", "shop_old-id"}});
}

TEST_CASE("a network that differs stays as it is, and that is said", "[plan]") {
  auto desired = stack_of({desired_service("web")});
  convert::DesiredNetwork wanted;
  wanted.key = "back";
  wanted.name = "shop_back";
  wanted.spec = Json::parse(
      R"({"Driver": "overlay", "Attachable": true, "Labels": {"com.docker.stack.namespace": "shop"},
          "IPAM": {"Config": [{"Subnet": "10.9.0.0/24"}]}})");
  desired.networks = {wanted};
  auto live = released(desired.services[0]);
  live.networks = {network("shop_back", "shop", {"10.0.1.0/24"})};
  const auto plan = make_plan(judge(desired, live, choices()));
  CHECK(plan.empty());
  CHECK(plan.notes ==
        std::vector<std::string>{
            "network shop_back differs from the file (attachable false → true, subnets 10.0.1.0/24 "
            "→ 10.9.0.0/24) and stays as it is: Swarm cannot change one"});
}

TEST_CASE("labels of an object that is kept are not changed, and that is said", "[plan]") {
  auto desired = stack_of({desired_service("web")});
  desired.configs = {desired_object("conf", "x")};
  desired.configs[0].labels["new"] = "1";
  auto live = released(desired.services[0]);
  live.configs = {live_config("shop_conf", "x")};
  CHECK(make_plan(judge(desired, live, choices())).notes ==
        std::vector<std::string>{
            "labels of config shop_conf differ from the file and stay as they are"});
}

TEST_CASE("only node labels that differ are set", "[plan]") {
  const auto service = desired_service("web");
  auto live = released(service);
  live.nodes[1].labels = {{"usage", "apps"}};
  auto wishes = choices();
  wishes.node_labels = {{"docker02", {{"usage", "apps"}, {"disk", "ssd"}}},
                        {"docker03", {{"usage", "apps"}}}};
  CHECK(actions_of<LabelNode>(make_plan(judge(stack_of({service}), live, wishes))) ==
        std::vector<LabelNode>{{"docker02", {{"disk", "ssd"}}}, {"docker03", {{"usage", "apps"}}}});
  live.nodes[1].labels = {{"usage", "apps"}, {"disk", "ssd"}, {"more", "stays"}};
  live.nodes[2].labels = {{"usage", "apps"}};
  CHECK(make_plan(judge(stack_of({service}), live, wishes)).empty());
}

TEST_CASE("a change of placement restarts tasks only where a node does not fit any more",
          "[plan]") {
  const auto service = desired_service("web");
  auto live = released(service);
  live.nodes[0].labels = live.nodes[1].labels = {{"usage", "apps"}};
  auto placed = service;
  placed.spec.json()["TaskTemplate"]["Placement"]["Constraints"] = {"node.labels.usage == apps"};
  const auto stays =
      actions_of<UpdateService>(make_plan(judge(stack_of({placed}), live, choices())));
  REQUIRE(stays.size() == 1);
  CHECK_FALSE(stays[0].restarts);
  live.nodes[1].labels.clear();
  const auto moves =
      actions_of<UpdateService>(make_plan(judge(stack_of({placed}), live, choices())));
  REQUIRE(moves.size() == 1);
  CHECK(moves[0].restarts);
  CHECK(moves[0].why == "tasks leave docker02, which does not fit any more");
}

TEST_CASE("what the swarm's engines would drop is left out, and that is said", "[plan]") {
  auto service = desired_service("web");
  container(service)["OomScoreAdj"] = 5;
  container(service)["Healthcheck"] = {{"Test", {"CMD", "true"}}, {"StartInterval", 1}};
  auto plain = service;
  container(plain).erase("OomScoreAdj");
  container(plain)["Healthcheck"].erase("StartInterval");
  auto live = released(plain);
  live.nodes[0].role = swarm::Role::manager;
  live.nodes[0].engine_version = "20.10.24+dfsg1";
  const auto plan = make_plan(judge(stack_of({service}), live, choices()));
  CHECK(plan.empty());
  CHECK(plan.notes == std::vector<std::string>{
                          "service shop_web: TaskTemplate.ContainerSpec.Healthcheck.StartInterval "
                          "needs Engine 25, and is "
                          "left out",
                          "service shop_web: TaskTemplate.ContainerSpec.OomScoreAdj needs Engine "
                          "27, and is left out"});
  const auto warnings = preflight(judge(stack_of({service}), live, choices())).sorted();
  REQUIRE(warnings.size() == 2);
  CHECK(format(warnings[1]) ==
        "stack.yml:3:5: warning: services.web: TaskTemplate.ContainerSpec.OomScoreAdj needs Engine "
        "27, and is left out\n"
        "  hint: upgrade the swarm's managers, or remove it");
  live.nodes[0].engine_version = "28.5.1";
  CHECK(actions_of<UpdateService>(make_plan(judge(stack_of({service}), live, choices())))
            .at(0)
            .changes.size() == 2);
  live.nodes[1].role = swarm::Role::manager;
  live.nodes[1].engine_version = "26.1.5";
  CHECK(actions_of<UpdateService>(make_plan(judge(stack_of({service}), live, choices())))
            .at(0)
            .changes.size() == 1);
}

TEST_CASE("an unchanged job is not run again, a changed one is", "[plan]") {
  auto job = desired_service("job");
  job.spec.json()["Mode"] = {{"ReplicatedJob", Json::object()}};
  auto live = released(job);
  live.tasks.clear();
  CHECK(make_plan(judge(stack_of({job}), live, choices())).empty());
  job.spec.set_label("new", "1");
  CHECK(
      actions_of<UpdateService>(make_plan(judge(stack_of({job}), live, choices()))).at(0).restarts);
}

TEST_CASE("names of new objects fit, and never meet another", "[plan]") {
  CHECK(free_name("a", "77", {}) == "a");
  CHECK(free_name("a", "77", {"a"}) == "a-77");
  const std::string long_name(64, 'x');
  CHECK(free_name(long_name, "77", {}) == long_name);
  const auto cut = free_name(long_name, "77", {long_name});
  CHECK(cut == std::string(61, 'x') + "-77");
  const auto second = free_name(long_name + "y", "77", {long_name, cut});
  CHECK(second.size() == 64);
  CHECK(second != cut);
  CHECK(free_name("a", "77", {"a", "a-77"}) != "a-77");
  CHECK(free_name("a", "", {"a"}).size() == 10);
}

TEST_CASE("the way back puts back what was, and takes away what was not", "[plan]") {
  const auto service = desired_service("web");
  const auto before = released(service);
  auto now = before;
  auto changed = before.services[0].spec;
  changed.set_image("app:2@" + kDigestB);
  now.services = {live_service(changed), live_service(service_spec("shop_new", "app:1"))};
  const auto plan = way_back("shop", before, now);
  REQUIRE(plan.stages.size() == 2);
  const auto& update = std::get<UpdateService>(plan.stages[0].actions.at(0));
  CHECK(update.spec == before.services[0].spec);
  CHECK(update.restarts);
  CHECK(update.why == "back to what it was before the release");
  CHECK(plan.stages[0].wait_for == std::vector<Wait>{{"shop_web", Wait::For::converged}});
  CHECK(plan.stages[1].actions == std::vector<Action>{RemoveService{"shop_new", "shop_new-id"}});
  CHECK(plan.stages[1].wait_for == std::vector<Wait>{{"shop_new", Wait::For::gone}});
}

TEST_CASE("the way back makes again what is gone, and the first release goes back to nothing",
          "[plan]") {
  const auto before = released(desired_service("web"));
  const auto plan = way_back("shop", before, empty_swarm());
  CHECK(actions_of<CreateService>(plan) ==
        std::vector<CreateService>{{"shop_web", before.services[0].spec}});
  CHECK(actions_of<RemoveService>(way_back("shop", empty_swarm(), before)).size() == 1);
}

TEST_CASE(
    "what the engine rolled back itself is not written again, a rollback under way is waited for",
    "[plan]") {
  const auto before = released(desired_service("web"));
  auto now = before;
  now.services[0].update =
      swarm::UpdateStatus{swarm::UpdateState::rollback_completed, "a", "b", ""};
  CHECK(way_back("shop", before, now).stages.empty());
  now.services[0].update->state = swarm::UpdateState::rollback_started;
  now.tasks[0].up_to_date = false;
  const auto waits = way_back("shop", before, now);
  CHECK(waits.empty());
  CHECK(waits.stages.at(0).wait_for == std::vector<Wait>{{"shop_web", Wait::For::converged}});
  now.services[0].update->state = swarm::UpdateState::rollback_paused;
  const auto written = actions_of<UpdateService>(way_back("shop", before, now));
  REQUIRE(written.size() == 1);
  CHECK(written[0].why == "its last update was paused half-way");
}

TEST_CASE("going back never runs a job again", "[plan]") {
  auto job = desired_service("job");
  job.spec.json()["Mode"] = {{"ReplicatedJob", Json::object()}};
  const auto before = released(job);
  auto now = before;
  now.services[0].spec.set_label("new", "1");
  auto other = service_spec("shop_other", "app:1");
  other.json()["Mode"] = {{"GlobalJob", Json::object()}};
  now.services.push_back(live_service(other));
  const auto plan = way_back("shop", before, now);
  CHECK(plan.notes == std::vector<std::string>{
                          "job shop_job stays as it is: going back never runs a job again",
                          "job shop_other is new and is removed; what it did is not undone"});
  CHECK(actions_of<RemoveService>(plan) ==
        std::vector<RemoveService>{{"shop_other", "shop_other-id"}});
  CHECK(way_back("shop", before, empty_swarm()).notes ==
        std::vector<std::string>{"job shop_job is gone: going back never runs a job again"});
}

namespace {

swarm::Task job_task(const std::string& state, const std::string& desired = "complete") {
  swarm::Task task;
  task.id = "task-" + state;
  task.service_id = "shop_job-id";
  task.node_id = "n1";
  task.state = swarm::Word<swarm::TaskState>::read(state);
  task.desired = swarm::Word<swarm::TaskState>::read(desired);
  task.job_iteration = 2;
  return task;
}

}  // namespace

TEST_CASE("a job still runs while a container of it does, or between two completions", "[plan]") {
  swarm::Service job;
  job.id = "shop_job-id";
  job.job_iteration = 2;
  swarm::Node node;
  node.id = "n1";
  node.state = swarm::NodeState::ready;
  const auto runs = [&](std::vector<swarm::Task> tasks) { return still_runs(job, tasks, {node}); };
  CHECK_FALSE(runs({}));
  CHECK(runs({job_task("running")}));
  CHECK(runs({job_task("starting")}));
  CHECK(runs({job_task("failed", "shutdown"), job_task("running")}));
  CHECK(runs({job_task("complete"), job_task("preparing")}));
  CHECK_FALSE(runs({job_task("complete")}));
  CHECK_FALSE(runs({job_task("pending")}));  // it waits for a place
  CHECK_FALSE(runs({job_task("failed", "shutdown")}));
  CHECK_FALSE(runs({job_task("failed", "shutdown"), job_task("ready", "ready")}));
  CHECK_FALSE(runs({job_task("complete"), job_task("failed", "shutdown"), job_task("pending")}));
  CHECK_FALSE(runs({job_task("running", "shutdown")}));
  const auto dead = job_task("failed", "shutdown");
  CHECK(runs({dead, dead, job_task("running")}));
  CHECK_FALSE(runs({dead, dead, dead, job_task("running")}));
  auto before = job_task("running");
  before.job_iteration = 1;
  auto other = job_task("running");
  other.service_id = "shop_other-id";
  CHECK_FALSE(runs({before, other}));
  node.state = swarm::NodeState::down;
  CHECK_FALSE(runs({job_task("running")}));
}

TEST_CASE("the way back lets a new job that still runs end behind everything else, then removes it",
          "[plan]") {
  auto job = service_spec("shop_job", "app:1");
  job.json()["Mode"] = {{"ReplicatedJob", Json::object()}};
  auto now = empty_swarm();
  now.services = {live_service(job), live_service(service_spec("shop_web", "app:1"))};
  now.services[0].job_iteration = 2;
  now.tasks = {job_task("running")};
  now.secrets = {live_secret("shop_pw")};
  const auto plan = way_back("shop", empty_swarm(), now);
  REQUIRE(plan.stages.size() == 4);
  CHECK(plan.stages[0].actions == std::vector<Action>{RemoveService{"shop_web", "shop_web-id"}});
  CHECK(plan.stages[1].actions.empty());
  CHECK(plan.stages[1].wait_for == std::vector<Wait>{{"shop_job", Wait::For::ended}});
  CHECK(plan.stages[2].actions == std::vector<Action>{RemoveService{"shop_job", "shop_job-id"}});
  CHECK(plan.stages[2].wait_for == std::vector<Wait>{{"shop_job", Wait::For::gone}});
  CHECK(plan.stages[3].actions == std::vector<Action>{RemoveSecret{"shop_pw", now.secrets[0].id}});
  CHECK(to_json(plan)["stages"][1]["wait_for"] ==
        Json::array({{{"service", "shop_job"}, {"for", "ended"}}}));
}

TEST_CASE("the way back takes away new objects, those of a new job too", "[plan]") {
  auto job = service_spec("shop_job", "app:1");
  job.json()["Mode"] = {{"ReplicatedJob", Json::object()}};
  job.json()["TaskTemplate"]["Networks"] = {{{"Target", "shop_jobs"}}};
  auto now = empty_swarm();
  now.services = {live_service(service_spec("shop_web", "app:1")), live_service(job)};
  now.secrets = {live_secret("shop_pw")};
  for (const char* name : {"shop_default", "shop_jobs"}) {
    swarm::Network network;
    network.id = std::string(name) + "-id";
    network.name = name;
    network.labels[swarm::kNamespaceLabel] = "shop";
    now.networks.push_back(network);
  }
  const auto plan = way_back("shop", empty_swarm(), now);
  CHECK(plan.notes ==
        std::vector<std::string>{"job shop_job is new and is removed; what it did is not undone"});
  REQUIRE(plan.stages.size() == 2);
  CHECK(plan.stages[0].actions == std::vector<Action>{RemoveService{"shop_job", "shop_job-id"},
                                                      RemoveService{"shop_web", "shop_web-id"}});
  CHECK(plan.stages[1].actions ==
        std::vector<Action>{RemoveSecret{"shop_pw", now.secrets[0].id},
                            RemoveNetwork{"shop_default", "shop_default-id"},
                            RemoveNetwork{"shop_jobs", "shop_jobs-id"}});
}

TEST_CASE("going back needs the objects that it names", "[plan]") {
  auto service = desired_service("web");
  mount_secret(service, "shop_pw");
  const auto said = problem([&] { way_back("shop", released(service), empty_swarm()); });
  CHECK(said.kind == Kind::preflight);
  CHECK(said.message ==
        "cannot go back: secret \"shop_pw\", which service \"shop_web\" needs, is gone");
  CHECK(said.hint == "create it again under this name, then release again");
  auto now = empty_swarm();
  now.secrets = {live_secret("shop_pw")};
  CHECK(way_back("shop", released(service), now).stages.size() == 1);

  auto with_config = desired_service("web");
  mount_config(with_config, "shop_conf");
  CHECK(problem([&] { way_back("shop", released(with_config), empty_swarm()); }).message ==
        "cannot go back: config \"shop_conf\", which service \"shop_web\" needs, is gone");
  auto with_network = desired_service("web");
  with_network.spec.json()["TaskTemplate"]["Networks"] = {{{"Target", "shop_net"}}};
  CHECK(problem([&] { way_back("shop", released(with_network), empty_swarm()); }).message ==
        "cannot go back: network \"shop_net\", which service \"shop_web\" needs, is gone");
}
