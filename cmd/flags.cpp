#include "cmd/flags.hpp"

#include "base/diagnostics.hpp"
#include "base/error.hpp"
#include "base/units.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace skep::cmd {

namespace {

/// CLI11's releases write defaults and the page's end in different ways.
class Help : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_type_size() == 0) return "";
    std::string text = option->get_type_name().empty() ? "" : " " + option->get_type_name();
    if (!option->get_default_str().empty()) text += "=" + option->get_default_str();
    if (option->get_expected_max() > 1) text += " ...";
    if (option->get_required()) text += " REQUIRED";
    return text;
  }
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    std::string text = CLI::Formatter::make_help(app, std::move(name), mode);
    while (text.ends_with("\n\n")) text.pop_back();
    return text + "\n";
  }
};

/// One of these words.
void only(CLI::Option* option, const std::vector<std::string>& allowed) {
  option->type_name(fmt::format("{}", fmt::join(allowed, "|")))
      ->check([allowed](const std::string& text) {
        if (std::find(allowed.begin(), allowed.end(), text) != allowed.end()) return std::string();
        return fmt::format("\"{}\" is none of {}", text, fmt::join(allowed, ", "));
      });
}

}  // namespace

struct Flags::State {
  State(const std::string& verb, const std::string& summary) : app(summary, "skep " + verb) {
    app.set_help_flag("-h,--help", "Print this and exit");
    app.option_defaults()->always_capture_default();
    app.formatter(std::make_shared<Help>());
    app.get_formatter()->column_width(34);
  }
  template <typename T>
  CLI::Option* duration(const std::string& names, T& value, const std::string& help) {
    const auto read = [&value](const CLI::results_t& texts) {
      const auto parsed = parse_duration(texts.back());
      if (!parsed || *parsed < Duration::zero()) {
        throw CLI::ValidationError(
            fmt::format("\"{}\" is not a duration such as 90s, 10m or 1h30m", texts.back()));
      }
      value = *parsed;
      return true;
    };
    return app.add_option(names, read, help)
        ->type_name("DURATION")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
  CLI::App app;
};

Flags::Flags(const std::string& verb, const std::string& summary)
    : state_(std::make_unique<State>(verb, summary)) {}
Flags::~Flags() = default;

void Flags::flag(const std::string& names, bool& value, const std::string& help) {
  state_->app.add_flag(names, value, help);
}

void Flags::option(const std::string& names, std::string& value, const std::string& word,
                   const std::string& help) {
  state_->app.add_option(names, value, help)->type_name(word);
}

void Flags::option(const std::string& names, std::vector<std::string>& values,
                   const std::string& word, const std::string& help) {
  // One value a flag: `-c a.yml NAME` must not take NAME as a second file.
  state_->app.add_option(names, values, help)
      ->type_name(word)
      ->default_str("")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
}

void Flags::option(const std::string& names, std::optional<std::uint64_t>& value,
                   const std::string& word, const std::string& help) {
  state_->app.add_option(names, value, help)->type_name(word);
}

void Flags::duration(const std::string& names, Duration& value, const std::string& help) {
  state_->duration(names, value, help)->default_str(format_duration(value));
}

void Flags::duration(const std::string& names, std::optional<Duration>& value,
                     const std::string& help) {
  state_->duration(names, value, help);
}

void Flags::choice(const std::string& names, std::string& value,
                   const std::vector<std::string>& allowed, const std::string& help) {
  only(state_->app.add_option(names, value, help), allowed);
}

void Flags::choice(const std::string& names, const std::function<void(const std::string&)>& set,
                   const std::vector<std::string>& allowed, const std::string& help) {
  only(state_->app.add_option_function<std::string>(names, set, help), allowed);
}

void Flags::positional(const std::string& word, std::string& value, bool required,
                       const std::string& help) {
  state_->app.add_option(word, value, help)->type_name("")->required(required);
}

void Flags::positionals(const std::string& word, std::vector<std::string>& values,
                        const std::string& help) {
  state_->app.add_option(word, values, help)->type_name("")->default_str("");
}

void Flags::footer(const std::string& text) {
  state_->app.footer(text);
}

std::vector<std::string> Flags::names() const {
  std::vector<std::string> names;
  for (const CLI::Option* option : state_->app.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    for (const auto& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

std::optional<std::string> Flags::parse(const std::vector<std::string>& args) {
  // CLI11 takes the arguments last first.
  std::vector<std::string> reversed(args.rbegin(), args.rend());
  try {
    state_->app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    return state_->app.help();
  } catch (const CLI::ExtrasError&) {
    const auto extras = state_->app.remaining();
    const std::string word = extras.empty() ? "" : extras.front();
    const std::string close = nearest(word.substr(0, word.find('=')), names());
    throw Error(Kind::usage,
                fmt::format("{}: \"{}\" is not known here", state_->app.get_name(), word),
                close.empty() ? fmt::format("{} --help lists what it takes", state_->app.get_name())
                              : fmt::format("did you mean {}?", close));
  } catch (const CLI::ParseError& error) {
    throw Error(Kind::usage, fmt::format("{}: {}", state_->app.get_name(), error.what()),
                fmt::format("{} --help lists what it takes", state_->app.get_name()));
  }
  return std::nullopt;
}

}  // namespace skep::cmd
