#pragma once
// The file of `skep diff --out`: a plan, bound to what it was made from, for `skep deploy --plan`.
// The deploy plans again and compares; what it carries out is its own plan, which is the same.
//
// Bound to: the swarm, the last release, the stack's services (id and spec; a version that moved by
// the engine's own status writes alone is none), secrets and configs (id and version), networks
// (id), and what the files want. Not to nodes or tasks.
#include "ops/inspect.hpp"
#include "ops/release.hpp"
#include "ops/seal.hpp"
#include "ops/situation.hpp"

#include <string>
#include <vector>

namespace skep::ops {

/// What a plan is bound to, and what it does, with secrets sealed.
Json bound_plan(const Situation& situation, const Loaded& loaded, Seal& seal);

/// What differs of two such documents, one line each; empty: nothing moved, and the plan is the
/// same.
std::vector<std::string> moved(const Json& then, const Json& now);

class PlanFile {
 public:
  /// Throws Error{input} for a file that cannot be read, that others may read, that is damaged, or
  /// that another skep wrote.
  static PlanFile read(const std::string& path, const Env& env, const std::string& own_version);

  /// The options of the deploy: flags of planning are those that the plan was made with, and so are
  /// the project's where none is named. Throws Error{usage} for flags that contradict it.
  ReleaseOptions options(const ReleaseOptions& given) const;
  /// Names of new secrets and configs are made of it.
  std::string seed() const;
  std::string salt() const;  // of its seals
  /// Throws Error{conflict} that says all that moved.
  void require_same(const Situation& situation, const Loaded& loaded, Seal& seal) const;

 private:
  PlanFile(std::string path, Json document)
      : path_(std::move(path)), document_(std::move(document)) {}

  std::string path_;
  Json document_;
};

/// Writes it with mode 0600, whole or not at all. Throws Error{input} when it cannot be written.
void write_plan_file(const std::string& path, const Situation& situation, const Loaded& loaded,
                     const DiffOptions& options, Deps& deps);

}  // namespace skep::ops
