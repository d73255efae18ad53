// The document beside the table of keys.
#include "base/ascii.hpp"
#include "stack/check.hpp"
#include "stack/check_values.hpp"
#include "stack/cursor.hpp"
#include "stack/docker_forms.hpp"
#include "stack/fits.hpp"
#include "stack/short_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace skep::stack {
namespace {

struct Wanted {
  Form form = Form::any;
  bool cast = false;
};

class Walker {
 public:
  explicit Walker(Context& context)
      : context_(context), tree_(key_tree()), services_(*tree_.child("services")) {}

  void walk(const yaml::Document& document) {
    if (const yaml::Entry* service = service_at_top(document.root, tree_)) {
      context_.reported.insert("services");
      return context_.problems.error(service->key_loc(), service->key,
                                     "the services stand at the top level, as in version 1",
                                     "put them under services:, indented");
    }
    if (document.root.is_map()) return entries(document.root, tree_, "");
    if (document.root.is_null()) {
      return context_.problems.error({document.file, 0, 0}, "", "the Compose file is empty",
                                     "it needs `services:`");
    }
    context_.problems.error({document.file, 1, 1}, "", "a stack file is a map",
                            "begin with a line \"services:\"");
  }

 private:
  Compat compat() const { return context_.options.compat; }

  /// x-*, but for those that mean something to skep.
  static bool is_for_own_use(const std::string& key, const KeyTree& tree) {
    return key.starts_with("x-") && !key.starts_with("x-skep-") && !tree.children.contains(key);
  }

  /// For docker: a key that begins with x- and is skep's own, or known to a newer format alone.
  bool is_extension(const std::string& key, const KeyTree* row) const {
    if (!key.starts_with("x-")) return false;
    const bool own = row == nullptr || key.starts_with("x-skep-");
    return own || minor(row->key.since) > minor(context_.version);
  }

  void entries(const yaml::Node& map, const KeyTree& tree, const std::string& path) {
    const auto misplaced = beside(map, tree, path);
    for (const auto& entry : map.entries()) {
      if (misplaced.contains(entry.key)) continue;
      if (entry.key.ends_with(':')) {
        two_colons(entry, path);
        continue;
      }
      const KeyTree* row = tree.child(entry.key);
      const std::string here = yaml::join_path(path, entry.key);
      if (compat() == Compat::none && is_for_own_use(entry.key, tree)) continue;
      if (compat() == Compat::docker && is_extension(entry.key, row)) {
        extension(entry, tree.key.docker, path);
        continue;
      }
      if (row == nullptr && compat() == Compat::docker && tree.key.docker.open) {
        context_.ignored.push_back(
            {entry.key_loc(), path, entry.key, "docker does not look at it"});
      } else if (row == nullptr) {
        unknown(entry, tree, path);
      } else {
        one(entry.value, *row, here,
            {entry.key_loc(), path, entry.key, std::string(row->key.hint)});
      }
    }
  }

  void one(const yaml::Node& node, const KeyTree& row, const std::string& path,
           const LeftOut& what) {
    if (node.merge_tag() == yaml::MergeTag::reset && compat() == Compat::none) return;
    const bool as_docker = compat() == Compat::docker;
    if (as_docker && too_new(row.key, path, what.loc)) return;
    const bool dropped = as_docker && !row.key.docker.drops.empty();
    const bool left_out = dropped || row.key.status != Status::converted;
    const Wanted wants = wanted(row.key);
    // docker's schema looks at what docker then leaves out, too.
    if ((as_docker || !left_out) && !fits(wants.form, node, compat(), wants.cast))
      return misfit(node, wants.form, path, what.loc);
    if (left_out) return leave_out(node, row, path, dropped, what);
    value(node, row.key, path);
    check_value(node, row.key, path, context_);
    inside(node, row, wants.form, path);
  }

