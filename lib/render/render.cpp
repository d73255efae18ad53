#include "render/render.hpp"

#include "render/expand.hpp"
#include "render/fill.hpp"
#include "render/values.hpp"
#include "yaml/read.hpp"
#include "yaml/used.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>

namespace skep::render {
namespace {

using yaml::Entry;
using yaml::Node;

/// Puts values into the tree's tokens and gives every node its place in the template.
class Filler {
 public:
  Filler(const Expanded& expanded, const std::string& mark, const std::string& file,
         Diagnostics& diagnostics)
      : expanded_(expanded),
        mark_(mark),
        file_(std::make_shared<const std::string>(file)),
        diagnostics_(diagnostics) {}

  Node fill(const Node& node, const std::string& path) const {
    if (node.is_list()) {
      std::vector<Node> items;
      for (std::size_t i = 0; i < node.items().size(); ++i) {
        items.push_back(fill(node.items()[i], yaml::join_path(path, i)));
      }
      return Node::list(std::move(items)).at(place(node.place()));
    }
    if (node.is_map()) return fill_map(node, path);
    if (node.is_string()) return fill_string(node, path);
    Node copy = node;
    return copy.at(place(node.place()));
  }

 private:
  yaml::Place place(const yaml::Place& old) const {
    const SourceLoc loc = expanded_.original(old.loc());
    return {file_, loc.line, loc.column};
  }

  Node fill_map(const Node& node, const std::string& path) const {
    std::vector<Entry> entries;
    std::map<std::string, SourceLoc> seen;
    for (const auto& entry : node.entries()) {
      const yaml::Place key_place = place(entry.key_place);
      const std::string key =
          text_with_values(entry.key, key_place.loc(), path).value_or(entry.key);
      const auto [first, fresh] = seen.emplace(key, key_place.loc());
      if (!fresh) {
        diagnostics_.error(key_place.loc(), path, fmt::format("the key \"{}\" is there twice", key),
                           fmt::format("the first one is at {}", format(first->second)));
        continue;
      }
      entries.push_back({key, fill(entry.value, yaml::join_path(path, key)), key_place});
    }
    return Node::map(std::move(entries)).at(place(node.place()));
  }

  Node fill_string(const Node& node, const std::string& path) const {
    const yaml::Place here = place(node.place());
    const auto pieces = split_tokens(node.text(), mark_, expanded_.uses().size());
    if (pieces.size() == 1 && pieces[0].token && !node.quoted()) {
      Node value = expanded_.uses().at(pieces[0].use).value;
      return value.at(here);
    }
    const auto text = text_with_values(node.text(), here.loc(), path);
    Node result = Node::string(text.value_or("")).at(here);
    const bool changed = node.interpolated() || (text && *text != node.text());
    return result.set_quoted(node.quoted()).set_interpolated(changed);
  }

  /// nullopt after a problem, which is reported.
  std::optional<std::string> text_with_values(const std::string& text, const SourceLoc& loc,
                                              const std::string& path) const {
    std::string result;
    bool good = true;
    for (const auto& piece : split_tokens(text, mark_, expanded_.uses().size())) {
      if (!piece.token) {
        result += piece.text;
        continue;
      }
      const Use& use = expanded_.uses().at(piece.use);
      const bool scalar = use.value.is_scalar() && !use.value.is_null();
      if (scalar) {
        result += text_of(use.value);
      } else if (good) {
        good = false;
        no_text(use, loc, path);
      }
    }
    return good ? std::optional(result) : std::nullopt;
  }

  void no_text(const Use& use, const SourceLoc& loc, const std::string& path) const {
    if (use.value.is_null()) {
      diagnostics_.error(loc, path, fmt::format("{} has no value", use.name),
                         fmt::format("put the line into a section [[#{}]]", use.name));
    } else {
      diagnostics_.error(loc, path,
                         fmt::format("{} is {} and cannot stand inside a text", use.name,
                                     with_article(use.value.type())));
    }
  }

  const Expanded& expanded_;
  const std::string& mark_;
  std::shared_ptr<const std::string> file_;
  Diagnostics& diagnostics_;
};

/// What a parser or the interpolation said about the text with tokens, told about the template.
void retell(const Diagnostics& said, const Expanded& expanded, Diagnostics& diagnostics) {
  for (auto one : said.sorted()) {
    one.loc = expanded.original(one.loc);
    for (auto& loc : one.also) loc = expanded.original(loc);
    one.path = expanded.readable(one.path);
    one.message = expanded.readable(one.message);
    one.hint = expanded.readable(one.hint);
    diagnostics.add(std::move(one));
  }
}

yaml::Document parse(const Expanded& expanded, const std::string& file, Diagnostics& diagnostics) {
  Diagnostics said;
  try {
    yaml::Document document = yaml::read(expanded.text(), file, said);
    retell(said, expanded, diagnostics);
    return document;
  } catch (const Error& error) {
    throw Error(error.kind(), expanded.original(error.loc().value_or(SourceLoc{file, 0, 0})),
                expanded.readable(error.message()), error.hint());
  }
}

struct Attempt {
  yaml::Document document;
  Diagnostics diagnostics;
  bool collided = false;  // a variable's value held the mark: its text would be taken for a token
};

Attempt attempt(const Template& source, const std::vector<Block>& blocks, const Values& values,
                const yaml::Interpolation& interpolation, const std::string& mark) {
  Attempt result;
  const Expanded expanded(blocks, values, source.file, mark, result.diagnostics);
  yaml::Document parsed = parse(expanded, source.file, result.diagnostics);
  yaml::Interpolation watched = interpolation;
  watched.lookup = [&](const std::string& name) {
    auto value = interpolation.lookup(name);
    if (value && value->find(mark) != std::string::npos) result.collided = true;
    return value;
  };
  Diagnostics said;
  yaml::Used used;
  watched.used = &used;
  const Node root = yaml::interpolate(std::move(parsed.root), watched, said);
  retell(said, expanded, result.diagnostics);
  if (result.collided) return result;
  used.move_places([&](const SourceLoc& place) { return expanded.original(place); });
  if (interpolation.used != nullptr) interpolation.used->add(used);
  const Filler filler(expanded, mark, source.file, result.diagnostics);
  result.document = {filler.fill(root, ""), source.file};
  return result;
}

}  // namespace

yaml::Document render(const Template& source, const Inputs& inputs, Diagnostics& diagnostics) {
  const auto blocks = scan(source.text, source.file);
  const Values values(source, inputs, diagnostics);
  for (int n = 0;; ++n) {
    const std::string mark = fmt::format("skep{}tag", n);
    if (source.text.find(mark) != std::string::npos) continue;
    Attempt result = attempt(source, blocks, values, inputs.interpolation, mark);
    if (result.collided) continue;
    diagnostics.add(result.diagnostics);
    return std::move(result.document);
  }
}

}  // namespace skep::render
