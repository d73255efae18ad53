#pragma once
// YAML text → Document. libyaml gives the events; refused here are a lone CR, a second document,
// tags that mean nothing, keys that are no strings, and aliases that contain themselves or grow
// beyond bounds.
#include "base/diagnostics.hpp"
#include "yaml/document.hpp"

#include <string>
#include <string_view>

namespace skep::yaml {

/// How many nodes and how many bytes of text the aliases of one file may copy, and how deep it may
/// be nested.
inline constexpr std::size_t kMostCopies = 1'000'000;
inline constexpr std::size_t kMostCopiedBytes = 64 << 20;
inline constexpr std::size_t kDeepest = 200;

/// Whether `!reset` and `!override` are known: in Compose files, which are merged. Elsewhere they
/// are tags like any other, and refused.
enum class MergeTags { refuse, take };

/// Reads one document; an empty text is a null. A mistake of form ends the file: Error{input} with
/// its place. Mistakes of meaning (a key twice, a key that is no string) go to `diagnostics`, and
/// the first of two equal keys is kept.
/// `<<` merges as in yaml.v3: what the map itself says wins, then the earlier of several merged
/// maps.
Document read(std::string_view text, const std::string& file, Diagnostics& diagnostics,
              MergeTags tags = MergeTags::refuse);

/// The same for a file on disk. Throws Error{input} also where it cannot be read.
Document read_path(const std::string& path, const std::string& shown_as, Diagnostics& diagnostics,
                   MergeTags tags = MergeTags::refuse);

}  // namespace skep::yaml
