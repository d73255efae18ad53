#pragma once
// The file of `skep diff --out` for `skep deploy --plan`: a plan, and everything that it depends
// on. The deploy plans again and compares; it carries out its own plan, which is the same
// (docs/decisions.md, "Plan files").
//
// A plan depends on the swarm, the last release, the stack's services (id and spec; not the
// version, which the engine's own status writes change too), secrets and configs (id and version),
// networks (id), and the files. It does not depend on nodes and tasks.
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

  /// The options of the deploy: flags of planning, and files if none are named, are those that the
  /// plan was made with. Throws Error{usage} for flags that contradict it.
  deploy::ReleaseOptions options(const deploy::ReleaseOptions& given) const;
  /// Makes the names of new secrets and configs.
  std::string seed() const;
  std::string salt() const;  // of its hashes
  /// Throws Error{conflict} naming everything that moved.
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
