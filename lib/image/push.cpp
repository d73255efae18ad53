#include "image/push.hpp"

#include "base/error.hpp"
#include "base/image_ref.hpp"
#include "base/json_at.hpp"
#include "engine/images.hpp"
#include "image/registry.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace skep::image {

namespace {

constexpr std::size_t kDigestSize = 7 + 64;  // "sha256:" and 64 hex digits

struct PushAccess {
  engine::RegistryAuth auth;
  RegistryQuestion question;
};

PushAccess access_to(const std::string& domain, const docker::Credentials& credentials) {
  const auto auth = credentials.find(domain);
  return {.auth = engine::RegistryAuth(auth),
          .question = question_of(domain, credentials.file(), auth)};
}

Error refused(Kind kind, const std::string& message, const PushAccess& access) {
  return {kind, message, registry_hint(message, access.question)};
}

std::string tag_of(const ImageRef& ref) {
  return ref.tag.empty() ? "latest" : ref.tag;
}

bool is_digest(std::string_view text) {
  constexpr std::string_view kAlgorithm = "sha256:";
  return text.size() == kDigestSize && text.starts_with(kAlgorithm) &&
         text.substr(kAlgorithm.size()).find_first_not_of("0123456789abcdef") ==
             std::string_view::npos;
}

/// "1: digest: sha256:… size: 528" → the digest, or "".
std::string digest_in(std::string_view status) {
  constexpr std::string_view kDigest = ": digest: ";
  constexpr std::string_view kSize = " size: ";
  const auto at = status.find(kDigest);
  if (at == std::string_view::npos || at == 0) return {};
  const auto digest = status.substr(at + kDigest.size(), kDigestSize);
  const auto rest = status.substr(std::min(status.size(), at + kDigest.size() + kDigestSize));
  return is_digest(digest) && rest.starts_with(kSize) ? std::string(digest) : "";
}

class PushStream {
 public:
  PushStream(EventSink& events, std::string image) : events_(events), image_(std::move(image)) {}

  void take(const Json& object) {
    if (auto message = engine::stream_error(object)) {
      error = std::move(message);
      return;
    }
    if (!object.is_object()) return;
    const auto aux = object.find("aux");
    if (aux != object.end() && is_digest(engine::text_of(*aux, "Digest"))) {
      digest = engine::text_of(*aux, "Digest");
    }
    const auto status = engine::text_of(object, "status");
    const auto layer = engine::text_of(object, "id");
    if (!layer.empty()) {
      progress(layer, status, object);
    } else if (const auto found = digest_in(status); !found.empty()) {
      digest = found;
    }
  }

  std::optional<std::string> error;
  std::string digest;

 private:
  void progress(const std::string& layer, const std::string& status, const Json& object) {
    PushProgress event{.image = image_, .layer = layer, .status = status};
    event.current = count_at(object, {"progressDetail", "current"});
    event.total = count_at(object, {"progressDetail", "total"});
    events_.emit(event);
  }

  EventSink& events_;
  std::string image_;
};

/// {"Architecture","OS"} of each platform, as docker/cli's client does it: without those of
/// attestations, the architecture of arm left out (swarmkit#2294), each once.
Json placement_platforms(const Json& answer) {
  Json platforms = Json::array();
  for (const auto& entry : list_at(answer, {"Platforms"})) {
    const auto os = engine::text_of(entry, "os");
    auto architecture = engine::text_of(entry, "architecture");
    if (os == "unknown" || architecture == "unknown") continue;
    if (architecture == "arm" || architecture == "ARM") architecture.clear();
    Json platform = Json::object();
    if (!architecture.empty()) platform["Architecture"] = architecture;
    if (!os.empty()) platform["OS"] = os;
    if (std::find(platforms.begin(), platforms.end(), platform) == platforms.end()) {
      platforms.push_back(std::move(platform));
    }
  }
  if (platforms.empty()) return nullptr;
  return platforms;
}

}  // namespace

void tag(engine::Transport& engine, const std::string& id, const std::string& reference,
         std::stop_token stop) {
  const auto ref = image_ref(reference);
  engine::tag_image(engine, id, ref.repository(), tag_of(ref), std::move(stop));
}

std::string push(engine::Transport& engine, EventSink& events,
                 const docker::Credentials& credentials, const std::string& reference,
                 std::stop_token stop) {
  const auto ref = image_ref(reference);
  const auto access = access_to(ref.domain, credentials);
  PushStream stream(events, ref.familiar());
  engine::push_image(
      engine, ref.repository(), tag_of(ref), access.auth,
      [&](const Json& object) { stream.take(object); }, std::move(stop));
  if (stream.error) throw refused(Kind::registry, *stream.error, access);
  if (stream.digest.empty()) {
    throw Error(Kind::registry, "the push ended without a digest and without an error",
                "the engine may have been stopped; its log says more");
  }
  return stream.digest;
}

std::optional<Digest> look_up(engine::Transport& engine, const docker::Credentials& credentials,
                              const std::string& reference, std::stop_token stop) {
  const auto ref = image_ref(reference);
  const auto access = access_to(ref.domain, credentials);
  try {
    const auto answer =
        engine::inspect_distribution(engine, ref.familiar(), access.auth, std::move(stop));
    const auto descriptor = answer.find("Descriptor");
    const auto digest = descriptor == answer.end() ? "" : engine::text_of(*descriptor, "digest");
    if (digest.empty()) throw Error(Kind::registry, "the registry gave no digest");
    return Digest{.digest = digest, .platforms = placement_platforms(answer)};
  } catch (const Error& error) {
    // The engine passes on what the registry said, with a status that differs from version to
    // version.
    const auto& message = error.message();
    if (error.kind() == Kind::not_found || says_absent(message)) return std::nullopt;
    if (error.kind() == Kind::unauthorized || says_unauthorized(message)) {
      throw refused(Kind::unauthorized, message, access);
    }
    if (error.kind() != Kind::rejected) throw;
    throw refused(Kind::registry, message, access);
  }
}

}  // namespace skep::image
