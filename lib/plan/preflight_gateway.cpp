// Routers, services and middlewares of traefik that are defined more than once: the same definition
// again is how two services stand behind one name; one that differs takes both away. The same rule
// under another name takes nothing away, but one of the two gets no request.
#include "base/ascii.hpp"
#include "plan/gateway.hpp"
#include "plan/preflight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace skep::plan {
namespace {

struct Labelled {
  std::string service;  // full name
  LabelTexts labels;
  std::vector<Definition> definitions;
};

/// A service without tasks is not there for traefik, which reads labels task by task.
bool has_tasks(const swarm::Spec& spec) {
  return spec.mode() != swarm::Spec::Mode::replicated || spec.replicas() > 0;
}

std::optional<Labelled> labelled(const std::string& service, const swarm::Spec& spec) {
  if (!has_tasks(spec)) return std::nullopt;
  Labelled result{service, spec.labels(), {}};
  result.definitions = definitions(service, result.labels);
  if (result.definitions.empty()) return std::nullopt;
  return result;
}

std::string word_for(const Definition& one) {
  const std::string protocol = one.protocol == "http" ? "" : one.protocol + " ";
  return protocol + one.kind.substr(0, one.kind.size() - 1);
}

/// The first field that differs, as people need to read it; "" when none does. Of a middleware no
/// value is shown: it may be a password's hash.
std::string difference(const Definition& mine, const Definition& other) {
  std::set<std::string> fields;
  for (const auto& [field, value] : mine.fields) fields.insert(field);
  for (const auto& [field, value] : other.fields) fields.insert(field);
  for (const auto& field : fields) {
    const auto here = mine.field(field);
    const auto there = other.field(field);
    if (here == there && mine.fields.contains(field) == other.fields.contains(field)) continue;
    if (mine.kind != "routers") return field;
    return fmt::format("{}: {} here, {} there", field, here.empty() ? "nothing" : here,
                       there.empty() ? "nothing" : there);
  }
  return "";
}

std::string hint_for(const Definition& mine, const Definition& other) {
  auto alike = mine;
  alike.fields["service"] = other.field("service");
  if ((mine.linked || other.linked) && alike.fields == other.fields) {
    return fmt::format(
        "for both behind one name write on both traefik.{0}.routers.{1}.service={1} and "
        "traefik.{0}.services.{1}.loadbalancer.server.port; else give the router a name of its own",
        mine.protocol, mine.name);
  }
  return fmt::format("write it the same on both, or give the {} a name of its own", word_for(mine));
}

/// Without spaces: traefik's parser of rules skips them.
std::string plain(std::string rule) {
  std::erase_if(rule, [](char c) { return one_of(c, " \t\r\n"); });
  return rule;
}

std::set<std::string> entry_points(const Definition& router) {
  std::set<std::string> points;
  const auto text = router.field("entrypoints");
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    points.insert(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return points;
}

/// A rule's length, where no number is said.
std::size_t priority(const Definition& router) {
  const auto text = router.field("priority");
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number == 0 ? router.field("rule").size() : number;
}

bool has_tls(const Definition& router) {
  return std::any_of(router.fields.begin(), router.fields.end(), [](const auto& field) {
    return field.first == "tls" || field.first.starts_with("tls.");
  });
}

/// Two routers with one rule are told apart by entry point, TLS or priority, and lead to one
/// service where that has one name.
bool compete(const Definition& a, const Definition& b) {
  if (a.field("rule").empty() || plain(a.field("rule")) != plain(b.field("rule"))) return false;
  if (a.field("service") == b.field("service") || has_tls(a) != has_tls(b) ||
      priority(a) != priority(b)) {
    return false;
  }
  const auto points_of_a = entry_points(a);
  const auto points_of_b = entry_points(b);
  return points_of_a.empty() || points_of_b.empty() ||
         std::any_of(points_of_a.begin(), points_of_a.end(),
                     [&](const std::string& point) { return points_of_b.contains(point); });
}

class Comparison {
 public:
  Comparison(const std::vector<Gateway>& gateways, const convert::DesiredService& service,
             Diagnostics& problems)
      : gateways_(gateways), service_(service), problems_(problems) {}

  void compare(const Labelled& mine, const Labelled& other) {
    for (const auto& a : mine.definitions) {
      for (const auto& b : other.definitions) {
        if (a.protocol != b.protocol || a.kind != b.kind) continue;
        const bool same_name = a.name == b.name;
        const auto differs = same_name ? difference(a, b) : "";
        const bool unsure = !same_name && a.kind == "routers" && compete(a, b);
        if (differs.empty() && !unsure) continue;
        if (!one_takes_both(gateways_, mine.labels, other.labels)) return;
        if (unsure) {
          warn(a, b, other.service);
        } else {
          refuse(a, b, other.service, differs);
        }
      }
    }
  }

 private:
  std::string path() const { return path_of(service_) + ".deploy.labels"; }

  void refuse(const Definition& a, const Definition& b, const std::string& other,
              const std::string& differs) {
    problems_.error(service_.loc, path(),
                    fmt::format("traefik {} \"{}\" is defined otherwise by service \"{}\" ({}): "
                                "traefik drops both, and neither answers",
                                word_for(a), a.name, other, differs),
                    hint_for(a, b) + several());
  }

  /// What people with two gateways on two networks need to know.
  std::string several() const {
    if (gateways_.size() < 2) return "";
    return "; a gateway chooses services by its `constraints`, not by the networks that it is on";
  }

  void warn(const Definition& a, const Definition& b, const std::string& other) {
    problems_.warning(
        service_.loc, path(),
        fmt::format("traefik rule {} is already routed to service \"{}\" by router \"{}\": which "
                    "of the two answers is chance",
                    a.field("rule"), other, b.name),
        fmt::format("use another host or path, or say which comes first: "
                    "traefik.{}.routers.{}.priority={}",
                    a.protocol, a.name, priority(b) + 1));
  }

  const std::vector<Gateway>& gateways_;
  const convert::DesiredService& service_;
  Diagnostics& problems_;
};

}  // namespace

void check_gateway(const Judged& judged, Diagnostics& problems) {
  std::vector<Gateway> gateways;
  std::vector<Labelled> known;
  const auto look_at = [&](const swarm::Spec& spec) {
    if (auto gateway = gateway_of(spec)) gateways.push_back(std::move(*gateway));
  };
  for (const auto* service : other_services(judged)) {
    look_at(service->spec);
    if (auto one = labelled(service->name, service->spec)) known.push_back(std::move(*one));
  }
  for (const auto& one : judged.drafts.services) look_at(one.spec);
  for (const auto& one : judged.drafts.services) {
    auto mine = labelled(one.desired->name, one.spec);
    if (!mine) continue;
    Comparison comparison(gateways, *one.desired, problems);
    for (const auto& other : known) comparison.compare(*mine, other);
    known.push_back(std::move(*mine));
  }
}

}  // namespace skep::plan
