#pragma once
// How the Compose files of a project are read: what their variables mean, and where paths start.
#include "base/env.hpp"
#include "project/options.hpp"
#include "project/project.hpp"
#include "stack/assemble.hpp"
#include "stack/read.hpp"
#include "yaml/document.hpp"
#include "yaml/interpolate.hpp"

#include <string>
#include <vector>

namespace skep::project {

/// All three note in `loaded`, which must outlive them, which variables were used.
yaml::Interpolation interpolation(Loaded& loaded, const Options& options, const Env& env);
stack::ReadOptions read_options(Loaded& loaded, const Options& options, const Env& env);
stack::AssembleOptions assemble_options(Loaded& loaded, const Options& options, const Env& env);

/// `name:` of the last file that has one, its variables replaced; "" where there is none, or one of
/// them is not set. The files' own variables are not replaced yet.
std::string name_in(const std::vector<yaml::Document>& files, const yaml::Interpolation& how);

}  // namespace skep::project
