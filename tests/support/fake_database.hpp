#pragma once
// The database as a one-shot's script sees it: reads the script's input and the secrets that the
// task was given, keeps users, and prints the line that the script would print. That the script
// itself does this is proven on real databases (tests/swarm).
#include "support/fake_swarm.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skep::test {

class FakeDatabase {
 public:
  struct User {
    std::string password;
    std::vector<std::string> roles;  // "readWrite", or "read@other"
  };

  /// From now on the swarm's database tasks are answered here; all others just run.
  explicit FakeDatabase(FakeSwarm& swarm);

  std::string admin_password = "root-password";
  std::map<std::string, User> users;
  std::optional<Json> error;          // what the script's catch block would say, for every question
  std::optional<TaskScript> instead;  // the script does not come to speak
  TaskBehaviour others = [](const Json&) { return runs(); };

  std::vector<Json> asked;               // the scripts' inputs, in order
  std::vector<std::string> scripts;      // whole
  std::vector<std::string> ops() const;  // "status", "ensure", …

 private:
  TaskScript answer(const Json& task);
  Json talk(const Json& input, const std::map<std::string, std::string>& files);
  void change_user(const Json& input, const std::map<std::string, std::string>& files,
                   Json& result);

  FakeSwarm& swarm_;
};

}  // namespace skep::test
