#include "mongo/ensure.hpp"

#include "base/random.hpp"
#include "mongo/mongo.hpp"
#include "mongo/server.hpp"
#include "mongo/session.hpp"
#include "mongo/uri.hpp"

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
      const auto credentials = credentials_of(here.uri.reveal());
      if (credentials && credentials->first == user.name) {
        result.password = credentials->second;
        result.uri = here.uri;
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

Question question_of(const User& user, const User& now, const Delivered& delivered,
                     const std::string& op) {
  Question question;
  question.op = op;
  question.other = other_login(user.name, now.name);
  question.roles = user.roles;
  if (delivered.password) {
    question.delivered = delivered.uri;
  } else {
    question.delivered_secret = delivered.secret;
  }
  return question;
}

/// A further delivery of a password that only a Swarm secret knows: it cannot be read back.
bool needs_unreadable(const Delivered& delivered) {
  if (delivered.password || delivered.secret.empty()) return false;
  return std::any_of(delivered.each.begin(), delivered.each.end(),
                     [](const Carried& carried) { return !carried.present; });
}

swarm::Injection injection_of(const swarm::Delivery& delivery, bool keep) {
  return {delivery.service, delivery.place, keep, {}};
}

/// A new connection string of `now`, the user that stands for `user`.
void set_value(const Context& context, const Cluster& cluster, const User& user, const User& now,
               const Secret& password, swarm::Injection& injection) {
  injection.value = connection_string(cluster, now, password);
  if (now.name != user.name) injection.login = now.name;
  context.events.redactor().hide(injection.value);
}

/// A password that does not work; the first service that carries nothing of the user, or a string
/// for other hosts or options.
std::string wrong_delivery(const Cluster& cluster, const User& user, const Delivered& delivered,
                           const Answer& answer) {
  if (!delivered.password && delivered.secret.empty())
    return fmt::format("nothing is delivered for user \"{}\"", user.name);
  if (!answer.login)
    return fmt::format("the delivered password of user \"{}\" does not work", user.name);
  if (!answer.same_shape)
    return fmt::format("what is delivered for user \"{}\" is for other hosts or options",
                       user.name);
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
                       const Answer& answer, const std::string& other) {
  if (!answer.exists) return fmt::format("user \"{}\" is not there", user.name);
  if (!user.only_one_offs) {
    if (auto wrong = wrong_delivery(cluster, user, delivered, answer); !wrong.empty()) return wrong;
  }
  if (!answer.missing.empty())
    return fmt::format("user \"{}\" lacks {}", user.name, fmt::join(answer.missing, ", "));
  if (!answer.extra.empty())
    return fmt::format("user \"{}\" also has {}", user.name, fmt::join(answer.extra, ", "));
  if (answer.other_exists)
    return fmt::format("user \"{}\", left by a rotation that was cut off, is still there", other);
  return "";
}

}  // namespace

Ensured ensure(const Context& context, const Cluster& cluster, const User& user,
               const swarm::Snapshot& snapshot, std::stop_token stop) {
  const User now = in_use(user, context.stack, snapshot);
  const Delivered delivered = delivered_of(context, now, snapshot);
  if (needs_unreadable(delivered)) return rotate(context, cluster, user, snapshot, stop);
  Question question = question_of(user, now, delivered, "ensure");
  question.new_password = Secret(random_password());
  context.events.redactor().hide(question.new_password);
  const bool unreadable = !delivered.password && !delivered.secret.empty();
  if (unreadable) {
    // A string in a Swarm secret that is for other hosts or options can only be replaced together
    // with its password.
    const auto seen =
        ask(context, cluster, now, question_of(user, now, delivered, "status"), snapshot, stop);
    if (!seen.same_shape) return rotate(context, cluster, user, snapshot, stop);
  }
  const Answer answer = ask(context, cluster, now, question, snapshot, stop);
  Ensured result;
  result.created = answer.created;
  result.password_replaced = answer.replaced;
  result.was_delivered = delivered.password.has_value() || !delivered.secret.empty();
  result.roles_granted = answer.missing;
  result.roles_to_revoke = answer.extra;
  if (answer.other_exists) result.to_drop = question.other;
  const bool new_password = answer.created || answer.replaced;
  const Secret password =
      new_password ? question.new_password : delivered.password.value_or(Secret());
  for (std::size_t i = 0; i < user.deliver.size(); ++i) {
    const auto& delivery = user.deliver[i];
    auto injection = injection_of(
        delivery, !new_password && (unreadable || carries_user(cluster, now, delivered.each[i])));
    if (!holds_value(delivery.place) && delivered.password && !delivered.each[i].present)
      injection.keep = false;
    if (!injection.keep) set_value(context, cluster, user, now, password, injection);
    result.injections.push_back(std::move(injection));
  }
  return result;
}

Ensured rotate(const Context& context, const Cluster& cluster, const User& user,
               const swarm::Snapshot& snapshot, std::stop_token stop) {
  if (logins_in_use(user, context.stack, snapshot).size() > 1) {
    throw Error(Kind::preflight, user.loc,
                fmt::format("user \"{}\": a rotation was cut off, and services carry both of its "
                            "users",
                            user.name),
                "`skep mongo ensure` delivers one of them everywhere; then rotate");
  }
  const User now = in_use(user, context.stack, snapshot);
  User next = user;
  next.name = other_login(user.name, now.name);
  Question question;
  question.op = "rotate";
  question.other = now.name;
  question.roles = user.roles;
  question.new_password = Secret(random_password());
  context.events.redactor().hide(question.new_password);
  const Answer answer = ask(context, cluster, next, question, snapshot, stop);
  Ensured result;
  result.rotated_to = next.name;
  if (answer.other_exists) result.to_drop = now.name;
  for (const auto& delivery : user.deliver) {
    auto injection = injection_of(delivery, /*keep=*/false);
    set_value(context, cluster, user, next, question.new_password, injection);
    result.injections.push_back(std::move(injection));
  }
  return result;
}

void drop(const Context& context, const Cluster& cluster, const User& user,
          const std::string& login, const swarm::Snapshot& snapshot, std::stop_token stop) {
  User old = user;
  old.name = login;
  Question question;
  question.op = "drop";
  ask(context, cluster, old, question, snapshot, stop);
}

void revoke(const Context& context, const Cluster& cluster, const User& user,
            const std::vector<std::string>& roles, const swarm::Snapshot& snapshot,
            std::stop_token stop) {
  if (roles.empty()) return;
  Question question;
  question.op = "revoke";
  question.roles = roles;
  ask(context, cluster, in_use(user, context.stack, snapshot), question, snapshot, stop);
}

Status status(const Context& context, const Cluster& cluster, const User& user,
              const swarm::Snapshot& snapshot, std::stop_token stop) {
  const User now = in_use(user, context.stack, snapshot);
  const Delivered delivered = delivered_of(context, now, snapshot);
  const auto question = question_of(user, now, delivered, "status");
  const Answer answer = ask(context, cluster, now, question, snapshot, stop);
  Status result;
  result.reachable = true;
  result.primary = answer.primary;
  result.server_version = answer.version;
  result.user_exists = answer.exists;
  result.login_works = answer.login;
  result.roles = answer.roles;
  result.message = wrong_with(cluster, now, delivered, answer, question.other);
  return result;
}

}  // namespace skep::mongo