  void leave_out(const yaml::Node& node, const KeyTree& row, const std::string& path, bool dropped,
                 LeftOut what) {
    if (row.key.status == Status::refused) return;  // by its family's reader, once all are one
    if (compat() == Compat::none && asks_for_nothing(node, row.key)) return;
    auto& impossible = context_.impossible;
    auto& ignored = context_.ignored;
    if (dropped) what.why = row.key.docker.drops;
    auto& list = row.key.status == Status::impossible ? impossible : ignored;
    list.push_back(std::move(what));
    if (compat() == Compat::none) return;
    const auto all = std::pair(impossible.size(), ignored.size());
    inside(node, row, wanted(row.key).form, path);
    impossible.resize(all.first);  // what stands below is left out with it
    ignored.resize(all.second);
  }

  /// What may stand there, and whether a text may spell it.
  Wanted wanted(const Key& key) const {
    if (compat() == Compat::none) return {key.form, true};
    return {key.docker.form.value_or(key.form), key.docker.casts};
  }

  /// A key that begins with x-, which docker takes in some places and from some version on.
  void extension(const yaml::Entry& entry, const DockerReading& place, const std::string& path) {
    if (place.x_keys.empty() && place.open) return;
    if (place.x_keys.empty()) {
      context_.problems.error(entry.key_loc(), yaml::join_path(path, entry.key),
                              "docker stack deploy takes no x- key here",
                              "move it to the service or the top level, or say --compat none");
      return;
    }
    too_new({"", Form::any, {.since = place.x_keys}}, yaml::join_path(path, entry.key),
            entry.key_loc());
  }

  /// docker refuses what the schema of the file's version has not.
  bool too_new(const Key& key, const std::string& path, const SourceLoc& loc) {
    if (key.since == kComposeOnly) {
      const bool says = key.status != Status::converted && !key.hint.empty();
      const std::string instead = says ? std::string(key.hint) : "remove it";
      context_.problems.error(loc, path, "docker stack deploy does not know this key",
                              instead + ", or read the file as skep does: --compat none");
      return true;
    }
    if (minor(key.since) <= minor(context_.version)) return false;
    context_.problems.error(
        loc, path,
        fmt::format("came with version {} of the format, and this file says {}", key.since,
                    context_.version),
        fmt::format("write version: \"{}\" or a later one, or remove the line", key.since));
    return true;
  }

  /// 7 of "3.7"; of none, "3" and what is no version: the newest.
  static int minor(std::string_view version) {
    int result = 0;
    const std::string_view digits = version.starts_with("3.") ? version.substr(2) : "";
    const char* end = digits.data() + digits.size();
    const auto [rest, bad] = std::from_chars(digits.data(), end, result);
    const bool good = bad == std::errc() && rest == end && !digits.empty();
    return good ? result : minor(kNewestVersion);
  }

  void inside(const yaml::Node& node, const KeyTree& row, Form form, const std::string& path) {
    if (form == Form::any) return;
    if (form == Form::pairs || form == Form::options || form == Form::hosts)
      return pairs(node, form, path);
    if (node.is_map()) return entries(node, row, path);
    if (!node.is_list()) return;
    const bool texts = form == Form::list_of_text || form == Form::list_of_text_or_number;
    if (const KeyTree* item = row.item(); item != nullptr && !texts) {
      for (std::size_t i = 0; i < node.items().size(); ++i) {
        const auto& value = node.items()[i];
        const std::string here = yaml::join_path(path, i);
        one(value, *item, here, {value.loc(), path, here, std::string(item->key.hint)});
      }
    } else {
      list_of_texts(node, form == Form::list_of_text_or_number ? Form::text_or_number : Form::text,
                    path);
    }
    const bool once = compat() == Compat::docker
                          ? holds_once(row.key.docker.once)
                          : form != Form::command && form != Form::text_or_list;
    if (once) twice(node, path);
  }

  bool holds_once(Once once) const {
    return once == Once::always || (once == Once::before_3_2 && minor(context_.version) < 2);
  }

  void list_of_texts(const yaml::Node& list, Form form, const std::string& path) {
    for (std::size_t i = 0; i < list.items().size(); ++i) {
      const auto& item = list.items()[i];
      if (!fits(form, item, compat())) misfit(item, form, yaml::join_path(path, i), item.loc());
    }
  }

