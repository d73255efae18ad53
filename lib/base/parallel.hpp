#pragma once
// The only place where skep does several things at once: up to `width` items, results in the order
// of the items.
#include <algorithm>
#include <atomic>
#include <exception>
#include <optional>
#include <system_error>
#include <thread>
#include <type_traits>
#include <vector>

namespace skep {

/// Calls f(item) for every item. When calls throw, the others still end, then the first (by order)
/// is rethrown.
template <typename Item, typename F>
auto parallel(const std::vector<Item>& items, std::size_t width, F f) {
  using Answer = std::invoke_result_t<F, const Item&>;
  std::vector<std::optional<Answer>> results(items.size());
  std::vector<std::exception_ptr> errors(items.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < items.size(); i = next++) {
      try {
        results[i] = f(items[i]);
      } catch (...) {
        errors[i] = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    try {
      for (std::size_t n = 1; n < std::min(width, items.size()); ++n) threads.emplace_back(work);
    } catch (const std::system_error&) {
      // The system gives no more threads (a container's limit of processes): with fewer then.
    }
    work();
  }
  for (const auto& error : errors) {
    if (error) std::rethrow_exception(error);
  }
  std::vector<Answer> values;
  values.reserve(items.size());
  for (auto& result : results) values.push_back(std::move(*result));
  return values;
}

}  // namespace skep
