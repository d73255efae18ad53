#include "swarm/record.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/limits.hpp"
#include "swarm/shape.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <zlib.h>

#include <array>

namespace skep::swarm {
namespace {

constexpr int kFormat = 1;
/// Far above what fits a config after compression of real specs: a guard against a crafted one.
constexpr std::size_t kMaxTextBytes = std::size_t{64} << 20U;
constexpr std::size_t kMaxNameBytes = 64;

Json services_json(const std::vector<RecordedService>& services) {
  Json result = Json::array();
  for (const auto& service : services) {
    Json item = {{"name", service.name}, {"spec", service.spec}};
    if (service.live_replicas) item["live_replicas"] = true;
    result.push_back(std::move(item));
  }
  return result;
}

std::string deflated(const std::string& text) {
  uLongf size = compressBound(text.size());
  std::string result(size, '\0');
  const auto* from = reinterpret_cast<const Bytef*>(text.data());
  if (compress2(reinterpret_cast<Bytef*>(result.data()), &size, from, text.size(),
                Z_BEST_COMPRESSION) != Z_OK) {
    throw Error(Kind::internal, "a release record could not be compressed");
  }
  result.resize(size);
  return result;
}

std::string inflated(const std::string& data) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) throw Error(Kind::internal, "zlib does not start");
  std::string copy = data;  // zlib's input is not const
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  std::string text;
  std::array<char, 16384> block{};
  int status = Z_OK;
  while (status == Z_OK && text.size() < kMaxTextBytes) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    status = inflate(&stream, Z_NO_FLUSH);
    text.append(block.data(), block.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END)
    throw Error(Kind::rejected, "the release record is damaged: it does not decompress");
  return text;
}

/// The field of that name with the wanted type, or the type's empty value when it is absent.
template <typename T>
T field(const Json& object, const char* name, const char* wanted) {
  const auto found = object.find(name);
  if (found == object.end()) return T{};
  try {
    return found->get<T>();
  } catch (const Json::exception&) {
    throw Error(Kind::rejected,
                fmt::format("the release record is damaged: \"{}\" is not {}", name, wanted));
  }
}

/// The items of a list, each with a name and a spec.
std::vector<Json> named_specs(const Json& object, const char* name) {
  auto items = field<std::vector<Json>>(object, name, "a list");
  for (const auto& item : items) {
    if (item.is_object() && item.contains("name") && item.contains("spec") &&
        item["name"].is_string()) {
      require_shape(item["spec"],
                    "the release record's \"" + item["name"].get<std::string>() + "\"");
      continue;
    }
    throw Error(
        Kind::rejected,
        fmt::format("the release record is damaged: an entry of \"{}\" has no name or spec", name));
  }
  return items;
}

std::vector<RecordedService> services_of(const Json& object, const char* name) {
  std::vector<RecordedService> result;
  for (const auto& item : named_specs(object, name)) {
    result.push_back({item["name"].get<std::string>(), item["spec"],
                      field<bool>(item, "live_replicas", "true or false")});
  }
  return result;
}

std::vector<RecordedTask> tasks_of(const Json& object) {
  std::vector<RecordedTask> result;
  for (const auto& item : named_specs(object, "tasks")) {
    result.push_back({item["name"].get<std::string>(), item["spec"],
                      field<bool>(item, "done", "true or false")});
  }
  return result;
}

/// A stack's name cut so that `taken` more bytes fit; a cut one ends in a hash, so that two long
/// names stay two.
std::string cut(const std::string& stack, std::size_t taken) {
  if (stack.size() + taken <= kMaxNameBytes) return stack;
  const auto mark = "-" + sha256_hex(stack).substr(0, 8);
  return stack.substr(0, kMaxNameBytes - taken - mark.size()) + mark;
}

}  // namespace

std::string encode(const Record& record) {
  Json tasks = Json::array();
  for (const auto& task : record.tasks)
    tasks.push_back({{"name", task.name}, {"spec", task.spec}, {"done", task.done}});
  const Json document = {{"format", kFormat},
                         {"number", record.number},
                         {"stack", record.stack},
                         {"who", record.who},
                         {"when", record.when},
                         {"commit", record.commit},
                         {"what", record.what},
                         {"compat", record.compat == Compat::docker ? "docker" : ""},
                         {"services", services_json(record.services)},
                         {"before", services_json(record.before)},
                         {"created", record.created},
                         {"tasks", tasks}};
  auto data = deflated(dump_json(document));
  if (data.size() > kMostConfigBytes) {
    throw Error(
        Kind::rejected,
        fmt::format("the record of release {} of stack \"{}\" has {} bytes, the engine takes {}",
                    record.number, record.stack, data.size(), kMostConfigBytes),
        "split the stack, or put long labels and environment values into configs");
  }
  return data;
}

Record decode_record(const std::string& data) {
  const auto document = parse_json(inflated(data), "the release record");
  if (!document.is_object())
    throw Error(Kind::rejected, "the release record is damaged: it is not an object");
  const auto format = field<int>(document, "format", "a number");
  if (format != kFormat) {
    throw Error(
        Kind::rejected,
        fmt::format("the release record has format {}, this skep knows format {}", format, kFormat),
        "use the skep that wrote it, or a newer one");
  }
  Record record;
  record.number = field<std::uint64_t>(document, "number", "a number");
  record.stack = field<std::string>(document, "stack", "a text");
  record.who = field<std::string>(document, "who", "a text");
  record.when = field<std::string>(document, "when", "a text");
  record.commit = field<std::string>(document, "commit", "a text");
  record.what = field<std::string>(document, "what", "a text");
  record.compat =
      compat_of(field<std::string>(document, "compat", "a text")).value_or(Compat::none);
  record.services = services_of(document, "services");
  record.before = services_of(document, "before");
  record.created = field<std::vector<std::string>>(document, "created", "a list of names");
  record.tasks = tasks_of(document);
  return record;
}

std::string record_name(const std::string& stack, std::uint64_t number) {
  const auto end = ".r" + std::to_string(number);
  return "skep." + cut(stack, 5 + end.size()) + end;
}

std::string lock_name(const std::string& stack) {
  return "skep." + cut(stack, 10) + ".lock";
}

}  // namespace skep::swarm
