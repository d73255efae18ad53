#include "plan_file/seal.hpp"

#include "base/scrypt.hpp"
#include "convert/desired.hpp"
#include "swarm/redact.hpp"

#include <nlohmann/json.hpp>

namespace skep::plan_file {
namespace {

const std::string kMark = "scrypt:";

bool is_sealed(const std::string& text) {
  return text.starts_with(kMark);
}

}  // namespace

Seal::Seal(std::string salt, const convert::Desired& desired) : salt_(std::move(salt)) {
  for (const auto& secret : desired.secrets) known_.hide(secret.data);
}

std::string Seal::of(const std::string& text) {
  auto& hash = hashes_[text];
  if (hash.empty()) hash = kMark + scrypt_hex(text, salt_);
  return hash;
}

Json Seal::known_sealed(const Json& value) {
  if (value.is_string()) {
    const auto text = value.get<std::string>();
    return is_sealed(text) || known_(text) == text ? value : Json(of(text));
  }
  if (!value.is_structured()) return value;
  Json result = value;
  for (auto& member : result) member = known_sealed(member);
  return result;
}

Json Seal::spec(const deploy::Delivered& delivered, const std::string& service,
                const swarm::Spec& spec) {
  auto sealed = spec;
  if (const auto found = delivered.find(service); found != delivered.end()) {
    for (const auto& [place, user] : found->second) {
      if (!holds_value(place)) continue;
      if (const auto value = live_value(spec, place); value && !value->empty())
        replace(sealed, place, of(value->reveal()));
    }
  }
  const auto hide = [this](const Json& value) -> Json {
    const auto text = value.is_string() ? value.get<std::string>() : dump_json(value);
    return is_sealed(text) ? text : of(text);
  };
  return known_sealed(swarm::redacted(sealed, hide));
}

Json Seal::document(const Json& document) {
  const auto hide = [this](const Json& value) -> Json {
    return of(value.is_string() ? value.get<std::string>() : dump_json(value));
  };
  return known_sealed(swarm::redacted_json(document, hide));
}

}  // namespace skep::plan_file
