#include "image/build.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/image_ref.hpp"
#include "base/random.hpp"
#include "engine/images.hpp"
#include "image/context.hpp"
#include "image/image.hpp"
#include "image/push.hpp"
#include "image/registry.hpp"
#include "image/session.hpp"
#include "image/trace.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace skep::image {

namespace {

engine::Pairs build_query(const BuildOptions& options, const Dockerfile& dockerfile,
                          const std::string& session, bool apart) {
  engine::Pairs query{{"version", "2"},
                      {"session", session},
                      {"buildid", random_hex(16)},
                      {"dockerfile", apart ? "Dockerfile" : dockerfile.name}};
  if (apart) query.emplace_back("remote", "client-session");
  for (const auto& tag : options.tags) query.emplace_back("t", tag);
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) query.emplace_back(name, value);
  };
  add("target", options.target);
  add("platform", options.platform);
  if (!options.args.empty()) add("buildargs", dump_json(Json(options.args)));
  if (!options.labels.empty()) add("labels", dump_json(Json(options.labels)));
  if (options.no_cache) add("nocache", "1");
  if (options.pull) add("pull", "1");
  return query;
}

/// Credentials for the session, and which registries asked for them.
class SessionAccess {
 public:
  SessionAccess(const docker::Credentials& credentials, EventSink& events)
      : credentials_(credentials), events_(events) {}

  std::optional<docker::Auth> find(const std::string& domain) {
    auto auth = credentials_.find(domain);
    if (auth) {
      events_.redactor().hide(auth->password);
      events_.redactor().hide(auth->identity_token);
    }
    const std::lock_guard lock(mutex_);
    asked_[domain] = question_of(domain, credentials_.file(), auth);
    return auth;
  }

  /// The registry that a failed step was about: its name stands in the step's, or in the message.
  std::optional<RegistryQuestion> about(const std::string& text) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [domain, question] : asked_) {
      if (text.find(domain) != std::string::npos) return question;
    }
    return std::nullopt;
  }

 private:
  const docker::Credentials& credentials_;
  EventSink& events_;
  mutable std::mutex mutex_;
  std::map<std::string, RegistryQuestion> asked_;
};

std::string decoded(const std::string& aux) {
  try {
    return base64_decode(aux);
  } catch (const Error&) {
    throw Error(Kind::rejected, "a message of BuildKit is broken");
  }
}

/// What went wrong while files were sent, which the engine says in other words.
class TransferFailure {
 public:
  void note(const Error& error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = error;
  }
  void rethrow() const {
    const std::lock_guard lock(mutex_);
    if (error_ && error_->kind() == Kind::input) throw *error_;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<Error> error_;
};

/// What has come of the stream so far.
class Outcome {
 public:
  Outcome(EventSink& events, const BuildOptions& options, const Dockerfile& dockerfile)
      : trace_(events, options.tags.empty() ? "" : options.tags.front(), dockerfile.path) {}

  void take(const Json& object) {
    if (auto message = engine::stream_error(object)) {
      error_ = std::move(message);
      return;
    }
    const auto id = engine::text_of(object, "id");
    if (id == "moby.buildkit.trace") {
      trace_.take(decode_status(decoded(engine::text_of(object, "aux"))));
    } else if (id == "moby.image.id" && object.contains("aux")) {
      image_ = engine::text_of(object.at("aux"), "ID");
    }
  }

  std::string image(const SessionAccess& access) {
    trace_.finish();
    if (error_) throw failure(access);
    if (!image_.empty()) return image_;
    throw Error(Kind::build, "the build ended without an image and without an error",
                "the engine may have been stopped; its log says more");
  }

 private:
  Error failure(const SessionAccess& access) const {
    const auto failed = trace_.failure();
    auto text = failed ? fmt::format("step \"{}\": {}", failed->step, failed->error) : *error_;
    if (text.empty()) text = "the build failed, and the engine does not say why";
    const auto about = access.about(text);
    const auto hint = about ? registry_hint(failed ? failed->error : text, *about) : std::string();
    if (failed) {
      for (const auto& line : failed->lines) text += "\n  | " + line;
    }
    return {Kind::build, text, hint};
  }

  BuildTrace trace_;
  std::optional<std::string> error_;
  std::string image_;
};

}  // namespace

std::string build(engine::Transport& engine, EventSink& events,
                  const docker::Credentials& credentials, const BuildOptions& options,
                  std::stop_token stop) {
  const auto dockerfile = find_dockerfile(options);
  const bool apart = !is_in_context(options, dockerfile);
  auto context = apart ? engine::BodySource{} : context_tar(options, dockerfile);
  SessionAccess access(credentials, events);
  TransferFailure failure;
  SessionOffer offer{.find_auth = [&](const std::string& domain) { return access.find(domain); }};
  if (apart) {
    offer.find_folder = [&](const FolderQuestion& question) {
      return folder_sender(options, dockerfile, question);
    };
    offer.failed = [&](const Error& error) { failure.note(error); };
  }
  const auto session_id = random_hex(16);
  // The engine keeps what it was sent under a key, and takes a file of the same size and time for
  // the same one: under a key of its own everything is sent.
  const auto session = open_session(
      engine, session_id, apart ? session_id : sha256_hex(options.context), std::move(offer), stop);
  Outcome outcome(events, options, dockerfile);
  try {
    engine::build_image(
        engine, build_query(options, dockerfile, session_id, apart), std::move(context),
        [&](const Json& object) { outcome.take(object); }, std::move(stop));
  } catch (const Error& error) {
    failure.rethrow();
    if (error.kind() != Kind::rejected) throw;
    throw Error(Kind::build, error.message(), error.hint());  // refused before the stream began
  }
  failure.rethrow();
  return outcome.image(access);
}

}  // namespace skep::image
