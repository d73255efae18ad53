#pragma once
// The file of `skep diff --out`: a plan, bound to what it was made from, for `skep deploy --plan`.
// The deploy plans again and compares; what it carries out is its own plan, which is the same.
//
// Bound to: the swarm, the last release, the stack's services (id and spec; a version that moved by
// the engine's own status writes alone is none), secrets and configs (id and version), networks
// (id), and what the files want. Not to nodes or tasks.
#include "deploy/options.hpp"
#include "deploy/situation.hpp"
#include "plan_file/seal.hpp"

#include <string>

namespace skep::plan_file {

class PlanFile {
 public:
  /// Throws Error{input} for a file that cannot be read, that others may read, that is damaged, or
  /// that another skep wrote.
  static PlanFile read(const std::string& path, const Env& env, const std::string& own_version);

  /// The options of the deploy: flags of planning are those that the plan was made with, and so are
  /// the project's where none is named. Throws Error{usage} for flags that contradict it.
  deploy::ReleaseOptions options(const deploy::ReleaseOptions& given) const;
  /// Names of new secrets and configs are made of it.
  std::string seed() const;
  std::string salt() const;  // of its seals
  /// Throws Error{conflict} that says all that moved.
  void require_same(const deploy::Situation& situation, const project::Loaded& loaded,
                    Seal& seal) const;

 private:
  PlanFile(std::string path, Json document)
      : path_(std::move(path)), document_(std::move(document)) {}

  std::string path_;
  Json document_;
};

/// Writes it with mode 0600, whole or not at all. Throws Error{input} when it cannot be written.
void write_plan_file(const std::string& path, const deploy::Situation& situation,
                     const project::Loaded& loaded, const deploy::ReleaseOptions& made_with,
                     deploy::Deps& deps);

}  // namespace skep::plan_file
