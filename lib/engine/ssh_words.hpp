#pragma once
// What is said to ssh, and what its words mean. Pure.
#include "docker/address.hpp"

#include <string>
#include <vector>

namespace skep::engine {

/// ssh's arguments for a forwarding of `local` to the engine's socket there. What the user's
/// configuration says of the host counts; what would take the forwarding away from us does not
/// (endpoint notes, trap 5). `may_ask`: a passphrase, or whether a host's key is right.
struct SshCall {
  bool may_ask = false;
  bool old = false;  // before OpenSSH 8.7, which has no ForkAfterAuthentication
};
std::vector<std::string> forwarding(const docker::Ssh& ssh, const std::string& local, SshCall how);

/// The arguments of a look at the host from inside, when it refuses the forwarding.
std::vector<std::string> look(const docker::Ssh& ssh, SshCall how);

struct SshWords {
  std::string fact;
  std::string hint;
};
/// Why ssh ended before the forwarding stood.
SshWords why_ended(const docker::Ssh& ssh, const std::string& said, int status);
/// Why the host refused the forwarded connection, by what look() printed (`found`) and its status.
SshWords why_refused(const docker::Ssh& ssh, const std::string& found, int status);

/// Whether ssh said that the host refused a forwarded connection.
bool refuses_channels(const std::string& said);
/// Whether ssh does not know ForkAfterAuthentication.
bool is_old_ssh(const std::string& said);

}  // namespace skep::engine
