#include "requester/tools/diskshadow.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/suggest.h"
#include "requester/com_text.h"

namespace vsslab::requester {

namespace {

constexpr std::size_t kScriptLinesMax = 100'000;   // script_lines_max
constexpr std::size_t kLogBytesMax = 64ULL << 20;  // log_bytes_max

// Words of a line; quotes keep blanks together and go away.
DiskWords words_of(const std::string& text) {
  DiskWords words;
  bool quoted = false;
  bool open = false;
  for (const char c : text) {
    if (c == '"') {
      quoted = !quoted;
      if (!open) words.emplace_back();
      open = true;
    } else if (!quoted && (c == ' ' || c == '\t')) {
      open = false;
    } else {
      if (!open) words.emplace_back();
      open = true;
      words.back() += c;
    }
  }
  return words;
}

}  // namespace

DiskShadow::~DiskShadow() {
  if (vss_) vss_->release();
}

void DiskShadow::print(const std::string& text) {
  if (!log_file_.empty() && log_.size() < kLogBytesMax) log_ += text;
  host_.print(text);
}

void DiskShadow::tell(const std::string& text) {
  if (verbose_) print(text + "\n");
}

void DiskShadow::finish_log() {
  if (log_file_.empty()) return;
  if (auto written = write_any(host_, log_file_, log_); !written) {
    host_.print(fmt::format("\"{}\": {}\n", log_file_, written.error().message));
  }
}

void DiskShadow::refuse(const std::string& text) {
  print(text + "\n");
  throw CommandFailed{};
}

void DiskShadow::usage(std::string_view command) {
  for (const Command& known : kCommands) {
    if (known.words == command) print("\n" + std::string(known.usage) + "\n");
  }
  throw CommandFailed{};
}

void DiskShadow::check(Hr result, std::string_view call) {
  if (succeeded(result)) return;
  print(
      fmt::format("\nCOM call \"(*vssObject)->{}\" failed.\n\nThe last operation failed.\n"
                  "\t- Returned HRESULT: {:x}\n\t- Error text: {}\n",
                  call, static_cast<std::uint32_t>(result), hresult_name(result)));
  throw CommandFailed{};
}

void DiskShadow::wait(const char* call, BackupObject& vss,
                      const BackupObject::AsyncMethod& method) {
  const Hr result = vss.run(call, method);
  if (succeeded(result) && result != VSS_S_ASYNC_CANCELLED) return;
  print(
      fmt::format("\nThe last operation failed.\n\t- Returned HRESULT: {:x}\n"
                  "\t- Error text: {}\n",
                  static_cast<std::uint32_t>(result), hresult_name(result)));
  throw CommandFailed{};
}

VSS_ID DiskShadow::id_of(const std::string& text) {
  if (const auto id = parse_id(text)) return *id;
  refuse(fmt::format("\"{}\" is not a valid ID.", text));
}

void DiskShadow::set_alias(const std::string& name, const std::string& value) {
  for (auto& [known, old] : aliases_) {
    if (!equal_words(known, name)) continue;
    old = value;
    return;
  }
  aliases_[name] = value;
}

// Each alias that stands for something is shown: "-> %temp% = {…}".
std::string DiskShadow::replace_aliases(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text[at] == '%' ? text.find('%', at + 1) : std::string::npos;
    if (end == std::string::npos) {
      out += text[at++];
      continue;
    }
    const std::string name = text.substr(at + 1, end - at - 1);
    const auto alias = std::find_if(aliases_.begin(), aliases_.end(), [&](const auto& known) {
      return equal_words(known.first, name);
    });
    if (alias == aliases_.end()) {
      out += text[at++];
      continue;
    }
    print(fmt::format("-> %{}% = {}\n", name, alias->second));
    out += alias->second;
    at = end + 1;
  }
  return out;
}

DiskShadow::Went DiskShadow::execute(const std::string& line) {
  const std::string text = trimmed(line);
  if (text.empty() || text.starts_with('#')) return Went::on;
  DiskWords words;
  try {
    words = words_of(replace_aliases(text));
    return dispatch(words);
  } catch (const CommandFailed& failure) {
    return failure.quits ? Went::quit : Went::failed;
  }
}

