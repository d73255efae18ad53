#include "deploy/images.hpp"

#include "base/git.hpp"
#include "base/image_ref.hpp"
#include "base/parallel.hpp"
#include "convert/desired.hpp"
#include "deploy/situation.hpp"
#include "engine/images.hpp"
#include "image/build.hpp"
#include "image/content_hash.hpp"
#include "image/image.hpp"
#include "image/push.hpp"
#include "plan/choices.hpp"
#include "stack/stack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

namespace skep::deploy {
namespace {

using plan::Resolved;

constexpr std::size_t kHashDigits = 16;
// A registry that takes its time: a hundred images are seven turns of it.
constexpr std::size_t kLookUps = 16;

/// A service that is built: where it goes, and by which tags its image is known.
struct Target {
  const convert::DesiredService* service;
  std::string repository;
  std::string tag;          // the release's, or the one that the file says
  std::string content_tag;  // skep-HASH
  image::BuildOptions build;

  std::string tagged() const { return repository + ":" + tag; }
  std::string by_content() const { return repository + ":" + content_tag; }
};

Target make_target(const convert::DesiredService& service, const ImageOptions& options,
                   const std::optional<std::string>& commit) {
  const ImageRef reference = image_ref(service.image);
  Target target{&service, reference.repository(), reference.tag, "", {}};
  target.build.context = service.build->context;
  target.build.dockerfile = service.build->dockerfile;
  target.build.args = service.build->args;
  target.build.target = service.build->target;
  target.build.labels = service.build->labels;
  target.build.platform = options.platform.empty() ? service.build->platform : options.platform;
  target.build.no_cache = options.no_cache || service.build->no_cache;
  target.build.pull = options.pull || service.build->pull;
  target.content_tag = "skep-" + image::content_hash(target.build).substr(0, kHashDigits);
  if (target.tag.empty())
    target.tag = !options.tag.empty() ? options.tag : commit.value_or(target.content_tag);
  if (!parse_image_ref(target.tagged())) {
    throw Error(Kind::usage, fmt::format("\"{}\" is no tag of an image", target.tag),
                "letters, digits, _ . and -, at most 128");
  }
  target.build.tags = {target.tagged()};
  if (target.tag != target.content_tag) target.build.tags.push_back(target.by_content());
  return target;
}

Resolved resolved(const image::Digest& digest) {
  Resolved result;
  result.digest = digest.digest;
  result.platforms = digest.platforms;
  return result;
}

class Preparer {
 public:
  Preparer(Deps& deps, const docker::Credentials& credentials, const ImageOptions& options)
      : deps_(deps), credentials_(credentials), options_(options) {}

  /// Reference and digest of a service that is built: found by its content, or built and pushed.
  std::pair<std::string, Resolved> build(const Target& target) {
    // A verb that builds nothing takes what was built last.
    const bool forced = options_.build && (target.build.no_cache || target.build.pull);
    if (!options_.push) return build_local(target, forced);
    if (!forced) {
      if (const auto found = find(target)) return *found;
    }
    if (!options_.build || options_.dry_run) {
      return missing(target, fmt::format("{} is not in the registry, and this verb builds nothing",
                                         target.by_content()));
    }
    build_image(target);
    std::string digest;
    for (const auto& tag : target.build.tags) digest = push(tag);
    const auto looked_up =
        image::look_up(deps_.engine(), credentials_, target.tagged(), deps_.stop);
    Resolved result = looked_up ? resolved(*looked_up) : Resolved{};
    result.digest = digest;
    return {target.tagged(), result};
  }

 private:
  /// Docker Hub refuses (401) a repository that is not there yet, even to its owner: where the
  /// image is going to be built that means "not there", and the push will tell the truth.
  std::optional<image::Digest> look_up_own(const std::string& reference) {
    try {
      return image::look_up(deps_.engine(), credentials_, reference, deps_.stop);
    } catch (const Error& error) {
      if (error.kind() != Kind::unauthorized || !options_.build) throw;
      return std::nullopt;
    }
  }

  std::optional<std::pair<std::string, Resolved>> find(const Target& target) {
    const auto content = look_up_own(target.by_content());
    if (!content) return std::nullopt;
    const auto tagged = target.tag == target.content_tag ? content : look_up_own(target.tagged());
    // The tag counts only while it names the same digest; the digest is what is deployed.
    const bool same = tagged && tagged->digest == content->digest;
    deps_.events.emit(PhaseStarted{
        "build", fmt::format("{}: the registry has this content as {} ({})", target.service->key,
                             target.content_tag, content->digest.substr(0, 19))});
    return std::pair{same ? target.tagged() : target.by_content(), resolved(*content)};
  }

  /// A dry run shows what would be built as a new image without a digest; else there is no plan
  /// without it.
  std::pair<std::string, Resolved> missing(const Target& target, const std::string& why) const {
    Resolved result;
    result.local = options_.dry_run;
    if (!options_.dry_run) result.error = why;
    return {target.tagged(), result};
  }

  void build_image(const Target& target) {
    deps_.events.emit(
        PhaseStarted{"build", fmt::format("{}: {}", target.service->key, target.tagged())});
    in_context(fmt::format("build service \"{}\"", target.service->key), [&] {
      return image::build(deps_.engine(), deps_.events, credentials_, target.build, deps_.stop);
    });
  }

