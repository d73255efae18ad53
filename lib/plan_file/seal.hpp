#pragma once
// A document that may be kept in a file: a hash stands in place of every value that must not be
// seen, so that a changed value shows (docs/decisions.md, "Plan files").
#include "base/secret.hpp"
#include "convert/desired.hpp"
#include "deploy/delivered.hpp"
#include "project/project.hpp"

#include <map>
#include <string>

namespace skep::plan_file {

class Seal {
 public:
  /// `salt` in hex. Contents of secrets that the files name are hashed wherever they appear.
  Seal(std::string salt, const convert::Desired& desired);

  /// The hash of a text, "scrypt:…"; equal for equal text and salt.
  std::string of(const std::string& text);
  /// A service's spec with hashes in place of values that look secret or that skep delivers.
  Json spec(const deploy::Delivered& delivered, const std::string& service,
            const swarm::Spec& spec);
  /// The same for any other document.
  Json document(const Json& document);

 private:
  Json known_sealed(const Json& value);

  std::string salt_;
  Redactor known_;
  std::map<std::string, std::string> hashes_;  // each costs some 50 ms
};

}  // namespace skep::plan_file
