// A template of any text, with a harmless value and with a hostile one: where both render, the
// documents have the same shape, so that no value can become structure.
#include "fuzz/fuzz.hpp"
#include "render/render.hpp"

#include <array>

using namespace skep;

namespace {

constexpr std::array<const char*, 8> kHostile = {
    "a: b",     "\n- x\n",       "\"'", "[[name]] [[#list]]",
    "${A} $$ ", "#\n---\n{[,]}", "<<",  "skep0tag1x"};

render::Template template_of(std::string text) {
  render::Template result;
  result.name = "fuzz";
  result.file = "fuzz/stack.yml";
  result.text = std::move(text);
  using Types = std::vector<render::ValueType>;
  const std::array<std::pair<const char*, Types>, 3> parameters = {
      {{"name", {render::ValueType::string}},
       {"list", {render::ValueType::list}},
       {"map", {render::ValueType::map}}}};
  for (const auto& [name, types] : parameters) {
    render::Parameter parameter;
    parameter.name = name;
    parameter.types = types;
    result.parameters.push_back(parameter);
  }
  return result;
}

render::Inputs inputs(const std::string& value) {
  using yaml::Node;
  render::Inputs result;
  result.values = Node::map();
  result.values.set("name", Node::string(value));
  result.values.set("list", Node::list({Node::string(value), Node::string(value)}));
  Node map = Node::map();
  map.set("key", Node::string(value));
  result.values.set("map", map);
  result.builtins = {"app", "app", "test", false};
  result.interpolation.lookup = [](const std::string& name) -> std::optional<std::string> {
    return name == "A" ? std::optional<std::string>("a") : std::nullopt;
  };
  return result;
}

/// Kinds and sizes, without any text.
std::string shape(const yaml::Node& node) {
  std::string text;
  for (const auto& item : node.items()) text += shape(item) + ",";
  for (const auto& entry : node.entries()) text += shape(entry.value) + ";";
  return std::to_string(static_cast<int>(node.type())) + "(" + text + ")";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto source = template_of(std::string(fuzz::text_of(data + 1, size - 1)));
  fuzz::only_input_errors([&] {
    Diagnostics calm, hostile;
    const auto first = render::render(source, inputs("x"), calm);
    const auto second =
        render::render(source, inputs(kHostile[data[0] % kHostile.size()]), hostile);
    if (calm.has_errors() || hostile.has_errors()) return;
    fuzz::require(shape(first.root) == shape(second.root),
                  shape(first.root) + "\n" + shape(second.root));
  });
  return 0;
}
