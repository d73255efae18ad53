#pragma once
// The places in a service where a value stands that skep delivers (`mongodb.users.*.deliver`). A
// new way of delivery is one more alternative of Place: delivery.cpp does not compile without it.
#include "base/error.hpp"
#include "base/secret.hpp"
#include "swarm/spec.hpp"

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace skep::swarm {

/// An environment variable that holds the value.
struct EnvVariable {
  std::string name;
  auto operator<=>(const EnvVariable&) const = default;
};
/// A Swarm secret that holds the value, as the file /run/secrets/NAME. The variable NAME_FILE, in
/// capitals, says where it is.
struct SecretFile {
  std::string name;
  auto operator<=>(const SecretFile&) const = default;
};
using Place = std::variant<EnvVariable, SecretFile>;

/// One place where a user's connection string goes.
struct Delivery {
  std::string service;  // key in the stack
  Place place;
  SourceLoc loc = {};  // in skep.yml
  bool operator==(const Delivery&) const = default;
};

/// A value to deliver to a service.
struct Injection {
  std::string service;  // key in the stack
  Place place;
  bool keep = true;    // the live service's value stays as it is
  skep::Secret value;  // the new value when !keep
  std::string login =
      {};  // of a SecretFile: the database's user in it, when that is not the one of skep.yml
  std::string from =
      {};  // the live service whose value is kept, if it is another one (for a one-off)
};

/// The keys of skep.yml that say a place, in the order of Place's alternatives.
inline constexpr std::array<const char*, std::variant_size_v<Place>> kPlaceKeys = {"env", "secret"};
/// The place that `key: name` says; nullopt when the key is none of kPlaceKeys.
std::optional<Place> place_of(const std::string& key, const std::string& name);
std::string name_of(const Place& place);
/// What a user's fingerprint has of a place. It is compared with those in old records.
std::vector<std::string> fingerprint_words(const Place& place);

/// Whether the value itself stands in the place. If not, the name of the Swarm secret that holds it
/// stands there.
bool holds_value(const Place& place);
/// What stands in the place: the value, or the secret's name; nullopt when nothing does.
std::optional<skep::Secret> live_value(const Spec& spec, const Place& place);
/// Everything in a spec that could have been delivered: each place, and what stands there.
std::vector<std::pair<Place, skep::Secret>> places(const Spec& spec);

/// Makes the place, and puts the value or the secret's name there.
void put(Spec& spec, const Place& place, const skep::Secret& value);
/// Replaces what stands there; does nothing when nothing does.
void replace(Spec& spec, const Place& place, const std::string& text);
/// Makes the place as `live` has it; does nothing when `live` has none.
void keep(Spec& spec, const Place& place, const Spec& live);

}  // namespace skep::swarm
