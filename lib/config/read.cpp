#include "config/read.hpp"

#include "base/limits.hpp"
#include "config/load.hpp"
#include "yaml/reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::config {
namespace {

using yaml::Reader;

// With "_" and a service of two letters.
constexpr std::size_t kLongestStackName = kMostServiceName - 3;

bool alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void read_stack_name(const Reader& reader, Project& project) {
  project.stack = reader.required_text("stack", "it names the services: STACK_SERVICE");
  if (project.stack.empty() || is_stack_name(project.stack)) return;
  reader.error("stack", fmt::format("\"{}\" cannot be a stack's name", project.stack),
               fmt::format("letters, digits, '-' and '_', at most {}, none of the two at an end",
                           kLongestStackName));
}

void read_values(const Reader& reader, Project& project) {
  const yaml::Node* values = reader.find("values");
  project.values = yaml::Node::map();
  if (values == nullptr) return;
  if (values->is_map()) {
    project.values = *values;
  } else {
    reader.error("values", yaml::must_be("a map", *values));
  }
}

void read_compat(const Reader& reader, Project& project) {
  const std::string written = reader.text("compat").value_or("");
  if (written.empty()) return;
  const auto compat = compat_of(written);
  if (!compat) {
    reader.error("compat", fmt::format("\"{}\" is none of docker, none", written),
                 "docker: the Compose file is read as `docker stack deploy` reads it");
  } else if (compat == Compat::docker && !is_compose_file(project)) {
    reader.error("compat", "docker reads no template",
                 "remove it, or name a Compose file as template: ./stack.yml");
  } else {
    project.compat = compat;
  }
}

std::vector<NodeLabels> read_nodes(const yaml::Node& nodes, Diagnostics& diagnostics) {
  std::vector<NodeLabels> result;
  const Reader reader(nodes, "nodes", diagnostics);
  for (const auto& entry : nodes.entries()) {
    NodeLabels node{entry.key, {}, entry.key_loc()};
    for (const auto& [label, value] : reader.pairs(entry.key)) node.labels.emplace(label, value);
    result.push_back(std::move(node));
  }
  return result;
}

}  // namespace

bool is_stack_name(const std::string& name) {
  if (name.empty() || name.size() > kLongestStackName) return false;
  if (!alnum(name.front()) || !alnum(name.back())) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return alnum(c) || c == '-' || c == '_'; });
}

Project read_project(const yaml::Node& root, const std::string& folder, Diagnostics& diagnostics) {
  const Reader reader(root, "", diagnostics);
  Project project;
  read_stack_name(reader, project);
  project.template_name = reader.required_text(
      "template", "a template's name such as web, a folder, or a Compose file");
  project.template_loc = reader.loc("template");
  read_values(reader, project);
  if (const auto* mongodb = reader.find("mongodb")) {
    project.mongodb = read_mongodb(*mongodb, folder, diagnostics);
  }
  if (const auto* nodes = reader.find("nodes")) project.nodes = read_nodes(*nodes, diagnostics);
  if (const auto* checks = reader.find("checks"))
    project.checks = read_checks(*checks, diagnostics);
  project.swarm = reader.text("swarm").value_or("");
  project.swarm_loc = reader.loc("swarm");
  project.push = reader.boolean("push").value_or(true);
  read_compat(reader, project);
  return project;
}

Identity identity_of(const Project& project) {
  Identity identity{project.stack, project.swarm, {}, {}};
  if (!project.mongodb) return identity;
  for (const auto& user : project.mongodb->users) {
    identity.users.push_back(user.name);
    identity.databases.push_back(user.database);
  }
  return identity;
}

}  // namespace skep::config
