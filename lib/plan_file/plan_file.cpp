#include "plan_file/plan_file.hpp"

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/json_at.hpp"
#include "base/plural.hpp"
#include "base/random.hpp"
#include "deploy/lock.hpp"
#include "plan_file/bound_plan.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace skep::plan_file {
namespace {

constexpr int kFormat = 1;
constexpr std::size_t kSaltBytes = 16;
constexpr const char* kChecksum = "checksum";
constexpr const char* kAgain = "make it anew with `skep diff --out`";

std::string checksum_of(Json document) {
  document.erase(kChecksum);
  return sha256_hex(dump_json(document));
}

std::vector<std::string> absolute(const std::vector<std::string>& files, const Env& env) {
  std::vector<std::string> result;
  for (const auto& file : files)
    result.push_back(file == "-" ? file : absolute_path(env.cwd, file));
  return result;
}

/// How to find the same files again. Values of --set may be secret: they stay out.
Json project_json(const project::Options& options, const Env& env) {
  Json set = Json::array();
  for (const auto& one : options.set) set.push_back(one.substr(0, one.find('=')));
  const bool compose = !options.compose_files.empty();
  return {{"file",
           compose ? "" : absolute_path(env.cwd, options.file.empty() ? "skep.yml" : options.file)},
          {"environment", options.environment},
          {"set", set},
          {"env_files", absolute(options.env_files, env)},
          {"compose_files", absolute(options.compose_files, env)},
          {"profiles", options.profiles},
          {"stack", options.stack},
          {"allow_missing", options.allow_missing},
          {"compat", options.compat ? spelled(*options.compat) : ""},
          {"strict", options.strict}};
}

bool names_files(const project::Options& options) {
  return !options.file.empty() || !options.environment.empty() || !options.env_files.empty() ||
         !options.compose_files.empty() || !options.profiles.empty();
}

project::Options project_of(const Json& json, const project::Options& given) {
  project::Options options;
  options.file = json.at("file").get<std::string>();
  options.environment = json.at("environment").get<std::string>();
  options.set = given.set;
  options.env_files = json.at("env_files").get<std::vector<std::string>>();
  options.compose_files = json.at("compose_files").get<std::vector<std::string>>();
  options.profiles = json.at("profiles").get<std::vector<std::string>>();
  options.stack = given.stack.empty() ? json.at("stack").get<std::string>() : given.stack;
  options.compat = given.compat ? given.compat : compat_of(json.at("compat").get<std::string>());
  options.allow_missing = given.allow_missing || json.at("allow_missing").get<bool>();
  options.strict = given.strict || json.at("strict").get<bool>();
  return options;
}

void refuse_flag(const char* flag) {
  throw Error(Kind::usage, fmt::format("--plan and {} do not go together", flag),
              "the plan was made with or without it: `skep diff` takes it too");
}

Error unusable(const std::string& path, const std::string& why, const std::string& hint = kAgain) {
  return {Kind::input, fmt::format("plan file {} {}", path, why), hint};
}

/// Whatever is missing or of another type is damage: the checksum was right, so an older format.
template <typename F>
auto reading(const std::string& path, F&& f) {
  try {
    return f();
  } catch (const Json::exception&) {
    throw unusable(path, "is damaged: a part of it is missing");
  }
}

}  // namespace

void write_plan_file(const std::string& path, const deploy::Situation& situation,
                     const project::Loaded& loaded, const deploy::ReleaseOptions& made_with,
                     deploy::Deps& deps) {
  const auto salt = random_hex(kSaltBytes);
  Seal seal(salt, loaded.desired);
  Json document = {{"format", kFormat},
                   {"skep", made_with.version},
                   {"stack", loaded.stack},
                   {"made", format_utc(deps.clock.wall())},
                   {"by", deploy::who(deps.env)},
                   {"salt", salt},
                   {"seed", situation.choices.suffix_seed},
                   {"project", project_json(made_with.project, deps.env)},
                   {"options",
                    {{"prune", made_with.prune},
                     {"resume", made_with.resume},
                     {"recreate", made_with.recreate},
                     {"resolve", made_with.resolve},
                     {"tag", made_with.tag}}},
                   {"bound", bound_plan(situation, loaded, seal)}};
  document[kChecksum] = checksum_of(document);
  write_file(absolute_path(deps.env.cwd, path), dump_json_pretty(document) + "\n", 0600);
}

