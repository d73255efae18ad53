#include "swarm/delivery.hpp"

#include "base/json_at.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace skep::swarm {
namespace {

constexpr int kReadableByAll = 0444;

template <typename... F>
struct Cases : F... {
  using F::operator()...;
};
template <typename... F>
Cases(F...) -> Cases<F...>;

/// The variable that says where the file is: "MONGODB_URI_FILE".
std::string path_variable(const SecretFile& file) {
  std::string name = file.name;
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    return static_cast<char>(std::isalnum(c) != 0 ? std::toupper(c) : '_');
  });
  return name + "_FILE";
}

std::string file_of(const Json& reference) {
  return text_at(reference, {"File", "Name"});
}

const Json* mounted(const Spec& spec, const SecretFile& file) {
  for (const auto& reference : list_at(spec.json(), {"TaskTemplate", "ContainerSpec", "Secrets"})) {
    if (file_of(reference) == file.name) return &reference;
  }
  return nullptr;
}

/// The list of mounted secrets to change; an empty one where there was none.
Json& mounts(Spec& spec) {
  auto& secrets = spec.json()["TaskTemplate"]["ContainerSpec"]["Secrets"];
  if (!secrets.is_array()) secrets = Json::array();
  return secrets;
}

void mount(Spec& spec, const SecretFile& file, Json reference) {
  auto& secrets = mounts(spec);
  const auto present = std::find_if(secrets.begin(), secrets.end(),
                                    [&](const Json& one) { return file_of(one) == file.name; });
  if (present != secrets.end()) {
    *present = std::move(reference);
  } else {
    secrets.push_back(std::move(reference));
  }
  spec.set_env(path_variable(file), "/run/secrets/" + file.name);
}

}  // namespace

std::optional<Place> place_of(const std::string& key, const std::string& name) {
  if (key == kPlaceKeys[0]) return EnvVariable{name};
  if (key == kPlaceKeys[1]) return SecretFile{name};
  return std::nullopt;
}

std::string name_of(const Place& place) {
  return std::visit([](const auto& one) { return one.name; }, place);
}

std::vector<std::string> fingerprint_words(const Place& place) {
  using Words = std::vector<std::string>;
  return std::visit(Cases{[](const EnvVariable& variable) {
                            return Words{variable.name, ""};
                          },
                          [](const SecretFile& file) {
                            return Words{"", file.name};
                          }},
                    place);
}

bool holds_value(const Place& place) {
  return std::visit(Cases{[](const EnvVariable&) { return true; },  //
                          [](const SecretFile&) { return false; }},
                    place);
}

std::optional<skep::Secret> live_value(const Spec& spec, const Place& place) {
  using Found = std::optional<skep::Secret>;
  const auto in_env = [&](const EnvVariable& variable) -> Found {
    const auto env = spec.env();
    const auto found = env.find(variable.name);
    return found == env.end() ? Found() : skep::Secret(found->second);
  };
  const auto in_file = [&](const SecretFile& file) -> Found {
    const auto* reference = mounted(spec, file);
    return reference == nullptr ? Found() : skep::Secret(text_at(*reference, {"SecretName"}));
  };
  return std::visit(Cases{in_env, in_file}, place);
}

std::vector<std::pair<Place, skep::Secret>> places(const Spec& spec) {
  std::vector<std::pair<Place, skep::Secret>> result;
  for (const auto& [name, value] : spec.env())
    result.emplace_back(EnvVariable{name}, skep::Secret(value));
  for (const auto& reference : list_at(spec.json(), {"TaskTemplate", "ContainerSpec", "Secrets"})) {
    result.emplace_back(SecretFile{file_of(reference)},
                        skep::Secret(text_at(reference, {"SecretName"})));
  }
  return result;
}

void put(Spec& spec, const Place& place, const skep::Secret& value) {
  const auto in_env = [&](const EnvVariable& variable) {
    spec.set_env(variable.name, value.reveal());
  };
  const auto in_file = [&](const SecretFile& file) {
    mount(spec, file,
          {{"SecretName", value.reveal()},
           {"File", {{"Name", file.name}, {"UID", "0"}, {"GID", "0"}, {"Mode", kReadableByAll}}}});
  };
  std::visit(Cases{in_env, in_file}, place);
}

void replace(Spec& spec, const Place& place, const std::string& text) {
  if (!live_value(spec, place)) return;
  const auto in_env = [&](const EnvVariable& variable) { spec.set_env(variable.name, text); };
  const auto in_file = [&](const SecretFile& file) {
    for (auto& reference : mounts(spec)) {
      if (file_of(reference) == file.name) reference["SecretName"] = text;
    }
  };
  std::visit(Cases{in_env, in_file}, place);
}

void keep(Spec& spec, const Place& place, const Spec& live) {
  const auto in_env = [&](const EnvVariable& variable) {
    if (const auto value = live_value(live, variable)) put(spec, variable, *value);
  };
  const auto in_file = [&](const SecretFile& file) {
    if (const auto* reference = mounted(live, file)) mount(spec, file, *reference);
  };
  std::visit(Cases{in_env, in_file}, place);
}

}  // namespace skep::swarm
