#pragma once
// libcurl's handles with owners, and the loop that drives one transfer and reacts to a stop at
// once. For lib/http only.
#include "http/message.hpp"
#include "http/wake.hpp"

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>

namespace skep::http {

struct EasyCleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiCleanup {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListCleanup {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyCleanup>;
using Multi = std::unique_ptr<CURLM, MultiCleanup>;
using List = std::unique_ptr<curl_slist, ListCleanup>;

/// An easy handle in a multi handle of its own: one connection at a time, kept between requests.
class Handle {
 public:
  /// The first one calls curl_global_init (0.65 ms, so not at program start). Throws
  /// Error{internal}.
  Handle();
  ~Handle();
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  CURL* easy() const { return easy_.get(); }
  /// Forgets all options of the last request, keeps the connection, and sets the options that every
  /// request has.
  void reset();
  /// Drives the transfer to its end. Throws Error{interrupted} as soon as `wake` is raised.
  CURLcode drive(const Wake& wake);
  /// Ends the transfer; a connection in the middle of one is closed. Not called while a
  /// CONNECT_ONLY handle is in use.
  void detach();
  /// What went wrong, in libcurl's words, or in the system's where those say more.
  std::string why(CURLcode code) const;
  /// errno of the failed connect(2); 0 when there is none.
  int os_error() const;

 private:
  Easy easy_;
  Multi multi_;
  bool attached_ = false;
  std::array<char, CURL_ERROR_SIZE> error_{};
};

template <typename Value>
void set_option(CURL* easy, CURLoption option, Value value) {
  curl_easy_setopt(easy, option, value);
}

/// "name: value" lines; an empty value is sent as a header without one.
List header_list(const Pairs& headers);
/// "a=1&b=2", encoded.
std::string encode_query(const Pairs& query);

}  // namespace skep::http
