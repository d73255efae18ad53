#include "engine/logs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace skep::engine {

namespace {

constexpr std::size_t kHead = 8;
constexpr std::size_t kLongestFrame = 16U * 1024 * 1024;  // the engine cuts at 16 KiB
constexpr std::size_t kLongestLine = 1024U * 1024;        // what is longer is cut into lines
constexpr unsigned char kOut = 1;
constexpr unsigned char kErr = 2;
constexpr unsigned char kDaemonError = 3;

std::uint32_t length_of(std::string_view head) {
  std::uint32_t length = 0;
  for (std::size_t i = 4; i < kHead; ++i)
    length = length << 8 | static_cast<unsigned char>(head[i]);
  return length;
}

bool is_head(std::string_view head) {
  const auto type = static_cast<unsigned char>(head[0]);
  return type <= kDaemonError && head[1] == '\0' && head[2] == '\0' && head[3] == '\0';
}

/// Takes the text up to the first space off the front.
std::string_view take_word(std::string_view& text) {
  const auto space = text.find(' ');
  const auto word = text.substr(0, space);
  text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  return word;
}

/// "2026-01-02T03:04:05.000000001Z ", as the engine writes it in front of each message.
bool begins_with_time(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00.000000000Z ";
  return text.size() >= kForm.size() &&
         std::equal(kForm.begin(), kForm.end(), text.begin(), [](char form, char c) {
           return form == '0' ? c >= '0' && c <= '9' : c == form;
         });
}

std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto digits = text.substr(i + 1, 2);
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
      plain += static_cast<char>(value);
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return plain;
}

/// "com.docker.swarm.node.id=a,com.docker.swarm.task.id=b", each side URL-encoded.
std::map<std::string, std::string> parse_details(std::string_view text) {
  std::map<std::string, std::string> details;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto pair = text.substr(0, comma);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    details[unescape(pair.substr(0, equals))] = unescape(pair.substr(equals + 1));
  }
  return details;
}

void read_logs(Transport& engine, const std::string& path, const LogOptions& options,
               const LogDecoder::OnLine& on_line, std::stop_token stop) {
  Pairs query{{"stdout", "1"}, {"stderr", "1"}};
  if (options.follow) query.emplace_back("follow", "1");
  if (options.timestamps) query.emplace_back("timestamps", "1");
  if (options.details) query.emplace_back("details", "1");
  query.emplace_back("tail", options.tail ? std::to_string(*options.tail) : "all");
  if (!options.since.empty()) query.emplace_back("since", options.since);
  auto request = get(path, std::move(query));
  if (options.follow) request.patience = http::kListening;
  LogDecoder decoder(options, on_line);
  auto answer = engine.send(
      request, [&](std::string_view piece) { decoder.feed(piece); }, std::move(stop));
  static_cast<void>(require(std::move(answer), request));
  decoder.finish();
}

}  // namespace

LogDecoder::LogDecoder(LogOptions options, OnLine on_line)
    : options_(std::move(options)), on_line_(std::move(on_line)) {}

void LogDecoder::feed(std::string_view piece) {
  if (options_.tty) return take(LogChannel::out, piece);
  buffer_ += piece;
  std::size_t at = 0;
  while (buffer_.size() - at >= kHead) {
    const std::string_view head(buffer_.data() + at, kHead);
    if (!is_head(head)) throw Error(Kind::rejected, "the log stream holds no frames");
    const auto length = length_of(head);
    if (length > kLongestFrame)
      throw Error(Kind::rejected, "a frame of the log stream is too large");
    if (buffer_.size() - at - kHead < length) break;
    frame(static_cast<unsigned char>(head[0]),
          std::string_view(buffer_).substr(at + kHead, length));
    at += kHead + length;
  }
  buffer_.erase(0, at);
}

void LogDecoder::finish() {
  if (!buffer_.empty()) throw Error(Kind::unreachable, "the log stream broke off inside a frame");
  for (auto& [channel, open] : open_) {
    if (!open.text.empty()) line(channel, open);
    open = {};
  }
}

void LogDecoder::frame(unsigned char type, std::string_view payload) {
  if (type == kDaemonError) {
    const auto end = payload.find_last_not_of(" \r\n");
    throw Error(Kind::rejected, fmt::format("logs: {}", payload.substr(0, end + 1)));
  }
  if (type != kOut && type != kErr) return;
  const auto channel = type == kOut ? LogChannel::out : LogChannel::err;
  const auto& open = open_[channel];
  if (options_.timestamps && (open.begun || !open.text.empty()) && begins_with_time(payload)) {
    take_word(payload);
    if (options_.details) take_word(payload);
  }
  take(channel, payload);
}

void LogDecoder::take(LogChannel channel, std::string_view text) {
  auto& open = open_[channel];
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    open.text += text.substr(0, end);
    const auto whole = std::exchange(open, {});
    if (!whole.begun || !whole.text.empty()) line(channel, whole);
    text.remove_prefix(end + 1);
  }
  open.text += text;
  if (open.text.size() <= kLongestLine) return;
  open.begun = line(channel, open);
  open.text.clear();
}

LogLine LogDecoder::line(LogChannel channel, const Open& open) {
  std::string_view text = open.text;
  if (text.ends_with('\r')) text.remove_suffix(1);
  LogLine line =
      open.begun.value_or(LogLine{.channel = channel, .time = {}, .details = {}, .text = {}});
  if (!open.begun && options_.timestamps) line.time = std::string(take_word(text));
  if (!open.begun && options_.details) line.details = parse_details(take_word(text));
  line.text = std::string(text);
  on_line_(line);
  line.text.clear();
  return line;
}

void service_logs(Transport& engine, const std::string& service, const LogOptions& options,
                  const LogDecoder::OnLine& on_line, std::stop_token stop) {
  read_logs(engine, fmt::format("/services/{}/logs", segment(service)), options, on_line,
            std::move(stop));
}

void task_logs(Transport& engine, const std::string& task, const LogOptions& options,
               const LogDecoder::OnLine& on_line, std::stop_token stop) {
  read_logs(engine, fmt::format("/tasks/{}/logs", segment(task)), options, on_line,
            std::move(stop));
}

}  // namespace skep::engine
