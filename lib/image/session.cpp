#include "image/session.hpp"

#include "base/error.hpp"
#include "image/grpc.hpp"

#include <fmt/format.h>
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <list>
#include <map>
#include <mutex>
#include <thread>

namespace skep::image {

namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// nghttp2 copies names and values, so they need to live only as long as the call.
std::vector<nghttp2_nv> as_nghttp2(const Headers& headers) {
  std::vector<nghttp2_nv> converted;
  converted.reserve(headers.size());
  for (const auto& [name, value] : headers) {
    const auto bytes = [](const std::string& text) {
      return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
    };
    converted.push_back(
        {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  return converted;
}

Headers trailers_of(const GrpcReply& reply) {
  Headers trailers{{"grpc-status", std::to_string(static_cast<int>(reply.status))}};
  if (!reply.message.empty()) trailers.emplace_back("grpc-message", percent_encoded(reply.message));
  return trailers;
}

}  // namespace

/// One HTTP/2 connection. The reading thread feeds nghttp2; answers are made in threads of their
/// own, because a credential helper may take longer than the engine waits for the answer to its
/// health check. All of nghttp2's state is under the mutex.
struct BuildSession::State {
  struct Call {
    std::string path;
    FolderQuestion question;  // of a transfer
    std::string body;
    std::string answer;
    std::size_t sent = 0;
    GrpcReply reply;
    bool transfer = false;
    std::unique_ptr<FileSender> sender;  // of a transfer that goes on: gives more of the answer
  };

  /// Answers one call; joined when it is done, or at the end.
  struct Worker {
    std::atomic<bool> done{false};
    std::jthread thread;
  };

  State(std::unique_ptr<engine::ByteStream> bytes, std::stop_source source, SessionOffer given)
      : stream(std::move(bytes)), stop(std::move(source)), offer(std::move(given)) {
    nghttp2_session_callbacks* made = nullptr;
    if (nghttp2_session_callbacks_new(&made) != 0) throw std::bad_alloc();
    const std::unique_ptr<nghttp2_session_callbacks, void (*)(nghttp2_session_callbacks*)>
        callbacks(made, nghttp2_session_callbacks_del);
    nghttp2_session_callbacks_set_on_begin_headers_callback(made, &State::on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(made, &State::on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, &State::on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, &State::on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, &State::on_close);
    nghttp2_session* opened = nullptr;
    if (nghttp2_session_server_new(&opened, made, this) != 0) throw std::bad_alloc();
    http2.reset(opened);
    const nghttp2_settings_entry streams{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kMaxStreams};
    nghttp2_submit_settings(opened, NGHTTP2_FLAG_NONE, &streams, 1);
    reader = std::jthread([this] { run(); });
  }

  ~State() {
    stop.request_stop();
    reader = {};  // joins; afterwards nobody starts another worker
    workers.clear();
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// Until the engine closes the connection, or stop. A broken session shows as an error of the
  /// build, in the engine's words, so nothing is thrown out of the thread.
  void run() {
    try {
      flush();
      std::array<char, 16384> buffer{};
      while (const auto count = stream->read(buffer.data(), buffer.size())) {
        if (!feed(buffer.data(), count)) return;
      }
    } catch (const std::exception&) {
    }
  }

  bool feed(const char* data, std::size_t size) {
    const std::lock_guard lock(mutex);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(data);
    if (nghttp2_session_mem_recv(http2.get(), bytes, size) < 0) return false;
    send_pending();
    return nghttp2_session_want_read(http2.get()) != 0 ||
           nghttp2_session_want_write(http2.get()) != 0;
  }

  void flush() {
    const std::lock_guard lock(mutex);
    send_pending();
  }

  /// Needs the mutex.
  void send_pending() {
    const std::uint8_t* data = nullptr;
    for (;;) {
      const auto size = nghttp2_session_mem_send(http2.get(), &data);
      if (size <= 0) return;
      stream->write({reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)});
    }
  }

  /// Needs the mutex. The request is whole. Only credentials can take long, so only they get a
  /// thread.
  void start_answer(std::int32_t id) {
    const auto found = calls.find(id);
    if (found == calls.end()) return;
    const auto& call = found->second;
    if (call.path != kCredentials) {
      submit(id, answer(call.path, call.body, offer.find_auth));
      return;
    }
    workers.remove_if([](const Worker& worker) { return worker.done.load(); });
    auto& worker = workers.emplace_back();
    worker.thread = std::jthread([this, id, path = call.path, body = call.body, &worker] {
      auto reply = answer(path, body, offer.find_auth);
      try {
        const std::lock_guard lock(mutex);
        submit(id, std::move(reply));
        send_pending();
      } catch (const std::exception&) {  // the connection is gone, and with it the build
      }
      worker.done = true;
    });
  }

  /// Needs the mutex.
  void submit(std::int32_t id, GrpcReply reply) {
    const auto found = calls.find(id);
    if (found == calls.end()) return;  // the engine gave up meanwhile
    auto& call = found->second;
    call.reply = std::move(reply);
    Headers headers{{":status", "200"}, {"content-type", "application/grpc"}};
    if (call.reply.status != GrpcStatus::ok) {
      const auto trailers = trailers_of(call.reply);
      headers.insert(headers.end(), trailers.begin(), trailers.end());
      const auto list = as_nghttp2(headers);
      nghttp2_submit_response(http2.get(), id, list.data(), list.size(), nullptr);
      return;
    }
    call.answer = grpc_frame(call.reply.body);
    nghttp2_data_provider provider{.source = {.ptr = &call}, .read_callback = &State::on_read};
    const auto list = as_nghttp2(headers);
    nghttp2_submit_response(http2.get(), id, list.data(), list.size(), &provider);
  }

  /// Needs the mutex. A transfer is answered as soon as it is asked for: both sides speak.
  void start_transfer(std::int32_t id) {
    auto& call = calls[id];
    const bool starts = call.path == kDiffCopy && offer.find_folder && !call.transfer;
    if (!starts) return;
    call.transfer = true;
    try {
      call.sender = offer.find_folder(call.question);
    } catch (const Error& error) {
      failed(error);
      return submit(id, {.status = GrpcStatus::unknown, .body = {}, .message = error.message()});
    }
    if (!call.sender) {
      return submit(id, {.status = GrpcStatus::not_found,
                         .body = {},
                         .message = fmt::format("there is no folder {}", call.question.folder)});
    }
    nghttp2_data_provider provider{.source = {.ptr = &call}, .read_callback = &State::on_read};
    const Headers headers{{":status", "200"}, {"content-type", "application/grpc"}};
    const auto list = as_nghttp2(headers);
    nghttp2_submit_response(http2.get(), id, list.data(), list.size(), &provider);
  }

  void failed(const Error& error) {
    if (offer.failed) offer.failed(error);
  }

  /// The next piece of a transfer's answer, when all before it was sent. A failure ends the stream,
  /// and with it the build.
  void go_on(Call& call) {
    if (call.sent < call.answer.size() || call.sender->done()) return;
    call.answer.clear();
    call.sent = 0;
    try {
      if (const auto packet = call.sender->next()) call.answer = grpc_frame(*packet);
    } catch (const Error& error) {
      failed(error);
      call.reply = {.status = GrpcStatus::unknown, .body = {}, .message = error.message()};
      call.sender.reset();
    }
  }

  /// What came of a transfer's stream.
  void take_packets(std::int32_t id, Call& call) {
    if (!call.sender) return call.body.clear();
    try {
      while (const auto packet = take_grpc_message(call.body, kMaxMessage))
        call.sender->take(*packet);
    } catch (const Error& error) {
      failed(error);
      nghttp2_submit_rst_stream(http2.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_PROTOCOL_ERROR);
      return;
    }
    nghttp2_session_resume_data(http2.get(), id);
  }

  /// nghttp2 is C: nothing may be thrown through it. It ends the connection instead.
  template <typename F>
  static auto guarded(F&& f) -> decltype(f()) {
    try {
      return f();
    } catch (const std::exception&) {
      return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
  }

  static int on_begin_headers(nghttp2_session* /*session*/, const nghttp2_frame* frame,
                              void* self) {
    return guarded([&] {
      static_cast<State*>(self)->calls.try_emplace(frame->hd.stream_id);
      return 0;
    });
  }

  static int on_header(nghttp2_session* /*session*/, const nghttp2_frame* frame,
                       const std::uint8_t* name, std::size_t name_size, const std::uint8_t* value,
                       std::size_t value_size, std::uint8_t /*flags*/, void* self) {
    return guarded([&] {
      const std::string_view key(reinterpret_cast<const char*>(name), name_size);
      auto& call = static_cast<State*>(self)->calls[frame->hd.stream_id];
      const std::string text(reinterpret_cast<const char*>(value), value_size);
      if (key == ":path") call.path = text;
      if (key == "dir-name") call.question.folder = text;
      if (key == "followpaths") call.question.paths.push_back(text);
      return 0;
    });
  }

  static int on_data(nghttp2_session* session, std::uint8_t /*flags*/, std::int32_t id,
                     const std::uint8_t* data, std::size_t size, void* self) {
    return guarded([&] {
      auto& state = *static_cast<State*>(self);
      auto& call = state.calls[id];
      if (call.body.size() + size > kMaxMessage) {
        return nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_ENHANCE_YOUR_CALM);
      }
      call.body.append(reinterpret_cast<const char*>(data), size);
      if (call.transfer) state.take_packets(id, call);
      return 0;
    });
  }

  static int on_frame(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* self) {
    return guarded([&] {
      auto& state = *static_cast<State*>(self);
      const std::int32_t id = frame->hd.stream_id;
      const bool request = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
      const bool ended = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
      const auto call = state.calls.find(id);
      if (!request || call == state.calls.end()) return 0;
      if (frame->hd.type == NGHTTP2_HEADERS) state.start_transfer(id);
      if (ended && !call->second.transfer) state.start_answer(id);
      return 0;
    });
  }

  static int on_close(nghttp2_session* /*session*/, std::int32_t id, std::uint32_t /*code*/,
                      void* self) {
    static_cast<State*>(self)->calls.erase(id);
    return 0;
  }

  static ssize_t on_read(nghttp2_session* session, std::int32_t id, std::uint8_t* buffer,
                         std::size_t size, std::uint32_t* flags, nghttp2_data_source* source,
                         void* self) {
    return guarded([&]() -> ssize_t {
      auto& call = *static_cast<Call*>(source->ptr);
      if (call.sender) static_cast<State*>(self)->go_on(call);
      const bool over = !call.sender || call.sender->done();
      const auto count = std::min(size, call.answer.size() - call.sent);
      std::copy_n(call.answer.begin() + static_cast<std::ptrdiff_t>(call.sent), count, buffer);
      call.sent += count;
      if (count == 0 && !over) return NGHTTP2_ERR_DEFERRED;
      if (over && call.sent == call.answer.size()) {
        *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
        const auto trailers = trailers_of(call.reply);
        const auto list = as_nghttp2(trailers);
        nghttp2_submit_trailer(session, id, list.data(), list.size());
      }
      return static_cast<ssize_t>(count);
    });
  }

  static constexpr std::size_t kMaxMessage = 65536;  // a request names a host or a secret
  static constexpr std::uint32_t kMaxStreams = 100;  // at a time; BuildKit has a few

  std::unique_ptr<engine::ByteStream> stream;
  std::stop_source stop;
  SessionOffer offer;
  std::mutex mutex;
  std::unique_ptr<nghttp2_session, void (*)(nghttp2_session*)> http2{nullptr, nghttp2_session_del};
  std::map<std::int32_t, Call> calls;
  std::list<Worker> workers;
  std::jthread reader;
};

BuildSession::BuildSession(std::unique_ptr<engine::ByteStream> stream, std::stop_source stop,
                           SessionOffer offer)
    : state_(std::make_unique<State>(std::move(stream), std::move(stop), std::move(offer))) {}

BuildSession::~BuildSession() = default;

std::unique_ptr<BuildSession> open_session(engine::Transport& engine, const std::string& id,
                                           const std::string& key, SessionOffer offer,
                                           std::stop_token stop) {
  engine::Request request{
      .method = "POST", .path = "/session", .query = {}, .headers = {}, .body = {}};
  request.headers = {{"Connection", "Upgrade"},
                     {"Upgrade", "h2c"},
                     {"X-Docker-Expose-Session-Uuid", id},
                     {"X-Docker-Expose-Session-Name", "skep"},
                     {"X-Docker-Expose-Session-Sharedkey", key}};
  for (const auto* method : {kHealthCheck, kCredentials, kGetSecret, kDiffCopy}) {
    const bool offered = method != kDiffCopy || offer.find_folder;
    if (offered) request.headers.emplace_back("X-Docker-Expose-Session-Grpc-Method", method);
  }
  // The session has a stop of its own, since it also ends when the build is done.
  std::stop_source end;
  const std::stop_callback also(std::move(stop), [&end] { end.request_stop(); });
  auto stream = engine.upgrade(request, end.get_token());
  return std::make_unique<BuildSession>(std::move(stream), end, std::move(offer));
}

}  // namespace skep::image
