#pragma once
// YAML text → Document. libyaml gives the events. Refused here: a lone CR, a second document,
// unknown tags, keys that are not strings, and aliases that contain themselves or grow too large.
#include "base/diagnostics.hpp"
#include "yaml/document.hpp"

#include <string>
#include <string_view>

namespace skep::yaml {

/// Limits of one file: how many nodes and bytes of text its aliases may copy, and how deep it may
/// be nested.
inline constexpr std::size_t kMostCopies = 1'000'000;
inline constexpr std::size_t kMostCopiedBytes = 64 << 20;
inline constexpr std::size_t kDeepest = 200;

/// Whether `!reset` and `!override` are known: in Compose files, which are merged. Elsewhere they
/// are tags like any other, and refused.
enum class MergeTags { refuse, take };

/// Reads one document; an empty text is a null. A mistake of form ends the file: Error{input} with
/// its place. Mistakes of meaning (a key twice, a key that is not a string) go to `diagnostics`; of
/// two equal keys the first is kept. `<<` merges as in yaml.v3: what the map itself says wins, then
/// the earlier of several merged maps.
Document read(std::string_view text, const std::string& file, Diagnostics& diagnostics,
              MergeTags tags = MergeTags::refuse);

/// The same for a file on disk. Throws Error{input} also where it cannot be read.
Document read_path(const std::string& path, const std::string& shown_as, Diagnostics& diagnostics,
                   MergeTags tags = MergeTags::refuse);

}  // namespace skep::yaml
