#pragma once
// An engine whose answers are changed on the way: one field of every answer to one question, or the
// whole of it.
#include "base/json.hpp"
#include "engine/transport.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace skep::test {

/// One change: what is asked ("GET /services/*"), where in the answer (a JSON pointer without
/// indexes: each element), and what is put there.
struct Change {
  std::string question;
  std::string pointer;
  std::string what;  // "absent", "null", "number", …; see changes_of()
};

/// The changes that make sense for a sample of an answer: of each field, and of the whole.
std::vector<Change> changes_of(const std::string& question, const std::string& body);
/// The answer with the change made; the same answer when it has no such field.
std::string changed(const std::string& body, const Change& change);

class HostileEngine : public engine::Transport {
 public:
  explicit HostileEngine(engine::Transport& engine) : engine_(engine) {}

  engine::Response send(const engine::Request& request, const engine::BodySink& sink,
                        std::stop_token stop) override;
  std::unique_ptr<engine::ByteStream> upgrade(const engine::Request& request,
                                              std::stop_token stop) override;

  /// "GET /services/*/logs": ids and names left out.
  static std::string question_of(const engine::Request& request);

  const Change* change = nullptr;              // nothing is changed without
  std::map<std::string, std::string> samples;  // the longest answer to each question
  int requests = 0;
  /// After so many a loop without end is ended by an exception of no type that skep knows.
  int most = 20'000;
  /// Sees each answer that skep gets.
  std::function<void(const std::string& question, const std::string& body)> seen;

 private:
  engine::Transport& engine_;
};

}  // namespace skep::test
