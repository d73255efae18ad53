#include "support/fake_database.hpp"

#include "base/hash.hpp"

#include <algorithm>

namespace skep::test {

namespace {

constexpr const char* kScript = "/skep-mongo.js";

/// What of the task's files: by their name in the container.
std::map<std::string, std::string> files_of(const Json& task, const FakeSwarm& swarm) {
  std::map<std::string, std::string> files;
  const auto& container = task["Spec"]["ContainerSpec"];
  const auto read = [&](const char* list, const char* id_key,
                        const std::map<std::string, Json>& objects) {
    for (const auto& reference : container.value(list, Json::array())) {
      const auto& object = objects.at(reference[id_key].get<std::string>());
      files[reference["File"]["Name"].get<std::string>()] =
          base64_decode(object["Spec"]["Data"].get<std::string>());
    }
  };
  read("Secrets", "SecretID", swarm.secrets);
  read("Configs", "ConfigID", swarm.configs);
  return files;
}

std::string decoded(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      result += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

struct Delivered {
  std::string user, password, shape;
};

Delivered parse(const std::string& uri) {
  const std::size_t begin = std::string("mongodb://").size();
  const auto colon = uri.find(':', begin);
  const auto at = uri.find('@', colon);
  return {decoded(uri.substr(begin, colon - begin)), decoded(uri.substr(colon + 1, at - colon - 1)),
          uri.substr(0, colon + 1) + uri.substr(at)};
}

std::vector<std::string> without(std::vector<std::string> all,
                                 const std::vector<std::string>& some) {
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&](const auto& one) {
                             return std::find(some.begin(), some.end(), one) != some.end();
                           }),
            all.end());
  return all;
}

}  // namespace

FakeDatabase::FakeDatabase(FakeSwarm& swarm) : swarm_(swarm) {
  swarm.on_task([this](const Json& task) {
    // A one-shot, and not one of `skep run`.
    const bool ours = task["Labels"].contains("skep.oneshot") &&
                      dump_json(task["Spec"]).find(kScript) != std::string::npos;
    return ours ? answer(task) : others(task);
  });
}

std::vector<std::string> FakeDatabase::ops() const {
  std::vector<std::string> words;
  for (const auto& input : asked) words.push_back(input["op"].get<std::string>());
  return words;
}

TaskScript FakeDatabase::answer(const Json& task) {
  const auto files = files_of(task, swarm_);
  const auto& script = files.at(kScript);
  const auto begin = script.find('{');
  const auto input = parse_json(script.substr(begin, script.find(";\n") - begin), "input");
  asked.push_back(input);
  scripts.push_back(script);
  if (instead) return *instead;
  const Json said = error ? Json{{"error", *error}} : talk(input, files);
  return completes_after(std::chrono::seconds(1),
                         "a line of the shell\nskep-result " + dump_json(said) + "\n");
}

Json FakeDatabase::talk(const Json& input, const std::map<std::string, std::string>& files) {
  if (files.at("skep-admin-password") != admin_password) {
    return {{"error",
             {{"step", "log in as admin"},
              {"code", 18},
              {"name", "AuthenticationFailed"},
              {"message", "Authentication failed."}}}};
  }
  Json result = {{"primary", "mongo01:27017"}, {"version", "7.0.14"}};
  const auto name = input["user"].get<std::string>();
  result["exists"] = users.contains(name);
  result["otherExists"] = users.contains(input["other"].get<std::string>());
  if (input["delivered"].get<bool>()) {
    const auto delivered = parse(files.at("skep-delivered"));
    result["sameShape"] =
        delivered.user == name && delivered.shape == input["expected"].get<std::string>();
  }
  const auto roles = input["roles"].get<std::vector<std::string>>();
  if (input["op"] == "revoke") {
    users.at(name).roles = without(users.at(name).roles, roles);
  } else if (input["op"] == "drop") {
    users.erase(name);
  } else if (input["op"] == "rotate") {
    users[name] = {files.at("skep-new-password"), roles};
  } else if (users.contains(name)) {
    change_user(input, files, result);
  } else if (input["op"] == "ensure") {
    users[name] = {files.at("skep-new-password"), roles};
    result["created"] = true;
  }
  return result;
}

void FakeDatabase::change_user(const Json& input, const std::map<std::string, std::string>& files,
                               Json& result) {
  const bool ensure = input["op"] == "ensure";
  auto& user = users.at(input["user"].get<std::string>());
  const auto wanted = input["roles"].get<std::vector<std::string>>();
  result["login"] = input["delivered"].get<bool>() &&
                    parse(files.at("skep-delivered")).user == input["user"].get<std::string>() &&
                    parse(files.at("skep-delivered")).password == user.password;
  if (ensure && !result["login"].get<bool>()) {
    user.password = files.at("skep-new-password");
    result["replaced"] = true;
  }
  const auto missing = without(wanted, user.roles);
  result["roles"] = user.roles;
  result["missing"] = missing;
  result["extra"] = without(user.roles, wanted);
  if (ensure) user.roles.insert(user.roles.end(), missing.begin(), missing.end());
}

}  // namespace skep::test
