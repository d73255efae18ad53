#include "engine/ssh_words.hpp"

#include "support/catch.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skep::engine {
namespace {

const docker::Ssh kManager{.user = "dep", .host = "mgr", .port = "2022"};

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

TEST_CASE("ssh is told all that the user's configuration must not take away", "[engine]") {
  const auto words = forwarding(kManager, "/run/a:b/%/s", {});
  REQUIRE(words.front() == "ssh");
  for (const std::string option :
       {"ControlMaster=no", "ControlPath=none", "ExitOnForwardFailure=no", "ClearAllForwardings=no",
        "RemoteCommand=none", "RequestTTY=no", "PermitLocalCommand=no",
        "ForkAfterAuthentication=no", "StreamLocalBindMask=0177", "LogLevel=INFO", "BatchMode=yes",
        "ServerAliveInterval=6"}) {
    INFO(option);
    REQUIRE(has(words, option));
  }
  const std::vector<std::string> end = {
      "-L", R"(/run/a\:b/%%/s:/var/run/docker.sock)", "-l", "dep", "-p", "2022", "--", "mgr"};
  REQUIRE(std::vector<std::string>(words.end() - 8, words.end()) == end);
}

TEST_CASE("ssh may ask where somebody is there, and an old one is not told what it does not know",
          "[engine]") {
  REQUIRE_FALSE(has(forwarding(kManager, "/s", {.may_ask = true}), "BatchMode=yes"));
  REQUIRE_FALSE(has(forwarding(kManager, "/s", {.old = true}), "ForkAfterAuthentication=no"));
  REQUIRE(has(look(kManager, {.may_ask = true}), "BatchMode=yes"));
  REQUIRE(
      is_old_ssh("command-line: line 0: Bad configuration option: forkafterauthentication\r\n"));
  REQUIRE_FALSE(is_old_ssh("command-line: line 0: Bad configuration option: usekeychain\r\n"));
  const docker::Ssh bare{.host = "mgr"};
  REQUIRE_FALSE(has(forwarding(bare, "/s", {}), "-l"));
  REQUIRE_FALSE(has(forwarding(bare, "/s", {}), "-p"));
  const docker::Ssh quote{.host = "mgr", .socket = "/it's"};
  REQUIRE(look(quote, {}).back() == R"(LC_ALL=C; echo skep:; id -un; id -Gn; ls -ldL '/it'\''s')");
}

TEST_CASE("each way in which ssh ends has a sentence and a way out", "[engine]") {
  struct Case {
    std::string said;
    std::string fact;
    std::string hint;
  };
  const auto test = GENERATE(values<Case>({
      {"ssh: Could not resolve hostname mgr: Name or service not known\r\n",
       "ssh: Could not resolve hostname mgr: Name or service not known",
       "is the host's name right? it may also be a Host of ~/.ssh/config"},
      {"ssh: connect to host mgr port 2022: Connection refused\r\n",
       "ssh: connect to host mgr port 2022: Connection refused",
       "does an sshd listen there, and is it this host and port?"},
      {"No ED25519 host key is known for mgr and you have requested strict checking.\r\n"
       "Host key verification failed.\r\n",
       "Host key verification failed.",
       "the host's key is not known here: ssh -p 2022 dep@mgr once by hand, or put it into "
       "~/.ssh/known_hosts"},
      {"@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\n"
       "Host key verification failed.\r\n",
       "Host key verification failed.",
       "the host has another key than before: find out why, then ssh-keygen -R forgets the old "
       "one"},
      {"Authorized use only\r\ndep@mgr: Permission denied (publickey).\r\n",
       "dep@mgr: Permission denied (publickey).",
       "the host takes none of the keys that ssh offers: does ssh -p 2022 dep@mgr work? keys with "
       "a "
       "passphrase belong into ssh-agent (ssh-add), passwords are asked for on a terminal only"},
      {"kex_exchange_identification: Connection closed by remote host\r\n"
       "Connection closed by 10.0.0.1 port 2022\r\n",
       "Connection closed by 10.0.0.1 port 2022",
       "its sshd hung up before the login: too many at once (MaxStartups), or its log says why"},
      {"/home/dep/.ssh/config: line 3: Bad configuration option: usekeychain\r\n"
       "/home/dep/.ssh/config: terminating, 1 bad configuration options\r\n",
       "/home/dep/.ssh/config: terminating, 1 bad configuration options",
       "ssh's own configuration stands in the way"},
      {"Timeout, server mgr not responding.\r\n", "Timeout, server mgr not responding.",
       "does ssh -p 2022 dep@mgr work?"},
      {"something\r\nelse\r\n", "else", "does ssh -p 2022 dep@mgr work?"},
      {"", "ssh ended with exit status 255 and without a word", "does ssh -p 2022 dep@mgr work?"},
  }));
  const auto words = why_ended(kManager, test.said, 255);
  REQUIRE(words.fact == test.fact);
  REQUIRE(words.hint == test.hint);
}

TEST_CASE("a host that refuses the forwarding is told why, by what is seen inside", "[engine]") {
  struct Case {
    std::string found;
    int status;
    std::string fact;
    std::string hint;
  };
  const std::string forbidden =
      "its sshd needs AllowStreamLocalForwarding and AllowTcpForwarding yes or local, no "
      "PermitOpen "
      "and no DisableForwarding; a key with restrict needs port-forwarding beside it";
  const std::string socket = "srw-rw---- 1 root docker 0 Dec  1 10:00 /var/run/docker.sock\n";
  const auto test = GENERATE_COPY(values<Case>({
      {"skep:\ndep\ndep sudo\n", 2,
       "there is no socket /var/run/docker.sock on the host that dep may see",
       "is the engine running there? another socket is named behind the host, as in "
       "ssh://HOST/run/user/1000/docker.sock"},
      {"hello from .bashrc\nskep:\ndep\ndep sudo\n" + socket, 0,
       "dep may not use /var/run/docker.sock on the host: it belongs to root, group docker",
       "usermod -aG docker dep, there and as root"},
      {"skep:\ndep\ndep docker\n" + socket, 0,
       "the host's sshd forbids forwarding to its sockets, or no engine listens there", forbidden},
      {"skep:\nroot\nroot\n" + socket, 0,
       "the host's sshd forbids forwarding to its sockets, or no engine listens there", forbidden},
      {"This account is currently not available.\n", 1,
       "the host refuses a connection to /var/run/docker.sock",
       "is a Docker Engine there, and is the user in the group of its socket? " + forbidden},
      {"", 255, "the host refuses a connection to /var/run/docker.sock",
       "is a Docker Engine there, and is the user in the group of its socket? " + forbidden},
  }));
  const auto words = why_refused(kManager, test.found, test.status);
  REQUIRE(words.fact == test.fact);
  REQUIRE(words.hint == test.hint);
}

}  // namespace
}  // namespace skep::engine
