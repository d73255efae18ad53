#include "plan/gateway.hpp"

#include "base/ascii.hpp"
#include "base/image_ref.hpp"
#include "base/json_at.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>

namespace skep::plan {
namespace {

/// Go's strconv.ParseBool.
std::optional<bool> go_bool(const std::string& text) {
  for (const char* yes : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (text == yes) return true;
  }
  for (const char* no : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

/// An expression over labels (traefik pkg/provider/constraints), in Kleene's logic: nullopt is
/// what cannot be told, which are regular expressions (Go's are not C++'s).
class Constraint {
 public:
  using Truth = std::optional<bool>;

  Constraint(std::string_view text, const LabelTexts& labels) : text_(text), labels_(labels) {
    truth_ = any();
    skip_spaces();
    if (at_ != text_.size()) understood_ = false;
  }

  Truth truth() const { return truth_; }
  bool understood() const { return understood_; }
  /// The labels that it names.
  const std::set<std::string>& names() const { return names_; }

 private:
  static constexpr int kDeepest = 50;

  Truth any() {
    Truth all = every();
    while (take("||")) {
      const Truth more = every();
      if (all == true || more == true) {
        all = true;
      } else if (!all || !more) {
        all = std::nullopt;
      }
    }
    return all;
  }

  Truth every() {
    Truth all = one();
    while (take("&&")) {
      const Truth more = one();
      if (all == false || more == false) {
        all = false;
      } else if (!all || !more) {
        all = std::nullopt;
      }
    }
    return all;
  }

  Truth one() {
    if (!understood_ || ++depth_ > kDeepest) return fail();
    Truth result;
    if (take("!")) {
      result = one();
      if (result) result = !*result;
    } else if (take("(")) {
      result = any();
      if (!take(")")) return fail();
    } else if (take("LabelRegex")) {
      names_.insert(pair().first);
    } else if (take("Label")) {
      const auto [name, value] = pair();
      names_.insert(name);
      const auto found = labels_.find(name);
      result = value == (found == labels_.end() ? "" : found->second);
    } else {
      return fail();
    }
    --depth_;
    return result;
  }

  /// (`name`, `value`)
  std::pair<std::string, std::string> pair() {
    if (!take("(")) fail();
    std::string name = quoted();
    if (!take(",")) fail();
    std::string value = quoted();
    if (!take(")")) fail();
    return {std::move(name), std::move(value)};
  }

  std::string quoted() {
    skip_spaces();
    const char quote = at_ < text_.size() ? text_[at_] : ' ';
    const auto end = text_.find(quote, std::min(at_ + 1, text_.size()));
    if ((quote != '`' && quote != '"') || end == std::string_view::npos) {
      fail();
      return "";
    }
    std::string result(text_.substr(at_ + 1, end - at_ - 1));
    if (quote == '"' && result.find('\\') != std::string::npos) fail();
    at_ = end + 1;
    return result;
  }

  void skip_spaces() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  bool take(std::string_view word) {
    skip_spaces();
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  Truth fail() {
    understood_ = false;
    return std::nullopt;
  }

  std::string_view text_;
  const LabelTexts& labels_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool understood_ = true;
  std::set<std::string> names_;
  Truth truth_;
};

/// The same value, or none, of each.
bool agree(const std::set<std::string>& names, const LabelTexts& a, const LabelTexts& b) {
  const auto value = [](const LabelTexts& labels, const std::string& name) {
    const auto found = labels.find(name);
    return found == labels.end() ? std::string() : found->second;
  };
  return std::all_of(names.begin(), names.end(),
                     [&](const std::string& name) { return value(a, name) == value(b, name); });
}

/// Labels that only a constraint can be about, such as traefik.constraint-label: those of
/// traefik's that it does not read itself.
std::set<std::string> marks(const LabelTexts& labels) {
  static constexpr std::string_view kOwn[] = {"traefik.http.", "traefik.tcp.",    "traefik.udp.",
                                              "traefik.tls.",  "traefik.docker.", "traefik.swarm."};
  std::set<std::string> result;
  for (const auto& [label, value] : labels) {
    const auto key = lower(label);
    const bool own = key == "traefik.enable" ||
                     std::any_of(std::begin(kOwn), std::end(kOwn),
                                 [&](std::string_view prefix) { return key.starts_with(prefix); });
    if (key.starts_with("traefik.") && !own) result.insert(label);
  }
  return result;
}

/// `traefik.enable`; nullopt when it is not said. What is no boolean makes traefik skip the
/// service.
std::optional<bool> enabled(const LabelTexts& labels) {
  for (const auto& [label, value] : labels) {
    if (lower(label) == "traefik.enable") return go_bool(value).value_or(false);
  }
  return std::nullopt;
}

bool takes_both(const Gateway& gateway, const LabelTexts& a, const LabelTexts& b) {
  if (!enabled(a).value_or(gateway.exposed_by_default) ||
      !enabled(b).value_or(gateway.exposed_by_default)) {
    return false;
  }
  if (gateway.constraints.empty() && gateway.readable) return true;
  const Constraint of_a(gateway.constraints, a);
  const Constraint of_b(gateway.constraints, b);
  if (!gateway.readable || !of_a.understood()) {
    auto names = marks(a);
    names.merge(marks(b));
    return agree(names, a, b);
  }
  if (of_a.truth() == false || of_b.truth() == false) return false;
  return (of_a.truth() && of_b.truth()) || agree(of_a.names(), a, b);
}

/// Flags of a command line, in lower case and without dashes.
LabelTexts flags_of(const Json& container) {
  std::vector<std::string> words;
  for (const char* key : {"Command", "Args"}) {
    for (const auto& word : list_at(container, {key})) words.push_back(text_at(word, {}));
  }
  LabelTexts flags;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto begin = words[i].find_first_not_of('-');
    if (begin == 0 || begin == std::string::npos) continue;
    const auto equals = words[i].find('=', begin);
    const auto name = lower(words[i].substr(begin, equals - begin));
    if (equals != std::string::npos) {
      flags[name] = words[i].substr(equals + 1);
    } else {
      const bool value_follows = i + 1 < words.size() && !words[i + 1].starts_with("-");
      flags[name] = value_follows ? words[i + 1] : "true";
    }
  }
  return flags;
}

/// TRAEFIK_PROVIDERS_DOCKER_CONSTRAINTS is the flag providers.docker.constraints.
LabelTexts variables_of(const swarm::Spec& spec) {
  LabelTexts flags;
  for (const auto& [name, value] : spec.env()) {
    auto key = lower(name);
    if (!key.starts_with("traefik_")) continue;
    key = key.substr(std::string_view("traefik_").size());
    std::replace(key.begin(), key.end(), '_', '.');
    flags[key] = value;
  }
  return flags;
}

/// A file named traefik.yml, .yaml or .toml is where traefik finds it: then flags do not count.
bool has_file(const Json& container) {
  const auto is_one = [](const std::string& path) {
    const auto name = path.substr(path.rfind('/') + 1);
    return name == "traefik.yml" || name == "traefik.yaml" || name == "traefik.toml";
  };
  const auto& configs = list_at(container, {"Configs"});
  const auto& mounts = list_at(container, {"Mounts"});
  return std::any_of(configs.begin(), configs.end(),
                     [&](const Json& one) {
                       return is_one(text_at(one, {"File", "Name"}));
                     }) ||
         std::any_of(mounts.begin(), mounts.end(),
                     [&](const Json& one) { return is_one(text_at(one, {"Target"})); });
}

bool has_provider(const LabelTexts& settings, const std::string& name) {
  const auto below = settings.lower_bound(name + ".");
  return settings.contains(name) ||
         (below != settings.end() && below->first.starts_with(name + "."));
}

bool setting(const LabelTexts& settings, const std::string& key, bool otherwise) {
  const auto found = settings.find(key);
  return found == settings.end() ? otherwise : go_bool(found->second).value_or(otherwise);
}

}  // namespace

std::optional<Gateway> gateway_of(const swarm::Spec& spec) {
  const auto& container = object_at(spec.json(), {"TaskTemplate", "ContainerSpec"});
  auto settings = flags_of(container);
  if (settings.empty()) settings = variables_of(spec);
  // 3 reads the labels of services by a provider of its own, 2 by that for containers.
  const bool swarm = has_provider(settings, "providers.swarm");
  const bool docker = has_provider(settings, "providers.docker");
  const auto image = parse_image_ref(spec.image());
  const bool named = image && image->path.substr(image->path.rfind('/') + 1) == "traefik";
  if (!named && !swarm && !docker) return std::nullopt;
  Gateway gateway;
  if (!has_provider(settings, "providers") || settings.contains("configfile") ||
      has_file(container)) {
    gateway.readable = false;
    return gateway;
  }
  if (!swarm && !setting(settings, "providers.docker.swarmmode", false)) return std::nullopt;
  const std::string provider = swarm ? "providers.swarm." : "providers.docker.";
  gateway.exposed_by_default = setting(settings, provider + "exposedbydefault", true);
  const auto constraints = settings.find(provider + "constraints");
  if (constraints != settings.end()) gateway.constraints = constraints->second;
  return gateway;
}

bool one_takes_both(const std::vector<Gateway>& gateways, const LabelTexts& a,
                    const LabelTexts& b) {
  if (gateways.empty()) {
    Gateway unseen;
    unseen.readable = false;
    return takes_both(unseen, a, b);
  }
  return std::any_of(gateways.begin(), gateways.end(),
                     [&](const Gateway& gateway) { return takes_both(gateway, a, b); });
}

}  // namespace skep::plan
