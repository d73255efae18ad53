#include "plan/inject.hpp"

#include "plan/choices.hpp"
#include "plan/draft.hpp"
#include "plan/names.hpp"
#include "swarm/owner.hpp"
#include "swarm/record.hpp"

namespace skep::plan {
namespace {

/// The new secret that holds the injection's value: already planned for another service, or planned
/// now.
const CreateSecret& secret_for(const swarm::SecretFile& file, const swarm::Injection& injection,
                               const std::string& stack, const swarm::Snapshot& snapshot,
                               const Choices& choices, Objects& objects) {
  const auto plain = swarm::full_name(stack, file.name);
  for (const auto& planned : objects.new_secrets) {
    if (planned.plain_name == plain && planned.data == injection.value) return planned;
  }
  const auto name = free_name(plain, choices.suffix_seed, secret_names_taken(snapshot, objects));
  // Also under its plain name it is skep's own, and goes when nothing refers to it.
  Json labels = {{swarm::kNamespaceLabel, stack}, {swarm::kPlainNameLabel, plain}};
  if (!injection.login.empty()) labels[swarm::kLoginLabel] = injection.login;
  objects.new_secrets.push_back(
      {name, plain, {{"Name", name}, {"Labels", labels}}, injection.value});
  return objects.new_secrets.back();
}

}  // namespace

void inject(swarm::Spec& spec, const std::string& key, const swarm::Service* live,
            const convert::Desired& desired, const swarm::Snapshot& snapshot,
            const Choices& choices, Objects& objects) {
  for (const auto& injection : choices.injections) {
    if (injection.service != key) continue;
    if (injection.keep) {
      const auto* from = injection.from.empty()
                             ? live
                             : own_service(snapshot, desired.stack,
                                           swarm::full_name(desired.stack, injection.from));
      if (from != nullptr) swarm::keep(spec, injection.place, from->spec);
    } else if (const auto* file = std::get_if<swarm::SecretFile>(&injection.place)) {
      const auto& made = secret_for(*file, injection, desired.stack, snapshot, choices, objects);
      swarm::put(spec, injection.place, Secret(made.name));
    } else {
      swarm::put(spec, injection.place, injection.value);
    }
  }
}

}  // namespace skep::plan
