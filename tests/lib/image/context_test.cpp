#include "image/context.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "image/content_hash.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <map>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace skep;
using namespace skep::image;
using skep::test::TempDir;

namespace {

struct Member {
  std::string content;
  std::string target;
  unsigned mode = 0;
  std::int64_t owner = -1;
};

std::string read_all(const engine::BodySource& source) {
  std::string bytes;
  std::string buffer(5000, '\0');  // no multiple of a block
  while (const auto count = source.next(buffer.data(), buffer.size()))
    bytes.append(buffer, 0, count);
  return bytes;
}

/// The members of a tar, by name.
std::map<std::string, Member> unpack(const std::string& tar) {
  const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
  archive_read_support_format_tar(reader.get());
  REQUIRE(archive_read_open_memory(reader.get(), tar.data(), tar.size()) == ARCHIVE_OK);
  std::map<std::string, Member> members;
  archive_entry* entry = nullptr;
  while (archive_read_next_header(reader.get(), &entry) == ARCHIVE_OK) {
    Member member;
    member.mode = archive_entry_mode(entry);
    member.owner = archive_entry_uid(entry) + archive_entry_gid(entry);
    if (const char* target = archive_entry_symlink(entry)) member.target = target;
    member.content.resize(static_cast<std::size_t>(archive_entry_size(entry)));
    archive_read_data(reader.get(), member.content.data(), member.content.size());
    members[archive_entry_pathname(entry)] = member;
  }
  CHECK(archive_errno(reader.get()) == 0);
  return members;
}

BuildOptions options_for(const TempDir& folder, const std::string& dockerfile = "") {
  BuildOptions options;
  options.context = folder.path();
  options.dockerfile = dockerfile;
  return options;
}

std::map<std::string, Member> sent(const BuildOptions& options) {
  return unpack(read_all(context_tar(options, find_dockerfile(options))));
}

std::vector<std::string> walked(const BuildOptions& options) {
  const auto dockerfile = find_dockerfile(options);
  ContextWalk walk(options.context, read_ignore_rules(options, dockerfile));
  std::vector<std::string> paths;
  while (const auto entry = walk.next()) paths.push_back(entry->path);
  return paths;
}

std::string refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::input);
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a context is walked as docker walks it, in every recorded case", "[image]") {
  const auto recorded =
      parse_json(read_file(SKEP_TEST_DIR "/recorded/dockerignore.json"), "recorded");
  std::vector<std::unique_ptr<TempDir>> trees;
  for (const auto& tree : recorded.at("trees")) {
    auto& folder = *trees.emplace_back(std::make_unique<TempDir>());
    for (const auto& entry : tree) {
      const auto path = folder.path() + "/" + entry.get<std::string>();
      const auto is_folder = path.ends_with('/');
      std::filesystem::create_directories(is_folder ? std::filesystem::path(path)
                                                    : std::filesystem::path(path).parent_path());
      if (!is_folder) write_file(path, "");
    }
  }
  std::size_t count = 0;
  for (const auto& one : recorded.at("cases")) {
    const auto text = one.at("ignore").get<std::string>();
    const auto& folder = *trees.at(one.at("tree").get<std::size_t>());
    INFO("tree " << one.at("tree") << ", .dockerignore:\n" << text);
    ContextWalk walk(folder.path(), IgnoreRules(text, ".dockerignore"));
    std::vector<std::string> paths;
    while (const auto entry = walk.next()) paths.push_back(entry->path);
    CHECK(paths == one.at("sent").get<std::vector<std::string>>());
    ++count;
  }
  CHECK(count > 300);
}