PlanFile PlanFile::read(const std::string& path, const Env& env, const std::string& own_version) {
  const auto absolute = absolute_path(env.cwd, path);
  const auto text = read_file(absolute);
  struct stat status {};
  if (::stat(absolute.c_str(), &status) == 0 && status.st_uid != ::geteuid() && status.st_uid != 0)
    throw unusable(path, "belongs to somebody else", "only a plan of your own is carried out");
  const auto mode = static_cast<unsigned>(std::filesystem::status(absolute).permissions());
  if ((mode & 0077U) != 0) {
    throw unusable(path, fmt::format("can be read by others (mode {:04o})", mode & 07777U),
                   "nobody else may read or write it: chmod 600, or make it anew");
  }
  Json document;
  try {
    document = parse_json(text, path);
  } catch (const Error&) {
    throw unusable(path, "is damaged: it is not JSON");
  }
  if (!document.is_object() || !document.contains("format") || !document.contains("skep"))
    throw unusable(path, "is no plan of skep");
  if (document["format"] != kFormat) {
    throw unusable(path, fmt::format("has format {}, this skep knows format {}",
                                     dump_json(document["format"]), kFormat));
  }
  if (document["skep"] != own_version) {
    throw unusable(path, fmt::format("was made by skep {}, this is skep {}",
                                     dump_json(document["skep"]), own_version));
  }
  if (!document.contains(kChecksum) || document[kChecksum] != checksum_of(document))
    throw unusable(path, "is damaged: its checksum is another");
  return {path, std::move(document)};
}

deploy::ReleaseOptions PlanFile::options(const deploy::ReleaseOptions& given) const {
  if (given.prune) refuse_flag("--prune");
  if (given.resume) refuse_flag("--resume");
  if (given.recreate) refuse_flag("--recreate");
  if (!given.resolve) refuse_flag("--resolve-image");
  if (!given.tag.empty()) refuse_flag("--tag");
  return reading(path_, [&] {
    auto options = given;
    const Json& made_with = document_.at("options");
    options.prune = made_with.at("prune").get<bool>();
    options.resume = made_with.at("resume").get<bool>();
    options.recreate = made_with.at("recreate").get<bool>();
    options.resolve = made_with.at("resolve").get<bool>();
    options.tag = made_with.at("tag").get<std::string>();
    const Json& project = document_.at("project");
    const auto set = project.at("set").get<std::vector<std::string>>();
    if (!set.empty() && given.project.set.empty()) {
      throw Error(Kind::usage,
                  fmt::format("plan file {} was made with --set {}", path_, fmt::join(set, ", ")),
                  "give the same again: the file does not hold the values");
    }
    if (!names_files(given.project)) options.project = project_of(project, given.project);
    return options;
  });
}

std::string PlanFile::seed() const {
  return reading(path_, [&] { return document_.at("seed").get<std::string>(); });
}

std::string PlanFile::salt() const {
  return reading(path_, [&] { return document_.at("salt").get<std::string>(); });
}

void PlanFile::require_same(const deploy::Situation& situation, const project::Loaded& loaded,
                            Seal& seal) const {
  const auto lines = reading(path_, [&] {
    if (document_.at("stack") != loaded.stack) {
      return std::vector<std::string>{
          fmt::format("the plan is of stack {}, the files are of \"{}\"",
                      dump_json(document_.at("stack")), loaded.stack)};
    }
    return moved(document_.at("bound"), bound_plan(situation, loaded, seal));
  });
  if (lines.empty()) return;
  std::string text;
  for (const auto& line : lines) text += "\n  " + line;
  throw Error(Kind::conflict,
              fmt::format("the plan of {} does not hold any more: {} moved{}",
                          text_at(document_, {"made"}), plural(lines.size(), "thing"), text),
              kAgain);
}

}  // namespace skep::plan_file