  std::string push(const std::string& reference) {
    deps_.events.emit(PhaseStarted{"push", reference});
    return in_context(fmt::format("push {}", reference), [&] {
      return image::push(deps_.engine(), deps_.events, credentials_, reference, deps_.stop);
    });
  }

  /// An image that stays on this engine, under its content tag: it is never pulled, and a change of
  /// content is a change of name.
  std::pair<std::string, Resolved> build_local(const Target& target, bool forced) {
    Resolved result;
    result.local = true;
    const bool there =
        engine::find_image(deps_.engine(), target.by_content(), deps_.stop).has_value();
    if (there && !forced) return {target.by_content(), result};
    if (!options_.build) {
      return missing(target, fmt::format("{} is not on this engine, and this verb builds nothing",
                                         target.by_content()));
    }
    if (!options_.dry_run) build_image(target);
    return {target.by_content(), result};
  }

  Deps& deps_;
  const docker::Credentials& credentials_;
  const ImageOptions& options_;
};

/// The digest of an image as written, or why there is none; a registry that is away is not yet a
/// failure (plan decides). docker asks for one that has a digest too: it learns the platforms.
Resolved look_up(Deps& deps, const docker::Credentials& credentials, const std::string& reference,
                 bool as_docker) {
  const ImageRef parsed = image_ref(reference);
  Resolved result;
  result.digest = parsed.digest;
  if (!parsed.digest.empty() && !as_docker) return result;
  try {
    const auto found = image::look_up(deps.engine(), credentials, reference, deps.stop);
    if (!found) {
      result.error = fmt::format("the registry has no {}", reference);
    } else if (parsed.digest.empty()) {
      return resolved(*found);
    } else {
      result.platforms = found->platforms;
    }
  } catch (const Error& error) {
    if (error.kind() == Kind::interrupted) throw;
    result.error = error.what();
  }
  return result;
}

/// `deploy` and `diff` build nothing: where the context is on another machine, they take the image
/// that the file names.
bool is_built(const convert::DesiredService& service, const ImageOptions& options) {
  if (!service.build || !options.resolve) return false;
  std::error_code ignored;
  return options.build || service.image.empty() ||
         std::filesystem::is_directory(service.build->context, ignored);
}

/// What a name means, however it is spelt: "nginx", "docker.io/library/nginx:latest". One with a
/// digest means that alone.
std::string meaning(const std::string& name) {
  const auto reference = parse_image_ref(name);
  return reference && reference->digest.empty() ? reference->tagged().full() : name;
}

void add_build_problems(const convert::DesiredService& service, Diagnostics& problems) {
  if (!service.build) return;
  for (const auto& problem : service.build->wrong) problems.add(problem);
}

Resolved as_written() {
  Resolved result;
  result.local = true;
  return result;
}

/// The digests of references that are not built, looked up together.
void resolve(Deps& deps, const project::Loaded& loaded, const docker::Credentials& credentials,
             const ImageOptions& options, const std::set<std::string>& references, Images& images) {
  const std::vector<std::string> list(references.begin(), references.end());
  const bool as_docker = loaded.compat == stack::Compat::docker;
  const auto results = parallel(list, kLookUps, [&](const std::string& reference) {
    return options.resolve ? look_up(deps, credentials, reference, as_docker) : as_written();
  });
  for (std::size_t i = 0; i < list.size(); ++i) images.digests[list[i]] = results[i];
}

}  // namespace

Diagnostics build_problems(const project::Loaded& loaded) {
  Diagnostics problems;
  for (const auto& service : loaded.desired.services) add_build_problems(service, problems);
  return problems;
}

Images prepare_images(Deps& deps, const project::Loaded& loaded,
                      const docker::Credentials& credentials, const ImageOptions& options) {
  Diagnostics wrong;
  for (const auto& service : loaded.desired.services) {
    if (is_built(service, options)) add_build_problems(service, wrong);
  }
  wrong.throw_if_errors(loaded.project.file);
  Images images;
  std::set<std::string> references;
  std::vector<Target> targets;
  const auto commit = git_commit(loaded.project.folder, deps.env, deps.stop);
  for (const auto& service : loaded.desired.services) {
    if (is_built(service, options)) targets.push_back(make_target(service, options, commit));
  }
  Preparer preparer(deps, credentials, options);
  // Services of one image, such as a one-off beside its application, are one build.
  std::map<std::pair<std::string, std::string>, std::string> done;
  std::map<std::string, std::string> built;  // what a name means → the reference of what was built
  for (const auto& target : targets) {
    const auto content = std::pair(target.tagged(), target.by_content());
    if (const auto same = done.find(content); same != done.end()) {
      images.of_service[target.service->key] = same->second;
      continue;
    }
    const auto [reference, result] = preparer.build(target);
    images.of_service[target.service->key] = reference;
    images.digests[reference] = result;
    done[content] = reference;
    for (const auto& name : {target.service->image, target.tagged(), target.by_content()})
      built[meaning(name)] = reference;
  }
  for (const auto& service : loaded.desired.services) {
    if (images.of_service.contains(service.key)) continue;
    const auto shared = built.find(meaning(service.image));
    if (shared == built.end()) references.insert(service.image);
    images.of_service[service.key] = shared == built.end() ? service.image : shared->second;
  }
  resolve(deps, loaded, credentials, options, references, images);
  return images;
}

}  // namespace skep::deploy
