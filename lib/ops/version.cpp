#include "ops/version.hpp"

#include "base/error.hpp"
#include "engine/system.hpp"
#include "ops/draft.hpp"

#include <fmt/format.h>

namespace skep::ops {

Printable version(deploy::Deps& deps, bool engine, const std::string& own_version) {
  Draft result{fmt::format("skep {}\n", own_version), {{"version", own_version}}};
  if (!engine) return result.done();
  const Json said = engine::version(deps.engine(), deps.stop);
  const std::string number = engine::text_of(said, "Version");
  const std::string api = engine::text_of(said, "ApiVersion");
  if (number.empty() || api.empty())
    throw Error(Kind::rejected, "the answer to GET /version names no version");
  result.text += fmt::format("engine {} (API {})\n", number, api);
  result.json["engine"] = number;
  result.json["api"] = api;
  return result.done();
}

}  // namespace skep::ops
