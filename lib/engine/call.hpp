#pragma once
// One call to the engine: a request in, JSON out. Any other answer becomes an Error in the engine's
// own words.
#include "base/error.hpp"
#include "base/json.hpp"
#include "engine/transport.hpp"

#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace skep::engine {

/// {"label": ["a=b"]}: the `filters` parameter of the Engine API's lists. Each key must match, with
/// one of its values.
using Filters = std::map<std::string, std::vector<std::string>>;
/// The filters as JSON; "" for none.
std::string encode(const Filters& filters);
/// Adds `filters` to a query, unless there are none.
void add_filters(Pairs& query, const Filters& filters);
/// {"label": ["com.docker.stack.namespace=STACK"]}
Filters of_stack(const std::string& stack);

/// "POST /services/create": how messages name a request.
std::string name_of(const Request& request);
/// The engine's own words in a refusal: {"message"}, or the text of the body, without "rpc error:
/// code = X desc = ".
std::string error_message(const Response& response);
/// Whether it is 503 "This node is not a swarm manager …". (A manager that is being prepared says
/// so too, and is worth a retry.)
bool is_no_manager(const std::string& message);

/// Returns a 2xx (or 304); any other answer becomes Error{not_found 404, conflict 409 or "update
/// out of sequence", unavailable 503, unauthorized 401 and 403, rejected}: "POST /services/create:
/// name conflicts with an existing object".
Response require(Response response, const Request& request);

/// send() and require().
Response call(Transport& engine, const Request& request, std::stop_token stop = {});
/// The same, for answers whose body nobody reads.
void write(Transport& engine, const Request& request, std::stop_token stop = {});
/// The answer's body as JSON. Throws Error{rejected} when it is not JSON.
Json call_json(Transport& engine, const Request& request, std::stop_token stop = {});

/// Calls `take` with each object of an answer that is a list of objects, one after another; null
/// counts as an empty one (Go's nil slice). Throws Error{rejected} when it is something else.
void call_each(Transport& engine, const Request& request, const std::function<void(Json)>& take,
               std::stop_token stop = {});
/// The same as one list.
Json call_list(Transport& engine, const Request& request, std::stop_token stop = {});

Request get(std::string path, Pairs query = {});
/// With a JSON body.
Request post(std::string path, const Json& body, Pairs query = {});
Request post(std::string path, Pairs query = {});
Request remove(std::string path);

/// A name or id encoded for a path; "/" and ":" of an image reference stay.
std::string segment(const std::string& text);
/// A string of an object; "" when it is absent or something else.
std::string text_of(const Json& object, const char* key);

}  // namespace skep::engine
