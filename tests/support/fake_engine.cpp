#include "support/fake_engine.hpp"

#include "base/error.hpp"
#include "http/wake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace skep::test {

namespace {

std::string read_all(const engine::BodySource& source) {
  std::string text;
  if (!source.next) return text;
  std::array<char, 16 * 1024> buffer{};
  while (const auto count = source.next(buffer.data(), buffer.size()))
    text.append(buffer.data(), count);
  return text;
}

Error cut(const Call& call) {
  return {Kind::unreachable, fmt::format("{}: the connection to the fake broke off", call.line())};
}

/// Our end of an upgraded connection.
class SocketStream : public engine::ByteStream {
 public:
  SocketStream(int fd, std::jthread daemon, std::stop_token stop)
      : fd_(fd), daemon_(std::move(daemon)), wake_(std::move(stop)) {}
  ~SocketStream() override {
    ::shutdown(fd_, SHUT_RDWR);
    ::close(fd_);
  }
  std::size_t read(char* buffer, std::size_t size) override {
    std::array<pollfd, 2> fds{pollfd{fd_, POLLIN, 0}, pollfd{wake_.fd(), POLLIN, 0}};
    ::poll(fds.data(), fds.size(), -1);
    wake_.check();
    const auto count = ::recv(fd_, buffer, size, 0);
    if (count < 0) throw Error(Kind::unreachable, "read on a fake stream");
    return static_cast<std::size_t>(count);
  }
  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count < 0) throw Error(Kind::unreachable, "write on a fake stream");
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void shutdown_write() override { ::shutdown(fd_, SHUT_WR); }
  int fd() const override { return fd_; }

 private:
  int fd_;
  std::jthread daemon_;
  http::Wake wake_;
};

}  // namespace

std::string Call::parameter(const std::string& name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

std::string Call::header(const std::string& name) const {
  return engine::Response{.status = 0, .headers = headers, .body = {}}.header(name);
}

Json Call::json() const {
  return parse_json(body, line());
}

FakeEngine::FakeEngine(FakeClock& clock) : clock_(clock), swarm_(clock) {}

engine::Response FakeEngine::send(const engine::Request& request, const engine::BodySink& sink,
                                  std::stop_token stop) {
  if (stop.stop_requested()) throw Error(Kind::interrupted, "interrupted");
  const Call call{.method = request.method,
                  .path = request.path,
                  .query = request.query,
                  .headers = request.headers,
                  .body = read_all(request.body)};
  if (before) before(call);
  if (stop.stop_requested()) throw Error(Kind::interrupted, "interrupted");
  engine::Response response;
  bool cut_middle = false;
  {
    const std::lock_guard lock(mutex_);
    calls_.push_back(call);
    const std::size_t at = calls_.size() - 1;
    const auto* fault = find_fault(call);
    if (fault != nullptr && fault->how == Fault::How::cut_before) throw cut(call);
    if (fault != nullptr && fault->how == Fault::How::answer) {
      response.status = fault->status;
      response.body = dump_json({{"message", fault->message}});
    } else {
      response = answer(call, stop);
    }
    if (fault != nullptr && fault->how == Fault::How::cut_after) throw cut(call);
    cut_middle = fault != nullptr && fault->how == Fault::How::cut_middle;
    calls_[at].status = response.status;
  }
  if (cut_middle && !sink) throw cut(call);
  response = deliver(std::move(response), sink, cut_middle);
  if (cut_middle) throw cut(call);
  if (request.method == "HEAD") response.body.clear();
  return response;
}

std::unique_ptr<engine::ByteStream> FakeEngine::upgrade(const engine::Request& request,
                                                        std::stop_token stop) {
  const Call call{.method = request.method,
                  .path = request.path,
                  .query = request.query,
                  .headers = request.headers,
                  .body = read_all(request.body),
                  .status = 101};
  if (!on_upgrade)
    throw std::logic_error("fake engine: nobody takes the upgrade of " + call.line());
  {
    const std::lock_guard lock(mutex_);
    calls_.push_back(call);
    if (const auto* fault = find_fault(call)) {
      if (fault->how != Fault::How::answer) throw cut(call);
      throw Error(Kind::rejected, fmt::format("{}: {}", call.line(), fault->message));
    }
  }
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw std::logic_error("fake engine: no socketpair");
  }
  std::jthread daemon([handler = on_upgrade, call, fd = ends[1]] { handler(call, fd); });
  return std::make_unique<SocketStream>(ends[0], std::move(daemon), std::move(stop));
}

void FakeEngine::plant(Fault fault) {
  const std::lock_guard lock(mutex_);
  faults_.push_back({.fault = std::move(fault)});
}

void FakeEngine::cut_request(int k, Fault::How how) {
  Fault fault;
  fault.skip = k;
  fault.how = how;
  plant(std::move(fault));
}

std::vector<Call> FakeEngine::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

std::vector<std::string> FakeEngine::writes() const {
  std::vector<std::string> lines;
  for (const auto& call : calls()) {
    if (call.method != "GET" && call.method != "HEAD") lines.push_back(call.line());
  }
  return lines;
}

void FakeEngine::forget_calls() {
  const std::lock_guard lock(mutex_);
  calls_.clear();
}

Fault* FakeEngine::find_fault(const Call& call) {
  for (auto& planted : faults_) {
    auto& fault = planted.fault;
    if (!fault.method.empty() && fault.method != call.method) continue;
    if (call.path.find(fault.path) == std::string::npos) continue;
    if (fault.match && !fault.match(call)) continue;
    const int number = planted.seen++;
    if (number >= fault.skip && (fault.times < 0 || number < fault.skip + fault.times))
      return &fault;
  }
  return nullptr;
}

engine::Response FakeEngine::answer(const Call& call, std::stop_token) {
  try {
    return swarm_.answer(call);
  } catch (const Refusal& refusal) {
    return {.status = refusal.status,
            .headers = {{"Content-Type", "application/json"}},
            .body = dump_json({{"message", refusal.message}})};
  }
}

/// Hands a streamed body on in pieces of odd sizes, so that nobody relies on where they end.
engine::Response FakeEngine::deliver(engine::Response response, const engine::BodySink& sink,
                                     bool half) const {
  if (!sink || response.status < 200 || response.status > 299) return response;
  const auto body = std::exchange(response.body, {});
  const auto end = half ? body.size() / 2 : body.size();
  for (std::size_t at = 0, size = 1; at < end; at += size, size = size % 97 + 13) {
    sink(std::string_view(body).substr(at, std::min(size, end - at)));
  }
  return response;
}

}  // namespace skep::test