  void pairs(const yaml::Node& node, Form form, const std::string& path) {
    if (node.is_list()) {
      list_of_texts(node, Form::text, path);
      return twice(node, path);
    }
    for (const auto& entry : node.entries()) {
      if (is_value(entry.value, compat())) continue;
      if (form == Form::hosts && entry.value.is_list()) {
        list_of_texts(entry.value, Form::text, yaml::join_path(path, entry.key));
        continue;
      }
      misfit(entry.value, Form::text_or_number, yaml::join_path(path, entry.key), entry.key_loc());
    }
  }

  void twice(const yaml::Node& list, const std::string& path) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < list.items().size(); ++i) {
      const auto& item = list.items()[i];
      // For docker 80 and "80" are two, as for JSON.
      const bool as_docker = compat() == Compat::docker;
      if (item.is_null() || !(as_docker || item.is_scalar())) continue;
      if (seen.insert(as_docker ? json_identity(item) : item.text()).second) continue;
      // Of NAME=VALUE the name alone: the value may be a password.
      const std::string name = item.is_scalar() ? item.text().substr(0, item.text().find('=')) : "";
      context_.problems.error(item.loc(), yaml::join_path(path, i),
                              item.is_scalar() ? fmt::format("\"{}\" is there twice", name)
                                               : "the same item is there twice",
                              "remove one of them");
    }
  }

  void value(const yaml::Node& node, const Key& key, const std::string& path) {
    if (key.values.empty() || !node.is_string()) return;
    // The engine takes what it does not know for tcp (moby daemon/cluster/convert/service.go).
    if (compat() == Compat::docker && key.docker.any_value) return;
    if (node.as_string().empty() && key.check != ValueCheck::filled) return;  // as if not there
    const auto allowed = allowed_values(key);
    const std::string& written = node.as_string();
    const std::string compared = key.values.starts_with('~') ? lower(written) : written;
    if (std::find(allowed.begin(), allowed.end(), compared) != allowed.end()) return;
    const std::string_view word = meant_elsewhere(key, written);
    const std::string meant = nearest(lower(written), allowed);
    const std::string hint = !word.empty() ? fmt::format("write {}", word)
                             : meant.empty()
                                 ? fmt::format("write one of {}", fmt::join(allowed, ", "))
                                 : fmt::format("did you mean \"{}\"?", meant);
    context_.reported.insert(path);
    context_.problems.error(node.loc(), path,
                            fmt::format("\"{}\" is none of {}", written, fmt::join(allowed, ", ")),
                            hint);
  }

  void misfit(const yaml::Node& node, Form row, const std::string& path, const SourceLoc& key_loc) {
    const bool as_docker = row == Form::integer_or_live && compat() == Compat::docker;
    const Form form = as_docker ? Form::integer : row;
    context_.reported.insert(path);
    const std::string wanted(words(form));
    if (node.is_null()) {
      return context_.problems.error(key_loc, path, fmt::format("is empty, must be {}", wanted),
                                     "write a value, or remove the key");
    }
    const std::string is =
        node.is_string() ? fmt::format("\"{}\"", node.text()) : yaml::with_article(node.type());
    context_.problems.error(node.loc(), path, fmt::format("must be {}, not {}", wanted, is),
                            how_to_write(form, node));
  }

  /// `worker::` is read as a key "worker:".
  void two_colons(const yaml::Entry& entry, const std::string& path) {
    const std::string meant = without_colons(entry.key);
    context_.reported.insert(yaml::join_path(path, entry.key));
    context_.reported.insert(yaml::join_path(path, meant));
    context_.problems.error(entry.key_loc(), yaml::join_path(path, meant), "has a colon too many",
                            fmt::format("write {}:", meant));
  }

  bool is_service_key(const std::string& key) const {
    return services_.child("*")->children.contains(key);
  }
  bool looks_like_service(const yaml::Node& value) const {
    for (const char* key : {"image", "build", "extends"}) {
      if (value.find(key) != nullptr) return true;
    }
    const auto& keys = value.entries();
    return keys.size() > 1 && std::all_of(keys.begin(), keys.end(), [&](const yaml::Entry& entry) {
             return is_service_key(entry.key);
           });
  }

  /// Whether an entry belongs into one before it: a service's key into the service, a service into
  /// the empty `services:`.
  bool belongs_inside(const yaml::Entry& entry, const yaml::Entry& before,
                      const KeyTree& tree) const {
    const bool empty = before.value.is_null();
    if (&tree == &services_) {
      const bool fits = empty ? !looks_like_service(entry.value) : !entry.value.is_map();
      return fits && is_service_key(entry.key);
    }
    if (!empty || tree.child(entry.key) != nullptr || entry.key.starts_with("x-")) return false;
    if (before.key == "services") return looks_like_service(entry.value);
    return entry.value.is_map() || entry.value.is_null();
  }

  /// The keys of what is not indented as it should be: one message for all that follow each other.
  std::set<std::string> beside(const yaml::Node& map, const KeyTree& tree,
                               const std::string& path) {
    std::set<std::string> result;
    if (!path.empty() && &tree != &services_) return result;
    const auto& all = map.entries();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const KeyTree* row = tree.child(all[i].key);
      const bool holds = all[i].value.is_null() || all[i].value.is_map();
      if (!holds || row == nullptr || row->children.empty()) continue;
      std::vector<std::string> names;
      for (std::size_t j = i + 1; j < all.size() && belongs_inside(all[j], all[i], tree); ++j)
        names.push_back(all[j].key);
      if (names.empty()) continue;
      const bool one = names.size() == 1;
      context_.problems.error(
          all[i + 1].key_loc(), yaml::join_path(path, all[i].key),
          fmt::format("{} {} beside \"{}:\", not below it", fmt::join(names, ", "),
                      one ? "stands" : "stand", all[i].key),
          fmt::format("indent {} further than \"{}:\"", one ? "it" : "them", all[i].key));
      if (all[i].value.is_null()) names.push_back(all[i].key);
      for (const auto& name : names) {
        result.insert(name);
        context_.reported.insert(yaml::join_path(path, name));
      }
    }
    return result;
  }

  /// A service that is indented too far stands in the one before it.
  bool is_service_inside(const yaml::Entry& entry, const KeyTree& tree, const std::string& path) {
    if (&tree != services_.child("*") || !looks_like_service(entry.value)) return false;
    const std::string outer = path.substr(path.rfind('.') + 1);
    context_.reported.insert(yaml::join_path("services", entry.key));
    context_.problems.error(entry.key_loc(), yaml::join_path(path, entry.key),
                            fmt::format("is a service inside the service \"{}\"", outer),
                            fmt::format("indent it no further than \"{}:\"", outer));
    return true;
  }

  void unknown(const yaml::Entry& entry, const KeyTree& tree, const std::string& path) {
    if (is_service_inside(entry, tree, path)) return;
    const std::string meant = nearest(lower(entry.key), tree.names());
    if (!meant.empty()) context_.reported.insert(yaml::join_path(path, meant));
    context_.problems.error(
        entry.key_loc(), yaml::join_path(path, entry.key), "unknown key",
        meant.empty() ? where_it_belongs(entry.key) : fmt::format("did you mean \"{}\"?", meant));
  }

  /// Where in a service a key of this name belongs.
  std::string where_it_belongs(const std::string& key) const {
    for (const auto& row : all_keys()) {
      const auto dot = row.path.rfind('.');
      if (dot == std::string_view::npos || row.path.substr(dot + 1) != key) continue;
      return fmt::format("it belongs under {}", row.path.substr(0, dot));
    }
    return "keys that begin with \"x-\" are for your own use";
  }

  Context& context_;
  const KeyTree& tree_;
  const KeyTree& services_;
};

}  // namespace

void check_keys(const yaml::Document& document, Context& context) {
  const yaml::Node* version = document.root.find("version");
  context.version = version == nullptr ? "" : version->text();
  Walker(context).walk(document);
}

}  // namespace skep::stack
