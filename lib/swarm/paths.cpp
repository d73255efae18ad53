#include "swarm/paths.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace skep::swarm {
namespace {

using enum FieldKind;

std::string as_text(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (found == object.end()) return {};
  return found->is_string() ? found->get<std::string>() : dump_json(*found);
}

std::string key_name(const Json& element) {
  return as_text(element, "Name");
}
std::string key_target(const Json& element) {
  return as_text(element, "Target");
}

std::string file_name(const Json& element) {
  const auto file = element.is_object() ? element.find("File") : element.end();
  return file != element.end() && file->is_object() ? as_text(*file, "Name") : std::string();
}

/// A reference is known by where it is mounted, so that a new object behind the same file is one
/// change.
std::string key_secret(const Json& element) {
  const auto name = file_name(element);
  return name.empty() ? as_text(element, "SecretName") : name;
}

std::string key_config(const Json& element) {
  const auto name = file_name(element);
  return name.empty() ? "runtime " + as_text(element, "ConfigName") : name;
}

std::string key_port(const Json& element) {
  const auto protocol = as_text(element, "Protocol");
  const auto published = as_text(element, "PublishedPort");
  return (published.empty() ? "0" : published) + ":" + as_text(element, "TargetPort") + "/" +
         (protocol.empty() ? "tcp" : protocol);
}

constexpr Field empty_is_absent(std::string_view name) {
  return {.name = name, .kind = value, .fallback = Fallback::empty};
}
constexpr Field plain(std::string_view name) {
  return {.name = name, .kind = value};
}
constexpr Field defaults_to(std::string_view name, std::string_view text) {
  return {.name = name, .kind = value, .fallback = Fallback::text, .text = text};
}
constexpr Field defaults_to(std::string_view name, std::int64_t number) {
  return {.name = name, .kind = value, .fallback = Fallback::number, .number = number};
}
constexpr Field string_map(std::string_view name) {
  return {.name = name, .kind = map};
}
constexpr Field string_set(std::string_view name) {
  return {.name = name, .kind = set};
}
constexpr Field section(std::string_view name, std::span<const Field> fields) {
  return {.name = name, .kind = object, .fields = fields};
}
constexpr Field keyed(std::string_view name, std::span<const Field> fields, KeyOf key) {
  return {.name = name, .kind = list, .fields = fields, .key = key};
}
constexpr Field ignored(std::string_view name) {
  return {.name = name, .kind = value, .special = Special::ignored};
}
/// A section whose presence alone says something, even when it is empty.
constexpr Field presence(std::string_view name, std::span<const Field> fields = {}) {
  return {.name = name, .kind = object, .fields = fields, .keep_empty = true};
}
constexpr Field with(Field field, Effect effect) {
  field.effect = effect;
  return field;
}
constexpr Field with(Field field, Special special) {
  field.special = special;
  return field;
}

constexpr Field since(unsigned engine, Field field) {
  field.since = engine;
  return field;
}

/// What protects, and came with that release.
constexpr Field guard_since(unsigned engine, Field field) {
  field.since = engine;
  field.guards = true;
  return field;
}

constexpr std::int64_t kSecond = 1'000'000'000;

// moby daemon/cluster/convert/container.go; an enum's first value is what the engine echoes for "".
constexpr std::array kBindOptions = {
    defaults_to("Propagation", "rprivate"), empty_is_absent("NonRecursive"),
    empty_is_absent("CreateMountpoint"), empty_is_absent("ReadOnlyNonRecursive"),
    empty_is_absent("ReadOnlyForceRecursive")};
constexpr std::array kDriver = {empty_is_absent("Name"), string_map("Options")};
constexpr std::array kVolumeOptions = {empty_is_absent("NoCopy"), string_map("Labels"),
                                       since(26, empty_is_absent("Subpath")),
                                       section("DriverConfig", kDriver)};
constexpr std::array kTmpfsOptions = {empty_is_absent("SizeBytes"), empty_is_absent("Mode"),
                                      since(27, empty_is_absent("Options"))};
constexpr std::array kImageOptions = {empty_is_absent("Subpath")};
constexpr std::array kMount = {empty_is_absent("Target"),
                               empty_is_absent("Source"),
                               defaults_to("Type", "bind"),
                               empty_is_absent("ReadOnly"),
                               ignored("Consistency"),
                               section("BindOptions", kBindOptions),
                               section("VolumeOptions", kVolumeOptions),
                               section("TmpfsOptions", kTmpfsOptions),
                               section("ImageOptions", kImageOptions),
                               section("ClusterOptions", {})};

constexpr std::array kFile = {empty_is_absent("Name"), empty_is_absent("UID"),
                              empty_is_absent("GID"), empty_is_absent("Mode")};
constexpr std::array kSecret = {empty_is_absent("SecretName"), ignored("SecretID"),
                                section("File", kFile)};
constexpr std::array kConfig = {empty_is_absent("ConfigName"), ignored("ConfigID"),
                                section("File", kFile), presence("Runtime")};

constexpr std::array kHealthcheck = {
    empty_is_absent("Test"),        empty_is_absent("Interval"),
    empty_is_absent("Timeout"),     empty_is_absent("Retries"),
    empty_is_absent("StartPeriod"), since(25, empty_is_absent("StartInterval"))};
constexpr std::array kDns = {empty_is_absent("Nameservers"), empty_is_absent("Search"),
                             empty_is_absent("Options")};
constexpr std::array kUlimit = {empty_is_absent("Name"), empty_is_absent("Soft"),
                                empty_is_absent("Hard")};
constexpr std::array kSelinux = {empty_is_absent("Disable"), empty_is_absent("User"),
                                 empty_is_absent("Role"), empty_is_absent("Type"),
                                 empty_is_absent("Level")};
constexpr std::array kCredentialSpec = {with(empty_is_absent("Config"), Special::config),
                                        empty_is_absent("File"), empty_is_absent("Registry")};
constexpr std::array kSeccomp = {defaults_to("Mode", "default"), empty_is_absent("Profile")};
constexpr std::array kAppArmor = {defaults_to("Mode", "default")};
// API 1.44 brought the last three. 20.10 drops NoNewPrivileges, 28 echoes false (docs/engine.md,
// "What becomes of a spec").
constexpr std::array kPrivileges = {
    section("CredentialSpec", kCredentialSpec), section("SELinuxContext", kSelinux),
    guard_since(25, section("Seccomp", kSeccomp)), guard_since(25, section("AppArmor", kAppArmor)),
    guard_since(25, empty_is_absent("NoNewPrivileges"))};

// Init has no fallback: false overrules the daemon's own setting, absent does not. StopGracePeriod
// and the restart policy's Delay: swarmkit api/defaults/service.go.
constexpr std::array kContainer = {empty_is_absent("Image"),
                                   string_map("Labels"),
                                   empty_is_absent("Command"),
                                   empty_is_absent("Args"),
                                   empty_is_absent("Hostname"),
                                   Field{.name = "Env", .kind = env},
                                   empty_is_absent("Dir"),
                                   empty_is_absent("User"),
                                   string_set("Groups"),
                                   section("Privileges", kPrivileges),
                                   empty_is_absent("StopSignal"),
                                   empty_is_absent("TTY"),
                                   empty_is_absent("OpenStdin"),
                                   empty_is_absent("ReadOnly"),
                                   keyed("Mounts", kMount, key_target),
                                   defaults_to("StopGracePeriod", 10 * kSecond),
                                   section("Healthcheck", kHealthcheck),
                                   empty_is_absent("Hosts"),
                                   section("DNSConfig", kDns),
                                   keyed("Secrets", kSecret, key_secret),
                                   keyed("Configs", kConfig, key_config),
                                   defaults_to("Isolation", "default"),
                                   plain("Init"),
                                   string_map("Sysctls"),
                                   string_set("CapabilityAdd"),
                                   string_set("CapabilityDrop"),
                                   keyed("Ulimits", kUlimit, key_name),
                                   since(27, empty_is_absent("OomScoreAdj")),
                                   ignored("PullOptions")};

constexpr std::array kLimits = {empty_is_absent("NanoCPUs"), empty_is_absent("MemoryBytes"),
                                empty_is_absent("Pids")};
constexpr std::array kReservations = {empty_is_absent("NanoCPUs"), empty_is_absent("MemoryBytes"),
                                      string_set("GenericResources")};
constexpr std::array kResources = {
    section("Limits", kLimits), section("Reservations", kReservations),
    since(29, plain("SwapBytes")), since(29, plain("MemorySwappiness"))};
constexpr std::array kRestartPolicy = {defaults_to("Condition", "any"),
                                       defaults_to("Delay", 5 * kSecond),
                                       empty_is_absent("MaxAttempts"), empty_is_absent("Window")};
constexpr std::array kPlacement = {string_set("Constraints"), empty_is_absent("Preferences"),
                                   empty_is_absent("MaxReplicas"), string_set("Platforms")};
constexpr std::array kNetwork = {with(empty_is_absent("Target"), Special::network),
                                 string_set("Aliases"), string_map("DriverOpts")};
constexpr std::array kTaskTemplate = {section("ContainerSpec", kContainer),
                                      section("Resources", kResources),
                                      section("RestartPolicy", kRestartPolicy),
                                      with(section("Placement", kPlacement), Effect::placement),
                                      keyed("Networks", kNetwork, key_target),
                                      section("LogDriver", kDriver),
                                      empty_is_absent("ForceUpdate"),
                                      defaults_to("Runtime", "container")};

constexpr std::array kReplicated = {plain("Replicas")};
constexpr std::array kReplicatedJob = {plain("MaxConcurrent"), plain("TotalCompletions")};
constexpr std::array kMode = {presence("Replicated", kReplicated), presence("Global"),
                              presence("ReplicatedJob", kReplicatedJob), presence("GlobalJob")};
constexpr std::array kUpdateConfig = {plain("Parallelism"),
                                      empty_is_absent("Delay"),
                                      defaults_to("FailureAction", "pause"),
                                      defaults_to("Monitor", 5 * kSecond),
                                      empty_is_absent("MaxFailureRatio"),
                                      defaults_to("Order", "stop-first")};
constexpr std::array kPort = {empty_is_absent("Name"), defaults_to("Protocol", "tcp"),
                              empty_is_absent("TargetPort"), empty_is_absent("PublishedPort"),
                              with(defaults_to("PublishMode", "ingress"), Special::publish_mode)};
constexpr std::array kEndpoint = {defaults_to("Mode", "vip"), keyed("Ports", kPort, key_port)};

constexpr std::array kServiceSpec = {
    empty_is_absent("Name"),
    string_map("Labels"),
    with(section("TaskTemplate", kTaskTemplate), Effect::restarts),
    with(section("Mode", kMode), Special::mode),
    with(section("UpdateConfig", kUpdateConfig), Special::update_config),
    with(section("RollbackConfig", kUpdateConfig), Special::update_config),
    with(section("EndpointSpec", kEndpoint), Effect::restarts)};

}  // namespace

std::span<const Field> service_spec_fields() {
  return kServiceSpec;
}

const Field* find_field(std::span<const Field> fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

std::string env_name(const std::string& entry) {
  return entry.substr(0, entry.find('='));
}

}  // namespace skep::swarm