DiskShadow::Went DiskShadow::dispatch(const DiskWords& words) {
  if (words.empty()) return Went::on;
  if (equal_words(words[0], "exit") || equal_words(words[0], "quit")) return Went::exit;
  // The command with the most words that fits.
  const Command* best = nullptr;
  std::size_t length = 0;
  for (const Command& command : kCommands) {
    const DiskWords wanted = words_of(std::string(command.words));
    if (wanted.size() > words.size() || wanted.size() <= length) continue;
    if (!std::equal(wanted.begin(), wanted.end(), words.begin(), equal_words)) continue;
    best = &command;
    length = wanted.size();
  }
  if (best != nullptr) {
    (this->*best->run)(DiskWords(words.begin() + static_cast<std::ptrdiff_t>(length), words.end()));
    return Went::on;
  }
  bool any = false;
  for (const Command& command : kCommands) {
    if (!equal_words(words_of(std::string(command.words))[0], words[0])) continue;
    print("\n" + std::string(command.usage) + "\n");
    any = true;
  }
  if (!any) help({});
  throw CommandFailed{};
}

void DiskShadow::help(const DiskWords& words) {
  if (!words.empty()) {
    for (const Command& command : kCommands) {
      if (!equal_words(words_of(std::string(command.words))[0], words[0])) continue;
      print("\n" + std::string(command.usage) + "\n");
    }
    return;
  }
  print("\n");
  for (const Command& command : kCommands) {
    const std::string_view first = command.usage.substr(0, command.usage.find('\n'));
    print(std::string(first) + "\n");
  }
  print("EXIT\n\n");
}

int DiskShadow::interact() {
  Went went = Went::on;
  while (went != Went::exit && went != Went::quit) {
    print("\nDISKSHADOW> ");
    const auto line = host_.read_line();
    if (!line) break;
    went = execute(*line);
  }
  print("\n");
  finish_log();
  return went == Went::quit ? 1 : 0;
}

int DiskShadow::run_script(const std::string& file, const DiskWords& parameters) {
  auto text = read_any(host_, file);
  if (!text) {
    print(fmt::format("\"{}\": {}\n", file, text.error().message));
    return 2;
  }
  script_ = true;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    set_alias(fmt::format("DISKSH_PARAM_{}", i + 1), parameters[i]);
  }
  std::size_t lines = 0;
  int code = 0;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    std::string line = text->substr(at, end - at);
    at = end + 1;
    if (line.ends_with('\r')) line.pop_back();
    if (++lines > kScriptLinesMax) {
      print(
          fmt::format("The script has more than {} lines (script_lines_max).\n", kScriptLinesMax));
      code = 1;
      break;
    }
    print(fmt::format("-> {}\n", line));
    const Went went = execute(line);
    if (went == Went::on) continue;
    code = went == Went::exit ? 0 : 1;
    break;
  }
  finish_log();
  return code;
}

int run_diskshadow(ToolHost& host, const std::vector<std::string>& arguments) {
  if (on_client()) {
    host.print(
        "'diskshadow' is not recognized as an internal or external command,\n"
        "operable program or batch file.\n");
    return 2;
  }
  DiskShadow tool(host);
  std::string script;
  DiskWords parameters;
  bool wrong = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    const bool more = i + 1 < arguments.size();
    if ((equal_words(word, "/l") || equal_words(word, "-l")) && more) {
      tool.log_to(arguments[++i]);
    } else if ((equal_words(word, "/s") || equal_words(word, "-s")) && more && script.empty()) {
      script = arguments[++i];
    } else if (!script.empty() && !word.starts_with('/')) {
      parameters.push_back(word);
    } else {
      wrong = true;
    }
  }
  tool.print(
      fmt::format("Microsoft DiskShadow version 1.0\n"
                  "Copyright (C) 2013 Microsoft Corporation\n"
                  "On computer:  {},  {}\n\n",
                  computer_name(), us_time_now()));
  if (wrong) {
    tool.print(
        "DISKSHADOW.EXE  [/s <scriptfile> [param1] [param2] [param3] ...] [/l <logfile>]\n"
        "                          - Runs script mode\n\n"
        "DISKSHADOW.EXE  [/l <logfile>]\n"
        "                          - Interactive mode\n\n"
        "    /s <scriptfile> [param1] ... [paramX]\n"
        "                          - Script mode; %DISKSH_PARAM_1% ... %DISKSH_PARAM_X% are the\n"
        "                            parameters in the script\n"
        "    /l <logfile>          - Output log file\n\n");
    return 2;
  }
  return script.empty() ? tool.interact() : tool.run_script(script, parameters);
}

bool diskshadow_only_reads(const std::vector<std::string>&) { return false; }

}  // namespace vsslab::requester
