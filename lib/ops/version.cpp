#include "ops/version.hpp"

#include "base/error.hpp"
#include "engine/system.hpp"

#include <nlohmann/json.hpp>

namespace skep::ops {

EngineVersion engine_version(deploy::Deps& deps) {
  const Json said = engine::version(deps.engine(), deps.stop);
  EngineVersion version{engine::text_of(said, "Version"), engine::text_of(said, "ApiVersion")};
  if (version.number.empty() || version.api.empty())
    throw Error(Kind::rejected, "the answer to GET /version names no version");
  return version;
}

}  // namespace skep::ops
