#include "ops/history.hpp"

#include "deploy/kept.hpp"
#include "deploy/stack_name.hpp"
#include "ops/revision.hpp"
#include "release/records.hpp"
#include "swarm/redact.hpp"

#include <fmt/format.h>

namespace skep::ops {
namespace {

std::vector<release::Kept> kept_records(deploy::Deps& deps, const std::string& stack) {
  auto records = release::records(deps.engine(), stack, deps.stop);
  if (records.empty()) {
    throw Error(Kind::not_found, fmt::format("no release of stack \"{}\" is kept", stack),
                "skep keeps the last ten of what it released; `skep ls` lists the stacks");
  }
  return records;
}

std::vector<swarm::RecordedService> redacted(std::vector<swarm::RecordedService> services) {
  for (auto& service : services) service.spec = swarm::redacted(swarm::Spec(service.spec));
  return services;
}

}  // namespace

History history(deploy::Deps& deps, const project::Options& options) {
  const auto records = kept_records(deps, deploy::stack_name(deps, options));
  History result;
  if (const auto* current = release::last_released(records); current != nullptr)
    result.current = current->record.number;
  for (const auto& kept : records) result.releases.push_back(summary_of(kept));
  return result;
}

KeptRelease show_release(deploy::Deps& deps, const HistoryShowOptions& options) {
  const auto revision = parse_revision(options.revision);
  const std::string stack = deploy::stack_name(deps, options.project);
  const auto records = kept_records(deps, stack);
  const auto& found = deploy::kept_release(records, stack, revision);
  return {summary_of(found), redacted(found.record.services), redacted(found.record.before)};
}

}  // namespace skep::ops
