#include "scenario/inputs.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/limits.h"
#include "core/suggest.h"
#include "plan/words.h"

namespace vsslab::scenario {
namespace {

constexpr std::string_view kMagic = "vsslab-inputs ";

// One line, whatever the path: a backslash and what would end the line are escaped.
std::string escaped(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else {
      out += c;
    }
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char next = text[++i];
    out += next == 'n' ? '\n' : next == 'r' ? '\r' : next;
  }
  return out;
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  Result<Inputs> parse() {
    if (auto good = header(); !good) return fail(good.error());
    while (at_ < text_.size()) {
      const std::string_view line = take_line();
      Result<void> good = line.starts_with("! ") ? meta(line.substr(2))
                          : line.starts_with("file ")
                              ? file(line.substr(5))
                              : problem("a line that is neither '! ' nor 'file '");
      if (!good) return fail(good.error());
    }
    if (inputs_.scenario.empty() == inputs_.writer.empty()) {
      return problem<Inputs>("it has to name a scenario or a writer");
    }
    return std::move(inputs_);
  }

 private:
  template <class T = void>
  Result<T> problem(std::string message, std::string hint = {}) const {
    return fail(Error{std::move(message), file_, line_number_, std::string(line_.substr(0, 120)),
                      std::move(hint)});
  }
  std::string_view take_line() {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    line_ = text_.substr(at_, end - at_);
    at_ = std::min(end + 1, text_.size());
    ++line_number_;
    return line_;
  }

  Result<void> header() {
    const std::string_view line = take_line();
    if (!line.starts_with(kMagic)) return problem("no inputs of a run");
    if (line.substr(kMagic.size()) != "1") {
      return problem(fmt::format("inputs of format {}", line.substr(kMagic.size(), 20)),
                     "this vsslab reads format 1");
    }
    return {};
  }

  Result<void> meta(std::string_view line) {
    const std::size_t equals = line.find('=');
    const std::string_view key = line.substr(0, equals);
    const std::string value =
        equals == std::string_view::npos ? std::string() : unescaped(line.substr(equals + 1));
    for (const auto& [name, target] : {std::pair{"scenario", &inputs_.scenario},
                                       {"writer", &inputs_.writer},
                                       {"betest", &inputs_.betest},
                                       {"type", &inputs_.type}}) {
      if (key == name) {
        *target = value;
        return {};
      }
    }
    return problem(fmt::format("unknown key '{}'", key.substr(0, 40)),
                   did_you_mean(key, {"scenario", "writer", "betest", "type"}));
  }

  Result<void> file(std::string_view line) {
    std::size_t bytes = 0;
    const auto [rest, bad] = std::from_chars(line.data(), line.data() + line.size(), bytes);
    const auto used = static_cast<std::size_t>(rest - line.data());
    if (bad != std::errc() || used >= line.size() || line[used] != ' ') {
      return problem("a file needs its number of bytes and its path");
    }
    if (inputs_.files.size() > static_cast<std::size_t>(limits::kScenarioFilesMax)) {
      return problem(
          fmt::format("more than {} files (scenario_files_max)", limits::kScenarioFilesMax));
    }
    if (bytes > text_.size() - at_) {
      return problem(fmt::format("the file is cut off: {} bytes announced, {} there", bytes,
                                 text_.size() - at_));
    }
    const std::string_view content = text_.substr(at_, bytes);
    inputs_.files.push_back({unescaped(line.substr(used + 1)), std::string(content)});
    at_ += bytes;
    line_number_ += static_cast<int>(std::count(content.begin(), content.end(), '\n'));
    if (at_ < text_.size() && text_[at_] != '\n') {
      return problem("the file's bytes are not followed by a line break");
    }
    if (at_ < text_.size()) ++at_;
    ++line_number_;
    return {};
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0;
  int line_number_ = 0;
  std::string_view line_;
  Inputs inputs_;
};

}  // namespace

FileReader InputRecorder::reader() {
  return [this](const std::string& path) -> Result<std::string> {
    auto bytes = from_(path);
    if (bytes) note(path, *bytes);
    return bytes;
  };
}

void InputRecorder::note(const std::string& path, const std::string& bytes) {
  if (!seen_.insert(path).second) return;
  digest_.update(fmt::format("{}\n", bytes.size()));
  digest_.update(bytes);
  if (keep_ == Keep::digest) return;
  bytes_ += bytes.size() + path.size();
  if (bytes_ > limits::kInputBytesMax / 2) {  // with their frame they have to be read again
    files_.clear();
    keep_ = Keep::digest;
    return;
  }
  files_.push_back({path, bytes});
}

std::string InputRecorder::digest() { return digest_.value128().hex(); }

bool is_inputs(std::string_view bytes) { return bytes.starts_with(kMagic); }

std::string write_inputs(const Inputs& inputs) {
  std::string text = std::string(kMagic) + "1\n";
  for (const auto& [key, value] : {std::pair{"scenario", &inputs.scenario},
                                   {"writer", &inputs.writer},
                                   {"betest", &inputs.betest},
                                   {"type", &inputs.type}}) {
    if (!value->empty()) text += fmt::format("! {}={}\n", key, escaped(*value));
  }
  for (const InputFile& file : inputs.files) {
    text += fmt::format("file {} {}\n", file.bytes.size(), escaped(file.path));
    text += file.bytes;
    text += '\n';
  }
  return text;
}

Result<Inputs> parse_inputs(std::string_view bytes, const std::string& file) {
  return Parser(bytes, file).parse();
}

Result<plan::ScenarioPlan> load_inputs(const Inputs& inputs,
                                       const std::vector<plan::Setting>& settings) {
  const FileReader stored = [&](const std::string& path) -> Result<std::string> {
    for (const InputFile& file : inputs.files) {
      if (file.path == path) return file.bytes;
    }
    return fail(fmt::format("the stored inputs do not hold '{}'", path));
  };
  InputRecorder recorder(stored, InputRecorder::Keep::digest);
  const FileReader reader = recorder.reader();
  Result<plan::ScenarioPlan> plan;
  if (!inputs.scenario.empty()) {
    auto bytes = reader(inputs.scenario);
    if (!bytes) return fail(bytes.error());
    plan = load_scenario(std::move(*bytes), inputs.scenario, reader, settings);
  } else {
    PairOptions options;
    const auto type =
        plan::parse_word(plan::backup_types(), inputs.type.empty() ? "FULL" : inputs.type);
    if (!type) return fail(type.error());
    options.backup_type = *type;
    plan = make_plan_from_pair(inputs.writer, inputs.betest, options, reader);
  }
  if (plan) plan->inputs_digest = recorder.digest();
  return plan;
}

}  // namespace vsslab::scenario
