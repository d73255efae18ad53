#include "base/hash.hpp"
#include "support/fake_routes.hpp"
#include "support/hostile_engine.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <zlib.h>

#include <array>
#include <set>
#include <stdexcept>

namespace skep::test {
namespace {

const std::string kPaint = "\x1b[2J\x1b]0;t\x07\u009b31m\u202e\r\b\x7f";
constexpr std::size_t kHuge = 300'000;

using Edit = std::function<void(Json& parent, const std::string& key)>;

/// What is put in the place of a value, by name.
const std::map<std::string, Json>& replacements() {
  static const std::map<std::string, Json> kAll = {
      {"null", nullptr},
      {"number", 7},
      {"negative", -1},
      {"large", 1e300},
      {"true", true},
      {"empty", ""},
      {"text", "x"},
      {"paint", kPaint + "x" + kPaint},
      {"huge", std::string(kHuge, 'y')},
      {"list", Json::array()},
      {"list of null", Json::array({nullptr})},
      {"list of texts", Json::array({"a", kPaint})},
      {"object", Json::object()},
      {"object of null", {{"x", nullptr}}},
  };
  return kAll;
}

/// What replaces the whole answer.
const std::map<std::string, std::string>& bodies() {
  static const std::map<std::string, std::string> kAll = {
      {"body: empty", ""},
      {"body: null", "null"},
      {"body: number", "5"},
      {"body: text", "\"x\""},
      {"body: true", "true"},
      {"body: object", "{}"},
      {"body: list", "[]"},
      {"body: list of null", "[null]"},
      {"body: list of lists", "[[]]"},
      {"body: half", "{\"a\": [1, {\"b\""},
      {"body: deep", std::string(100'000, '[')},
      {"body: no UTF-8", "{\"Name\": \"\xff\xfe\"}"},
      {"body: paint", kPaint + "\n" + kPaint},
      {"body: lines", std::string(50'000, '\n')},
  };
  return kAll;
}

void collect(const Json& value, const std::string& pointer, std::set<std::string>& pointers) {
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      pointers.insert(pointer + "/" + key);
      collect(member, pointer + "/" + key, pointers);
    }
  } else if (value.is_array()) {
    if (!value.empty()) pointers.insert(pointer + "/*");
    for (const auto& item : value) collect(item, pointer + "/*", pointers);
  }
}

/// Calls `edit` with each parent and key that the pointer names.
void visit(Json& value, std::vector<std::string> path, const Edit& edit) {
  const auto key = path.front();
  path.erase(path.begin());
  if (key == "*" && value.is_array()) {
    for (std::size_t i = value.size(); i-- > 0;) {
      if (path.empty()) {
        edit(value, std::to_string(i));
      } else {
        visit(value[i], path, edit);
      }
    }
  } else if (value.is_object() && value.contains(key)) {
    if (path.empty()) {
      edit(value, key);
    } else {
      visit(value[key], path, edit);
    }
  }
}

void replace(Json& document, const Change& change) {
  visit(document, parts_of(change.pointer), [&](Json& parent, const std::string& key) {
    if (change.what == "absent") {
      if (parent.is_array()) {
        parent.erase(std::stoul(key));
      } else {
        parent.erase(key);
      }
      return;
    }
    Json& place = parent.is_array() ? parent[std::stoul(key)] : parent[key];
    place = replacements().at(change.what);
  });
}

/// A release record inside of a config: base64 of compressed JSON.
std::string inflated(const std::string& data) {
  std::string text(std::size_t{64} << 10U, '\0');
  uLongf size = text.size();
  if (uncompress(reinterpret_cast<Bytef*>(text.data()), &size,
                 reinterpret_cast<const Bytef*>(data.data()), data.size()) != Z_OK)
    return "";
  text.resize(size);
  return text;
}

std::string deflated(const std::string& text) {
  std::string data(compressBound(text.size()), '\0');
  uLongf size = data.size();
  compress(reinterpret_cast<Bytef*>(data.data()), &size,
           reinterpret_cast<const Bytef*>(text.data()), text.size());
  data.resize(size);
  return data;
}

/// Texts that hold JSON themselves are opened: records, and the lines of a log ("skep-result {…}").
struct Opened {
  std::string before;
  Json document;
  std::string after;
  bool record = false;
};

std::optional<Opened> opened_text(const std::string& text) {
  if (text.size() < 4) return std::nullopt;
  try {
    if (auto json = inflated(base64_decode(text)); !json.empty())
      return Opened{"", Json::parse(json), "", true};
  } catch (const std::exception&) {  // no base64
  }
  return std::nullopt;
}

std::string closed(const Opened& opened) {
  const auto text = opened.document.dump(-1, ' ', false, Json::error_handler_t::replace);
  return opened.record ? base64(deflated(text)) : opened.before + text + opened.after;
}

/// Records inside of configs become objects ("Data" → {"record": …}), and back.
void open_records(Json& document) {
  if (document.is_array()) {
    for (auto& item : document) open_records(item);
  } else if (document.is_object() && document.contains("Spec") && document["Spec"].is_object() &&
             document["Spec"].contains("Data") && document["Spec"]["Data"].is_string()) {
    if (auto opened = opened_text(document["Spec"]["Data"].get<std::string>()))
      document["Spec"]["Data"] = {{"record", opened->document}};
  }
}

void close_records(Json& document) {
  if (document.is_array()) {
    for (auto& item : document) close_records(item);
  } else if (document.is_object() && document.contains("Spec") && document["Spec"].is_object() &&
             document["Spec"].contains("Data") && document["Spec"]["Data"].is_object() &&
             document["Spec"]["Data"].contains("record")) {
    Opened opened;
    opened.document = document["Spec"]["Data"]["record"];
    opened.record = true;
    document["Spec"]["Data"] = closed(opened);
  }
}

constexpr std::size_t kHead = 8;  // of a frame of a log

/// The frames of a log, the JSON in each line opened: {"head": …, "before": …, "line": {…}}.
std::optional<Json> open_log(const std::string& body) {
  Json frames = Json::array();
  for (std::size_t at = 0; at + kHead <= body.size();) {
    std::size_t length = 0;
    for (std::size_t i = 4; i < kHead; ++i)
      length = length << 8U | static_cast<unsigned char>(body[at + i]);
    if (static_cast<unsigned char>(body[at]) > 3 || at + kHead + length > body.size())
      return std::nullopt;
    const auto text = body.substr(at + kHead, length);
    const auto brace = text.find('{');
    const auto end = text.rfind('}');
    Json line;
    if (brace != std::string::npos && end != std::string::npos)
      line = Json::parse(text.substr(brace, end - brace + 1), nullptr, false);
    if (line.is_object()) {
      frames.push_back({{"type", body[at]}, {"before", text.substr(0, brace)}, {"line", line}});
    } else {
      frames.push_back({{"type", body[at]}, {"text", text}});
    }
    at += kHead + length;
  }
  if (frames.empty()) return std::nullopt;
  return frames;
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>()
                           : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string close_log(const Json& frames) {
  std::string body;
  for (const auto& frame : frames) {
    if (!frame.is_object()) continue;
    std::string text = frame.contains("line") ? text_of(frame.value("before", Json(""))) +
                                                    text_of(frame["line"]) + "\n"
                                              : text_of(frame.value("text", Json("")));
    const int type =
        frame.contains("type") && frame["type"].is_number() ? frame["type"].get<int>() : 9;
    body += std::string{static_cast<char>(type), '\0', '\0', '\0'};
    for (int shift = 24; shift >= 0; shift -= 8)
      body += static_cast<char>(text.size() >> static_cast<unsigned>(shift) & 0xFFU);
    body += text;
  }
  return body;
}

/// JSON, lines of JSON, or the frames of a log, as one document.
struct Answer {
  enum class Form { json, lines, log } form = Form::json;
  Json document;
};

std::optional<Answer> read_answer(const std::string& body) {
  if (body.empty()) return std::nullopt;
  if (auto whole = Json::parse(body, nullptr, false); !whole.is_discarded()) {
    open_records(whole);
    return Answer{Answer::Form::json, std::move(whole)};
  }
  if (auto frames = open_log(body)) return Answer{Answer::Form::log, std::move(*frames)};
  Json lines = Json::array();
  for (std::size_t at = 0; at < body.size();) {
    const auto end = std::min(body.find('\n', at), body.size());
    auto line = Json::parse(body.substr(at, end - at), nullptr, false);
    if (line.is_discarded()) return std::nullopt;
    lines.push_back(std::move(line));
    at = end + 1;
  }
  return Answer{Answer::Form::lines, std::move(lines)};
}

std::string write_answer(Answer answer) {
  if (answer.form == Answer::Form::log) return close_log(answer.document);
  if (answer.form == Answer::Form::json) {
    close_records(answer.document);
    return text_of(answer.document.is_string() ? Json(answer.document.dump()) : answer.document);
  }
  std::string body;
  for (const auto& line : answer.document)
    body += line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return body;
}

}  // namespace

std::vector<Change> changes_of(const std::string& question, const std::string& body) {
  std::vector<Change> changes;
  for (const auto& [what, ignored] : bodies()) changes.push_back({question, "", what});
  const auto answer = read_answer(body);
  if (!answer) return changes;
  std::set<std::string> pointers;
  collect(answer->document, "", pointers);
  for (const auto& pointer : pointers) {
    changes.push_back({question, pointer, "absent"});
    for (const auto& [what, ignored] : replacements()) changes.push_back({question, pointer, what});
  }
  return changes;
}

std::string changed(const std::string& body, const Change& change) {
  if (change.pointer.empty()) return bodies().at(change.what);
  auto answer = read_answer(body);
  if (!answer) return body;
  replace(answer->document, change);
  return write_answer(std::move(*answer));
}

std::string HostileEngine::question_of(const engine::Request& request) {
  const auto parts = parts_of(request.path);
  std::string text = request.method + " /" + parts.front();
  if (parts.size() == 1) return text;
  static const std::set<std::string> kWords = {"json", "logs", "update",  "create",
                                               "push", "tag",  "archive", "start"};
  const bool tail = kWords.contains(parts.back());
  if (parts.size() > 2 || !tail) text += "/*";
  return tail ? text + "/" + parts.back() : text;
}

engine::Response HostileEngine::send(const engine::Request& request, const engine::BodySink& sink,
                                     std::stop_token stop) {
  if (++requests > most) throw std::out_of_range("a loop without end");
  auto response = engine_.send(request, {}, std::move(stop));
  const auto question = question_of(request);
  auto& sample = samples[question];
  if (response.body.size() > sample.size()) sample = response.body;
  const bool good = response.status >= 200 && response.status < 300;
  if (change != nullptr && good && change->question == question)
    response.body = changed(response.body, *change);
  if (seen) seen(question, response.body);
  if (sink && good) {
    sink(response.body);
    response.body.clear();
  }
  return response;
}

std::unique_ptr<engine::ByteStream> HostileEngine::upgrade(const engine::Request& request,
                                                           std::stop_token stop) {
  return engine_.upgrade(request, std::move(stop));
}

}  // namespace skep::test
