#include "engine/events.hpp"

#include <nlohmann/json.hpp>

namespace skep::engine {

void watch_events(Transport& engine, const Filters& filters, const std::string& since,
                  const JsonStream::OnObject& on_event, std::stop_token stop) {
  Pairs query;
  add_filters(query, filters);
  if (!since.empty()) query.emplace_back("since", since);
  auto request = get("/events", std::move(query));
  request.patience = http::kListening;
  JsonStream objects(name_of(request), on_event);
  auto answer = engine.send(
      request, [&](std::string_view piece) { objects.feed(piece); }, std::move(stop));
  static_cast<void>(require(std::move(answer), request));
  objects.finish();
}

}  // namespace skep::engine
