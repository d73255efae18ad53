// Two threads write one number without a lock: what the thread sanitizer must say so of.
#include <cstdio>
#include <thread>

namespace {

int number = 0;

void count() {
  for (int i = 0; i < 100'000; ++i) ++number;
}

}  // namespace

int main() {
  std::thread other(count);
  count();
  other.join();
  std::printf("%d\n", number);
}