TEST_CASE("a context becomes a tar with contents, links and x bits, owned by root", "[image]") {
  const TempDir folder;
  folder.write("Dockerfile", "FROM scratch\n");
  folder.write("bin/run", "#!/bin/sh\n", 0755);
  folder.write("ünï/ко́т.txt", "meow");
  folder.write("big", std::string(200'000, 'x'));
  const std::string long_name = std::string(90, 'd') + "/" + std::string(120, 'f');
  folder.write(long_name, "long");
  std::filesystem::create_symlink("bin/run", folder.path() + "/link");
  std::filesystem::create_symlink("/nowhere/" + std::string(150, 'l'), folder.path() + "/dangling");
  std::filesystem::create_hard_link(folder.path() + "/big", folder.path() + "/same");
  const auto members = sent(options_for(folder));
  CHECK(members.at("bin/run").content == "#!/bin/sh\n");
  CHECK((members.at("bin/run").mode & 0111) == 0111);
  CHECK((members.at("big").mode & 0111) == 0);
  CHECK(members.at("ünï/ко́т.txt").content == "meow");
  CHECK(members.at("big").content == std::string(200'000, 'x'));
  CHECK(members.at("same").content == std::string(200'000, 'x'));
  CHECK(members.at(long_name).content == "long");
  CHECK(members.at("link").target == "bin/run");
  CHECK(members.at("dangling").target == "/nowhere/" + std::string(150, 'l'));
  CHECK(S_ISDIR(members.at("bin/").mode));
  for (const auto& [name, member] : members) {
    INFO(name);
    CHECK(member.owner == 0);
  }
}

TEST_CASE("a tar begins with a header that needs no other, whatever the first name is", "[image]") {
  const TempDir folder;
  folder.write("Dockerfile", "FROM scratch\n");
  folder.write(std::string(150, '!'), "");
  const auto tar = read_all(context_tar(options_for(folder), find_dockerfile(options_for(folder))));
  CHECK(tar.substr(0, 3) == std::string("./\0", 3));
  CHECK(tar.size() % 512 == 0);
}

TEST_CASE("what .dockerignore names is left out, the Dockerfile too", "[image]") {
  const TempDir folder;
  folder.write("docker/Dockerfile", "FROM scratch\n");
  folder.write("docker/other", "");
  folder.write("keep/a", "");
  folder.write("b", "");
  folder.write(".dockerignore", "*\n!keep\n");
  CHECK(walked(options_for(folder, "docker/Dockerfile")) ==
        std::vector<std::string>{"keep", "keep/a"});
}

TEST_CASE("a Dockerfile is in its context unless it is ignored or outside", "[image]") {
  const TempDir folder;
  folder.write("Dockerfile", "FROM scratch\n");
  folder.write("docker/Dockerfile", "FROM scratch\n");
  const auto in_context = [&](const std::string& rules, const std::string& dockerfile) {
    folder.write(".dockerignore", rules);
    const auto options = options_for(folder, dockerfile);
    const bool in = is_in_context(options, find_dockerfile(options));
    const auto paths = walked(options);
    INFO(rules << dockerfile);
    CHECK(in ==
          (std::find(paths.begin(), paths.end(), find_dockerfile(options).name) != paths.end()));
    return in;
  };
  for (const auto* dockerfile : {"Dockerfile", "docker/Dockerfile"}) {
    CHECK(in_context("", dockerfile));
    CHECK(in_context("*\n!**/Dockerfile\n", dockerfile));
    CHECK_FALSE(in_context("**/Dockerfile\n", dockerfile));
    CHECK_FALSE(in_context("*\n", dockerfile));
    CHECK_FALSE(in_context("*\n!docker\n!Dockerfile\n**/Dockerfile\n", dockerfile));
  }
  CHECK_FALSE(in_context("docker\n", "docker/Dockerfile"));
  CHECK(in_context("docker\n", "Dockerfile"));
  CHECK(in_context("docker\n!docker/Dockerfile\n", "docker/Dockerfile"));
  const TempDir elsewhere;
  const auto outside = options_for(folder, elsewhere.write("Dockerfile", "FROM scratch\n"));
  CHECK_FALSE(is_in_context(outside, find_dockerfile(outside)));
}

TEST_CASE("the Dockerfile's own ignore file goes before the context's", "[image]") {
  const TempDir folder;
  folder.write("Dockerfile", "FROM scratch\n");
  folder.write("a", "");
  folder.write("b", "");
  folder.write(".dockerignore", "a\n");
  CHECK(walked(options_for(folder)) ==
        std::vector<std::string>{".dockerignore", "Dockerfile", "b"});
  folder.write("Dockerfile.dockerignore", "b\nDockerfile.*\n");
  CHECK(walked(options_for(folder)) ==
        std::vector<std::string>{".dockerignore", "Dockerfile", "a"});
  folder.write("x/app.Dockerfile", "FROM scratch\n");
  folder.write("x/app.Dockerfile.dockerignore", "**\n");
  CHECK(walked(options_for(folder, "x/app.Dockerfile")).empty());
}

TEST_CASE("a Dockerfile outside of the context is not among what COPY sees", "[image]") {
  const TempDir folder;
  const TempDir elsewhere;
  folder.write("a", "");
  const auto options = options_for(folder, elsewhere.write("Dockerfile", "FROM scratch\n"));
  const auto dockerfile = find_dockerfile(options);
  CHECK(dockerfile.outside);
  CHECK(dockerfile.name == "Dockerfile");
  CHECK(dockerfile.content == "FROM scratch\n");
  CHECK(sent(options).size() == 2);  // "./" and "a"
}

TEST_CASE("a Dockerfile that is a link out of the context is not read", "[image]") {
  const TempDir folder;
  const TempDir elsewhere;
  std::filesystem::create_symlink(elsewhere.write("real", "FROM scratch\n"),
                                  folder.path() + "/Dockerfile");
  CHECK(refusal([&] { find_dockerfile(options_for(folder)); }) ==
        "the Dockerfile " + folder.path() +
            "/Dockerfile is a link to a file outside of the context");
  folder.write("other", "FROM scratch\n");
  std::filesystem::create_symlink("other", folder.path() + "/inside");
  CHECK_FALSE(find_dockerfile(options_for(folder, "inside")).outside);
}

TEST_CASE("a Dockerfile may be spelled in lower case, a missing one is named", "[image]") {
  const TempDir folder;
  CHECK(refusal([&] { find_dockerfile(options_for(folder)); }) ==
        "there is no Dockerfile " + folder.path() + "/Dockerfile");
  CHECK(refusal([&] { find_dockerfile(options_for(folder, "sub/../App")); }) ==
        "there is no Dockerfile " + folder.path() + "/App");
  folder.write("dockerfile", "FROM scratch\n");
  CHECK(find_dockerfile(options_for(folder)).name == "dockerfile");
}

TEST_CASE("a context that is no folder is refused", "[image]") {
  const TempDir folder;
  const auto file = folder.write("file", "");
  CHECK(refusal([&] { ContextWalk(file, {}); }) ==
        "cannot read the build context " + file + ": Not a directory");
  CHECK(refusal([&] { ContextWalk(folder.path() + "/no", {}); }) ==
        "cannot read the build context " + folder.path() + "/no: No such file or directory");
}

TEST_CASE("a socket is skipped, a pipe is sent without being read", "[image]") {
  const TempDir folder;
  folder.write("Dockerfile", "FROM scratch\n");
  REQUIRE(::mkfifo((folder.path() + "/pipe").c_str(), 0600) == 0);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto path = folder.path() + "/socket";
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const auto members = sent(options_for(folder));
  CHECK(members.count("socket") == 0);
  CHECK(S_ISFIFO(members.at("pipe").mode));
  ::close(fd);
}

TEST_CASE("links in a circle and devices are sent as what they are", "[image]") {
  const TempDir folder;
  folder.write("Dockerfile", "FROM scratch\n");
  folder.write("deep/x", "");
  const std::map<std::string, std::string> links = {{"a", "b"},
                                                    {"b", "a"},
                                                    {"self", "self"},
                                                    {"deep/up", ".."},
                                                    {"deep/me", "../deep"},
                                                    {"out", "/etc"},
                                                    {"zero", "/dev/zero"}};
  for (const auto& [name, target] : links)
    std::filesystem::create_symlink(target, folder.path() + "/" + name);
  const bool device = ::mknod((folder.path() + "/device").c_str(), S_IFCHR | 0600, 0x105) == 0;
  const auto members = sent(options_for(folder));
  for (const auto& [name, target] : links) {
    INFO(name);
    CHECK(S_ISLNK(members.at(name).mode));
    CHECK(members.at(name).target == target);
  }
  if (device) CHECK(S_ISCHR(members.at("device").mode));
}

TEST_CASE("a file that changes while it is read is an error, not a broken tar", "[image]") {
  const TempDir folder;
  folder.write("Dockerfile", "FROM scratch\n");
  const auto path = folder.write("log", std::string(300'000, 'x'));
  const auto change = GENERATE(as<std::string>{}, "shrinks", "grows", "is written anew");
  const auto source = context_tar(options_for(folder), find_dockerfile(options_for(folder)));
  std::string buffer(4096, '\0');
  std::string read;
  while (read.find("xxxx") == std::string::npos)
    read.append(buffer, 0, source.next(buffer.data(), buffer.size()));
  INFO("the file " << change);
  if (change == "shrinks") std::filesystem::resize_file(path, 100'000);
  if (change == "grows") std::filesystem::resize_file(path, 400'000);
  if (change == "is written anew") {
    std::filesystem::last_write_time(
        path, std::filesystem::file_time_type::clock::now() + std::chrono::hours(1));
  }
  CHECK(refusal([&] { read_all(source); }) == path + " changed while it was read");
}

TEST_CASE("a file of more than 8 GiB has its size in the tar, and the tar can be given up",
          "[image]") {
  const TempDir folder;
  folder.write("Dockerfile", "FROM scratch\n");
  const auto path = folder.write("huge", "");
  std::filesystem::resize_file(path, 9ULL << 30);
  std::string start;
  {
    const auto source = context_tar(options_for(folder), find_dockerfile(options_for(folder)));
    std::string buffer(4096, '\0');
    while (start.size() < 8192) start.append(buffer, 0, source.next(buffer.data(), buffer.size()));
  }
  const auto header = start.find("huge");
  REQUIRE(header != std::string::npos);
  const std::string size = start.substr(header + 124, 12);
  CHECK(static_cast<unsigned char>(size[0]) == 0x80);  // base 256
  CHECK(static_cast<unsigned char>(size[7]) == 2);     // 9 GiB = 2 * 2^32 + 2^30
  CHECK(static_cast<unsigned char>(size[8]) == 0x40);
}

TEST_CASE("a file that may not be read is named", "[image]") {
  if (::geteuid() == 0) {
    // root reads everything: a link put in a file's place, between the walk and the reading, stands
    // for it
    const TempDir folder;
    ContextEntry entry{.path = "a", .source = folder.path() + "/gone", .target = {}};
    CHECK(refusal([&] { ContextFile file(entry); }) ==
          "cannot read " + entry.source + ": No such file or directory");
    return;
  }
  const TempDir folder;
  folder.write("Dockerfile", "FROM scratch\n");
  const auto path = folder.write("private", "x", 0);
  CHECK(refusal([&] { sent(options_for(folder)); }) ==
        "cannot read " + path + ": Permission denied");
}

TEST_CASE("the content hash is that of a fresh clone", "[image]") {
  const TempDir one;
  const TempDir two;
  for (const auto* folder : {&one, &two}) {
    folder->write("Dockerfile", "FROM scratch\n");
    folder->write("src/main", "int main", 0644);
    folder->write("run", "#!", 0755);
    std::filesystem::create_symlink("run", folder->path() + "/link");
  }
  two.write(".git/HEAD", "ref");
  std::filesystem::create_directory(two.path() + "/empty");
  ::chmod((two.path() + "/src/main").c_str(), 0600);
  ::chmod((two.path() + "/run").c_str(), 0700);
  std::filesystem::last_write_time(two.path() + "/src/main",
                                   std::filesystem::file_time_type::min());
  const auto hash = content_hash(options_for(one));
  CHECK(hash.size() == 64);
  CHECK(content_hash(options_for(two)) == hash);
}

TEST_CASE("whatever can change the image changes the content hash", "[image]") {
  const TempDir folder;
  folder.write("Dockerfile", "FROM scratch\n");
  folder.write("src/main", "int main");
  folder.write("skip.log", "1");
  folder.write(".dockerignore", "*.log\n");
  std::filesystem::create_symlink("src", folder.path() + "/link");
  auto options = options_for(folder);
  std::vector<std::string> seen{content_hash(options)};
  const auto changed = [&](const std::string& what) {
    INFO(what);
    const auto hash = content_hash(options);
    CHECK(std::find(seen.begin(), seen.end(), hash) == seen.end());
    seen.push_back(hash);
  };
  folder.write("skip.log", "2");
  CHECK(content_hash(options) == seen.front());
  folder.write("src/main", "int main()");
  changed("content");
  ::chmod((folder.path() + "/src/main").c_str(), 0755);
  changed("x bit");
  std::filesystem::rename(folder.path() + "/src/main", folder.path() + "/src/Main");
  changed("name");
  std::filesystem::remove(folder.path() + "/link");
  std::filesystem::create_symlink("src/Main", folder.path() + "/link");
  changed("link");
  folder.write("Dockerfile", "FROM scratch\nCOPY . /\n");
  changed("Dockerfile");
  options.args["A"] = "1";
  changed("argument");
  options.args = {{"A1", ""}};
  changed("argument, cut elsewhere");
  options.target = "x";
  changed("target");
  options.platform = "linux/arm64";
  changed("platform");
  options.labels["a"] = "b";
  changed("label");
  folder.write(".dockerignore", "*.log\nDockerfile\n");
  changed("Dockerfile that COPY does not see");
  const TempDir elsewhere;
  options.dockerfile = elsewhere.write("Dockerfile", "FROM scratch\nCOPY . /\n");
  std::filesystem::remove(folder.path() + "/Dockerfile");
  folder.write(".dockerignore", "*.log\n");
  changed("Dockerfile outside");
}
