#include "http/transfer.hpp"

#include "base/error.hpp"
#include "base/looks_secret.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace skep::http {

namespace {

constexpr std::size_t kMaxHeaders = 512U * 1024;   // of all answers to a request, 100 Continue too
constexpr std::size_t kMaxRefusal = 1024U * 1024;  // more of an error is not read

bool is_good(int status) {
  return status >= 200 && status < 300;
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())))
    text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())))
    text.remove_suffix(1);
  return std::string(text);
}

bool has_header(const Pairs& headers, std::string_view name) {
  return !Response{.status = 0, .headers = headers, .body = {}}.header(name).empty();
}

}  // namespace

Transfer::Transfer(Handle& handle, const Request& request, const BodySink& sink, std::size_t limit)
    : handle_(handle), request_(request), sink_(sink), limit_(limit) {
  prepare();
}

CURLcode Transfer::run(const std::string& url, const Wake& wake) {
  set_option(handle_.easy(), CURLOPT_URL, url.c_str());
  name_ =
      fmt::format("{} {}", request_.method, request_.path.empty() ? shown_url(url) : request_.path);
  const auto code = handle_.drive(wake);
  if (thrown_) std::rethrow_exception(thrown_);
  if (full_) return CURLE_OK;
  // libcurl takes a connection that ends inside the headers for an answer without a body.
  return code == CURLE_OK && !head_ended_ ? CURLE_GOT_NOTHING : code;
}

void Transfer::prepare() {
  CURL* easy = handle_.easy();
  set_option(easy, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set_option(easy, CURLOPT_HEADERDATA, this);
  set_option(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set_option(easy, CURLOPT_WRITEDATA, this);
  if (request_.method == "HEAD") {
    set_option(easy, CURLOPT_NOBODY, 1L);
  } else if (request_.body.next || request_.method == "POST") {
    prepare_body();
  }
  if (request_.method != "GET" && request_.method != "HEAD") {
    set_option(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
  auto headers = request_.headers;
  if (request_.body.next && !request_.body.size)
    headers.emplace_back("Transfer-Encoding", "chunked");
  headers_ = header_list(headers);
  // Two headers that libcurl would add by itself: a wait for "100 Continue", and a form's content
  // type.
  const auto leave_out = [this](const char* line) {
    curl_slist* longer = curl_slist_append(headers_.get(), line);
    static_cast<void>(headers_.release());
    headers_.reset(longer);
  };
  leave_out("Expect:");
  if (!has_header(request_.headers, "Content-Type")) leave_out("Content-Type:");
  set_option(easy, CURLOPT_HTTPHEADER, headers_.get());
}

void Transfer::prepare_body() {
  CURL* easy = handle_.easy();
  set_option(easy, CURLOPT_POST, 1L);
  if (!request_.body.next) {
    set_option(easy, CURLOPT_POSTFIELDS, "");
    set_option(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(0));
    return;
  }
  set_option(easy, CURLOPT_READFUNCTION, &Transfer::on_source);
  set_option(easy, CURLOPT_READDATA, this);
  set_option(easy, CURLOPT_POSTFIELDSIZE_LARGE,
             request_.body.size ? static_cast<curl_off_t>(*request_.body.size)
                                : static_cast<curl_off_t>(-1));
}

std::size_t Transfer::take_header(std::string_view line) {
  head_size_ += line.size();
  if (head_size_ > kMaxHeaders) {
    throw Error(Kind::unreachable, fmt::format("{}: the headers of the answer are more than {} KiB",
                                               name_, kMaxHeaders >> 10U));
  }
  if (line.starts_with("HTTP/")) {  // each answer on the way (100 Continue) begins anew
    response_ = {};
    head_ended_ = false;
    const auto space = line.find(' ');
    const auto digits = space == std::string_view::npos ? line : line.substr(space + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), response_.status);
  } else if (line == "\r\n" || line == "\n") {
    head_ended_ = true;
  } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    response_.headers.emplace_back(std::string(line.substr(0, colon)),
                                   trimmed(line.substr(colon + 1)));
  }
  return line.size();
}

std::size_t Transfer::take_body(std::string_view piece) {
  if (sink_ && is_good(response_.status)) {
    sink_(piece);
    return piece.size();
  }
  if (limit_ != 0 && response_.body.size() + piece.size() > limit_) {
    response_.body += piece.substr(0, limit_ - response_.body.size());
    full_ = true;
    return 0;
  }
  if (!is_good(response_.status) && response_.body.size() + piece.size() > kMaxRefusal) {
    response_.body += piece.substr(0, kMaxRefusal - response_.body.size());
    full_ = true;
    return 0;
  }
  if (response_.body.size() + piece.size() > kMaxBody) {
    throw Error(Kind::rejected,
                fmt::format("{}: the answer is larger than {} MiB", name_, kMaxBody >> 20U));
  }
  response_.body += piece;
  return piece.size();
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    return transfer.take_header({data, size * count});
  } catch (...) {
    transfer.thrown_ = std::current_exception();
    return 0;
  }
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    return transfer.take_body({data, size * count});
  } catch (...) {
    transfer.thrown_ = std::current_exception();
    return 0;
  }
}

std::size_t Transfer::on_source(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    return transfer.request_.body.next(data, size * count);
  } catch (...) {
    transfer.thrown_ = std::current_exception();
    return CURL_READFUNC_ABORT;
  }
}

}  // namespace skep::http
