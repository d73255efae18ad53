#include "ops/status.hpp"

#include "cmd/stack_flags.hpp"
#include "cmd/verbs.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace skep::cmd {
namespace {

std::string short_id(const std::string& id) {
  return id.substr(0, 12);
}

std::string short_image(const std::string& image) {
  const auto at = image.find("@sha256:");
  return at == std::string::npos ? image : image.substr(0, at + 20);
}

std::string format(const ops::TaskStatus& status) {
  const auto& task = status.task;
  return fmt::format("  {} slot {:<3} {:<14} {:<10} {}{}\n", short_id(task.id), task.slot,
                     status.node.empty() ? "no node" : status.node, task.state.text(),
                     task.timestamp, task.error.empty() ? "" : "  " + task.error);
}

std::string format(const ops::ServiceStatus& service) {
  std::string text =
      fmt::format("{:<32} {:>3}/{:<3} {}{}\n", service.name, service.running, service.desired,
                  short_image(service.image),
                  service.update ? fmt::format("  update: {}", service.update->state.text()) : "");
  for (const auto& task : service.tasks) text += format(task);
  return text;
}

std::string format(const ops::StackStatus& status) {
  std::string text;
  for (const auto& service : status.services) text += format(service);
  if (const auto& last = status.release) {
    text +=
        fmt::format("release r{}: {}, {} by {}{}\n", last->number, last->state.text(), last->when,
                    last->who, last->commit.empty() ? "" : ", commit " + last->commit);
  }
  if (status.lock)
    text += fmt::format("locked by {} since {}\n", status.lock->holder, status.lock->since);
  return text;
}

Json to_json(const ops::TaskStatus& status) {
  const auto& task = status.task;
  return {{"id", task.id},
          {"slot", task.slot},
          {"node", status.node},
          {"state", task.state.text()},
          {"desired", task.desired.text()},
          {"error", task.error},
          {"since", task.timestamp}};
}

Json to_json(const ops::ServiceStatus& service) {
  Json tasks = Json::array();
  for (const auto& task : service.tasks) tasks.push_back(to_json(task));
  Json update;
  if (service.update)
    update = {{"state", service.update->state.text()}, {"message", service.update->message}};
  return {{"name", service.name},       {"image", service.image}, {"running", service.running},
          {"desired", service.desired}, {"update", update},       {"tasks", tasks}};
}

Json to_json(const ops::StackStatus& status) {
  Json services = Json::array();
  for (const auto& service : status.services) services.push_back(to_json(service));
  Json last;
  if (const auto& release = status.release) {
    last = {{"number", release->number},
            {"state", release->state.text()},
            {"when", release->when},
            {"who", release->who},
            {"commit", release->commit}};
  }
  Json lock;
  if (status.lock) lock = {{"holder", status.lock->holder}, {"since", status.lock->since}};
  return {{"stack", status.stack}, {"services", services}, {"release", last}, {"lock", lock}};
}

}  // namespace

Runner bind_status(Flags& flags) {
  auto options = std::make_shared<project::Options>();
  add_project_flags(flags, *options);
  return [options](Session& session) {
    session.print(ops::status(session.deps(), *options), format, to_json);
    return 0;
  };
}

}  // namespace skep::cmd
