#pragma once
// A document that may be kept in a file: in place of every value that must not be seen stands a
// hash of it, so that the file can say that the value changed (design §5, §7).
#include "base/secret.hpp"
#include "convert/desired.hpp"
#include "deploy/delivered.hpp"
#include "project/project.hpp"

#include <map>
#include <string>

namespace skep::plan_file {

class Seal {
 public:
  /// `salt` in hex. Contents of the secrets that the files name are sealed wherever they stand.
  Seal(std::string salt, const convert::Desired& desired);

  /// "scrypt:…" of a text. The same for the same text and salt.
  std::string of(const std::string& text);
  /// What looks secret in a service's spec, and what skep delivers to it.
  Json spec(const deploy::Delivered& delivered, const std::string& service,
            const swarm::Spec& spec);
  /// The same of any other document.
  Json document(const Json& document);

 private:
  Json known_sealed(const Json& value);

  std::string salt_;
  Redactor known_;
  std::map<std::string, std::string> hashes_;  // each costs some 50 ms
};

}  // namespace skep::plan_file
