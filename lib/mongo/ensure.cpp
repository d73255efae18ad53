#include "base/random.hpp"
#include "mongo/mongo.hpp"
#include "mongo/session.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::mongo {
namespace {

/// What the live services carry of a user, over all deliveries.
struct Delivered {
  std::vector<Carried> each;       // by delivery
  std::optional<Secret> password;  // known: it stands in an environment variable
  Secret uri;                      // as it stands there
  std::string secret;              // else the Swarm secret that holds the string
};

Delivered delivered_of(const Context& context, const User& user, const swarm::Snapshot& snapshot) {
  Delivered result;
  for (const auto& delivery : user.deliver) {
    Carried here = carried(delivery, context.stack, snapshot);
    if (!here.uri.empty() && !result.password) {
      const auto credentials = credentials_of(here.uri);
      if (credentials && credentials->first == user.name) {
        result.password = credentials->second;
        result.uri = Secret(here.uri);
        context.events.redactor().hide(credentials->second);
        context.events.redactor().hide(result.uri);
      }
    }
    if (!here.secret_name.empty() && snapshot.find_secret(here.secret_name) != nullptr)
      result.secret = here.secret_name;
    result.each.push_back(std::move(here));
  }
  return result;
}

Question question_of(const User& user, const Delivered& delivered, const std::string& op) {
  Question question;
  question.op = op;
  question.roles = user.roles;
  if (delivered.password) {
    question.delivered = delivered.uri;
  } else {
    question.delivered_secret = delivered.secret;
  }
  return question;
}

[[noreturn]] void needs_rotation(const User& user, const std::string& why) {
  throw Error(
      Kind::preflight, user.loc,
      fmt::format("user \"{}\": {}, and a password inside a Swarm secret cannot be read back",
                  user.name, why),
      "that needs a rotation of the user, which skep cannot do yet; `skep rm` the stack and "
      "release again, or deliver "
      "by environment variable");
}

/// Refused before the database is asked: a further delivery of a password that only a Swarm secret
/// knows.
void refuse_unreadable(const User& user, const Delivered& delivered) {
  if (delivered.password || delivered.secret.empty()) return;
  for (std::size_t i = 0; i < user.deliver.size(); ++i) {
    const auto& delivery = user.deliver[i];
    if (delivered.each[i].present) continue;
    needs_rotation(user,
                   fmt::format("service \"{}\" is a new place of delivery", delivery.service));
  }
}

swarm::Injection injection_of(const Delivery& delivery) {
  swarm::Injection injection;
  injection.service = delivery.service;
  injection.env = delivery.env;
  injection.by_secret = delivery.env.empty();
  injection.secret = delivery.secret;
  return injection;
}

/// The first service that carries nothing of the user, or a string for other hosts or options.
std::string wrong_delivery(const Cluster& cluster, const User& user, const Delivered& delivered) {
  for (std::size_t i = 0; i < user.deliver.size(); ++i) {
    const auto& service = user.deliver[i].service;
    if (!delivered.each[i].present) {
      return fmt::format("nothing is delivered for user \"{}\" to service \"{}\"", user.name,
                         service);
    }
    if (!carries_user(cluster, user, delivered.each[i])) {
      return fmt::format(
          "what is delivered for user \"{}\" to service \"{}\" is for other hosts or "
          "options",
          user.name, service);
    }
  }
  return "";
}

/// What is wrong with a user; "" when nothing is.
std::string wrong_with(const Cluster& cluster, const User& user, const Delivered& delivered,
                       const Answer& answer) {
  if (!answer.exists) return fmt::format("user \"{}\" is not there", user.name);
  if (!delivered.password && delivered.secret.empty())
    return fmt::format("nothing is delivered for user \"{}\"", user.name);
  if (!answer.login)
    return fmt::format("the delivered password of user \"{}\" does not work", user.name);
  if (!answer.same_shape)
    return fmt::format("what is delivered for user \"{}\" is for other hosts or options",
                       user.name);
  if (auto wrong = wrong_delivery(cluster, user, delivered); !wrong.empty()) return wrong;
  if (!answer.missing.empty())
    return fmt::format("user \"{}\" lacks {}", user.name, fmt::join(answer.missing, ", "));
  if (!answer.extra.empty())
    return fmt::format("user \"{}\" also has {}", user.name, fmt::join(answer.extra, ", "));
  return "";
}

}  // namespace

Ensured ensure(const Context& context, const Cluster& cluster, const User& user,
               const swarm::Snapshot& snapshot, std::stop_token stop) {
  const Delivered delivered = delivered_of(context, user, snapshot);
  refuse_unreadable(user, delivered);
  Question question = question_of(user, delivered, "ensure");
  question.new_password = Secret(random_password());
  context.events.redactor().hide(question.new_password);
  const bool unreadable = !delivered.password && !delivered.secret.empty();
  if (unreadable) {
    // A string in a Swarm secret that is for other hosts or options can only be replaced together
    // with its password, and that is a rotation: looked at before anything is changed.
    const auto seen =
        ask(context, cluster, user, question_of(user, delivered, "status"), snapshot, stop);
    if (!seen.same_shape) needs_rotation(user, "hosts or options have changed");
  }
  const Answer answer = ask(context, cluster, user, question, snapshot, stop);
  Ensured result;
  result.created = answer.created;
  result.password_replaced = answer.replaced;
  result.roles_granted = answer.missing;
  result.roles_to_revoke = answer.extra;
  const bool new_password = answer.created || answer.replaced;
  const Secret password =
      new_password ? question.new_password : delivered.password.value_or(Secret());
  for (std::size_t i = 0; i < user.deliver.size(); ++i) {
    auto injection = injection_of(user.deliver[i]);
    injection.keep =
        !new_password && (unreadable || carries_user(cluster, user, delivered.each[i]));
    if (injection.keep && injection.by_secret && delivered.password && !delivered.each[i].present)
      injection.keep = false;
    if (!injection.keep) {
      injection.value = connection_string(cluster, user, password);
      context.events.redactor().hide(injection.value);
    }
    result.injections.push_back(std::move(injection));
  }
  return result;
}

void revoke(const Context& context, const Cluster& cluster, const User& user,
            const std::vector<std::string>& roles, const swarm::Snapshot& snapshot,
            std::stop_token stop) {
  if (roles.empty()) return;
  Question question;
  question.op = "revoke";
  question.roles = roles;
  ask(context, cluster, user, question, snapshot, stop);
}

Status status(const Context& context, const Cluster& cluster, const User& user,
              const swarm::Snapshot& snapshot, std::stop_token stop) {
  const Delivered delivered = delivered_of(context, user, snapshot);
  const Answer answer =
      ask(context, cluster, user, question_of(user, delivered, "status"), snapshot, stop);
  Status result;
  result.reachable = true;
  result.primary = answer.primary;
  result.server_version = answer.version;
  result.user_exists = answer.exists;
  result.login_works = answer.login;
  result.roles = answer.roles;
  result.message = wrong_with(cluster, user, delivered, answer);
  return result;
}

}  // namespace skep::mongo
