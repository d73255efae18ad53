#pragma once
// Names of new secrets and configs: docker's plain name while it is free, else NAME-SUFFIX, cut to
// fit.
#include <set>
#include <string>

namespace skep::plan {

/// `plain` when it is not in `taken`, else `plain` with a suffix made of `seed`, which is not in
/// `taken` either.
std::string free_name(const std::string& plain, const std::string& seed,
                      const std::set<std::string>& taken);

}  // namespace skep::plan
