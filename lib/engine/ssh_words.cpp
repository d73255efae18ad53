#include "engine/ssh_words.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <array>
#include <sstream>
#include <string_view>

namespace skep::engine {

namespace {

constexpr const char* kFork = "ForkAfterAuthentication";

/// A path inside of -L: ":" parts it, "%" begins a token, "\" is the way out.
std::string forwarded(const std::string& path) {
  std::string text;
  for (const char c : path) {
    if (c == '%') text += '%';
    if (c == ':' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

std::vector<std::string> common(const SshCall& how) {
  std::vector<std::string> words = {"ssh", "-T"};
  const auto option = [&](std::string text) { words.insert(words.end(), {"-o", std::move(text)}); };
  // Of a shared connection the forwarding would live on in the master.
  option("ControlMaster=no");
  option("ControlPath=none");
  option("PermitLocalCommand=no");
  option("RequestTTY=no");
  option("RemoteCommand=none");
  if (!how.old) option(std::string(kFork) + "=no");
  option("LogLevel=INFO");  // below it ssh does not say why a channel was refused
  option("ConnectTimeout=30");
  if (!how.may_ask) option("BatchMode=yes");
  return words;
}

void add_host(std::vector<std::string>& words, const docker::Ssh& ssh) {
  if (!ssh.user.empty()) words.insert(words.end(), {"-l", ssh.user});
  if (!ssh.port.empty()) words.insert(words.end(), {"-p", ssh.port});
  words.insert(words.end(), {"--", ssh.host});
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// How to call ssh by hand.
std::string by_hand(const docker::Ssh& ssh) {
  return fmt::format("ssh {}{}{}", ssh.port.empty() ? "" : "-p " + ssh.port + " ",
                     ssh.user.empty() ? "" : ssh.user + "@", ssh.host);
}

/// What to do about a line of ssh's; "" when the line is none of those that end it.
std::string hint_for(const std::string& line, const std::string& all, const docker::Ssh& ssh) {
  if (has(line, "Could not resolve hostname"))
    return "is the host's name right? it may also be a Host of ~/.ssh/config";
  if (has(line, "connect to host"))
    return "does an sshd listen there, and is it this host and port?";
  if (has(line, "Host key verification failed") && has(all, "IDENTIFICATION HAS CHANGED"))
    return "the host has another key than before: find out why, then ssh-keygen -R forgets the old "
           "one";
  if (has(line, "Host key verification failed"))
    return fmt::format(
        "the host's key is not known here: {} once by hand, or put it into ~/.ssh/known_hosts",
        by_hand(ssh));
  if (has(line, "Permission denied ("))
    return fmt::format(
        "the host takes none of the keys that ssh offers: does {} work? keys with a passphrase "
        "belong into ssh-agent (ssh-add), passwords are asked for on a terminal only",
        by_hand(ssh));
  if (has(line, "kex_exchange_identification") || has(line, "Connection closed by") ||
      has(line, "Connection reset by"))
    return "its sshd hung up before the login: too many at once (MaxStartups), or its log says why";
  if (has(line, "Bad configuration option") || has(line, "terminating,") ||
      has(line, "Bad owner or permissions"))
    return "ssh's own configuration stands in the way";
  if (has(line, "Timeout, server") || has(line, "Too many authentication failures"))
    return fmt::format("does {} work?", by_hand(ssh));
  return {};
}

constexpr const char* kForbidden =
    "its sshd needs AllowStreamLocalForwarding and AllowTcpForwarding yes or local, no PermitOpen "
    "and no DisableForwarding; a key with restrict needs port-forwarding beside it";

/// What look() printed: user, groups, and ls of the socket.
struct Sight {
  std::string user;
  std::string groups;
  std::string listed;
};

/// Empty when that is no answer of these commands: a shell that says something else.
Sight sight_of(const std::string& found) {
  const auto lines = lines_of(found);
  for (std::size_t at = 0; at + 2 < lines.size(); ++at) {
    if (lines[at] == "skep:") {
      return {.user = lines[at + 1],
              .groups = lines[at + 2],
              .listed = at + 3 < lines.size() ? lines[at + 3] : std::string()};
    }
  }
  return {};
}

/// "srw-rw---- 1 root docker 0 Dec 1 10:00 /var/run/docker.sock" → root, docker
std::array<std::string, 2> owner_and_group(const std::string& listed) {
  std::istringstream in(listed);
  std::string mode;
  std::string links;
  std::array<std::string, 2> both;
  in >> mode >> links >> both[0] >> both[1];
  return both;
}

bool is_among(const std::string& groups, const std::string& group) {
  return has(" " + groups + " ", " " + group + " ");
}

}  // namespace

std::vector<std::string> forwarding(const docker::Ssh& ssh, const std::string& local, SshCall how) {
  auto words = common(how);
  words.insert(words.end(), {"-N", "-o", "ExitOnForwardFailure=no", "-o", "ClearAllForwardings=no",
                             "-o", "StreamLocalBindMask=0177", "-o", "ServerAliveInterval=6", "-o",
                             "ServerAliveCountMax=2"});  // a dead connection shows within 18 s
  words.insert(words.end(), {"-L", forwarded(local) + ":" + forwarded(ssh.socket)});
  add_host(words, ssh);
  return words;
}

std::vector<std::string> look(const docker::Ssh& ssh, SshCall how) {
  how.may_ask = false;
  auto words = common(how);
  words.insert(words.end(), {"-o", "ClearAllForwardings=yes"});
  add_host(words, ssh);
  std::string path;
  for (const char c : ssh.socket) path += c == '\'' ? "'\\''" : std::string(1, c);
  words.push_back(fmt::format("LC_ALL=C; echo skep:; id -un; id -Gn; ls -ldL '{}'", path));
  return words;
}

SshWords why_ended(const docker::Ssh& ssh, const std::string& said, int status) {
  const auto lines = lines_of(said);
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (auto hint = hint_for(*line, said, ssh); !hint.empty()) return {*line, std::move(hint)};
  }
  if (!lines.empty()) return {lines.back(), fmt::format("does {} work?", by_hand(ssh))};
  return {fmt::format("ssh ended with exit status {} and without a word", status),
          fmt::format("does {} work?", by_hand(ssh))};
}

SshWords why_refused(const docker::Ssh& ssh, const std::string& found, int status) {
  const auto sight = sight_of(found);
  if (sight.user.empty()) {
    return {fmt::format("the host refuses a connection to {}", ssh.socket),
            fmt::format("is a Docker Engine there, and is the user in the group of its socket? {}",
                        kForbidden)};
  }
  if (sight.listed.empty() || sight.listed.front() != 's' || status != 0) {
    return {
        fmt::format("there is no socket {} on the host that {} may see", ssh.socket, sight.user),
        "is the engine running there? another socket is named behind the host, as in "
        "ssh://HOST/run/user/1000/docker.sock"};
  }
  const auto [owner, group] = owner_and_group(sight.listed);
  if (sight.user != "root" && sight.user != owner && !is_among(sight.groups, group)) {
    return {fmt::format("{} may not use {} on the host: it belongs to {}, group {}", sight.user,
                        ssh.socket, owner, group),
            fmt::format("usermod -aG {} {}, there and as root", group, sight.user)};
  }
  return {"the host's sshd forbids forwarding to its sockets, or no engine listens there",
          kForbidden};
}

bool refuses_channels(const std::string& said) {
  return has(said, "open failed");
}

bool is_old_ssh(const std::string& said) {
  return has(lower(said), "bad configuration option: " + lower(kFork));
}

}  // namespace skep::engine
