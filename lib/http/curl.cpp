#include "http/curl.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"

#include <cstring>
#include <sys/socket.h>

namespace skep::http {

namespace {

/// How long a wait for the network may last before libcurl looks at its own timers again.
constexpr int kPollMs = 60'000;

void initialise() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) throw Error(Kind::internal, "libcurl cannot be initialised");
}

/// What a child program inherits is what it may write to: no socket of ours.
curl_socket_t open_socket(void* /*nothing*/, curlsocktype /*purpose*/, curl_sockaddr* address) {
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace

Handle::Handle() {
  initialise();
  easy_.reset(curl_easy_init());
  multi_.reset(curl_multi_init());
  if (!easy_ || !multi_) throw Error(Kind::internal, "libcurl has no memory for a connection");
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, 1L);
  reset();
}

Handle::~Handle() {
  detach();
}

void Handle::reset() {
  detach();
  curl_easy_reset(easy());
  error_.fill('\0');
  set_option(easy(), CURLOPT_ERRORBUFFER, error_.data());
  set_option(easy(), CURLOPT_NOSIGNAL, 1L);
  set_option(easy(), CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  set_option(easy(), CURLOPT_PROXY, "");  // the environment's proxy is for browsers, not for us
  set_option(easy(), CURLOPT_PATH_AS_IS, 1L);
  set_option(easy(), CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  // A peer that vanished without a word is noticed within about two minutes.
  set_option(easy(), CURLOPT_TCP_KEEPALIVE, 1L);
  set_option(easy(), CURLOPT_TCP_KEEPIDLE, 30L);
  set_option(easy(), CURLOPT_TCP_KEEPINTVL, 10L);
}

CURLcode Handle::drive(const Wake& wake) {
  wake.check();
  if (curl_multi_add_handle(multi_.get(), easy()) != CURLM_OK) {
    throw Error(Kind::internal, "libcurl does not take a transfer");
  }
  attached_ = true;
  for (;;) {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    if (running == 0) break;
    wake.check();
    curl_waitfd extra{.fd = wake.fd(), .events = CURL_WAIT_POLLIN, .revents = 0};
    curl_multi_poll(multi_.get(), &extra, 1, kPollMs, nullptr);
  }
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi_.get(), &left);
  return message != nullptr && message->msg == CURLMSG_DONE ? message->data.result
                                                            : CURLE_ABORTED_BY_CALLBACK;
}

void Handle::detach() {
  if (attached_) curl_multi_remove_handle(multi_.get(), easy());
  attached_ = false;
}

std::string Handle::why(CURLcode code) const {
  if (const int system = os_error(); code == CURLE_COULDNT_CONNECT && system != 0) {
    return std::strerror(system);
  }
  return error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
}

int Handle::os_error() const {
  long error = 0;
  curl_easy_getinfo(easy(), CURLINFO_OS_ERRNO, &error);
  return static_cast<int>(error);
}

List header_list(const Pairs& headers) {
  List list;
  for (const auto& [name, value] : headers) {
    // libcurl reads "Name:" as "leave this header out" and "Name;" as "send it empty".
    const auto line = value.empty() ? name + ";" : name + ": " + value;
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw Error(Kind::internal, "libcurl has no memory for a header");
    static_cast<void>(list.release());
    list.reset(longer);
  }
  return list;
}

std::string encode_query(const Pairs& query) {
  std::string text;
  for (const auto& [name, value] : query) {
    if (!text.empty()) text += '&';
    text += url_encode(name) + '=' + url_encode(value);
  }
  return text;
}

}  // namespace skep::http
