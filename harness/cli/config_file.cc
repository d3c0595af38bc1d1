#include "cli/config_file.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/input_file.h"

namespace vsslab::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kConfigBytesMax = 1ULL << 20;  // config_bytes_max
constexpr std::size_t kConfigItemsMax = 1000;        // config_items_max
constexpr std::string_view kKeyLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& file) : text_(text) { config_.path = file; }

  Result<ConfigFile> parse() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    while (at_ < text_.size() && problem_.message.empty()) line();
    if (!problem_.message.empty()) return fail(std::move(problem_));
    return std::move(config_);
  }

 private:
  // Notes the first problem; parsing ends with it.
  void problem(std::string message, std::string hint = {}) {
    if (!problem_.message.empty()) return;
    problem_ =
        Error{std::move(message), config_.path, line_number(), source_line(), std::move(hint)};
  }
  bool failed() const { return !problem_.message.empty(); }
  int line_number() const {
    return 1 + static_cast<int>(std::count(text_.begin(),
                                           text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n'));
  }
  std::string source_line() const {
    std::size_t begin = at_ == 0 ? std::string_view::npos : text_.rfind('\n', at_ - 1);
    begin = begin == std::string_view::npos ? 0 : begin + 1;
    std::string line(
        text_.substr(begin, std::min<std::size_t>(text_.find('\n', begin) - begin, 120)));
    for (char& c : line) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    }
    return line;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\n'; }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }
  void skip_comment() {
    if (peek() != '#') return;
    while (at_ < text_.size() && peek() != '\n') ++at_;
  }
  void end_of_line() {
    skip_blanks();
    skip_comment();
    if (peek() == '\r') ++at_;
    if (peek() != '\n') return problem("text follows where the line should end");
    if (at_ < text_.size()) ++at_;
  }
  std::string key() {
    const std::size_t end = std::min(text_.find_first_not_of(kKeyLetters, at_), text_.size());
    std::string name(text_.substr(at_, end - at_));
    at_ = end;
    return name;
  }

  void line() {
    skip_blanks();
    if (peek() == '[') {
      table();
    } else if (peek() != '\n' && peek() != '\r' && peek() != '#') {
      item();
    }
    if (!failed()) end_of_line();
  }

  void table() {
    ++at_;
    if (peek() == '[') return problem("lists of tables are not read", "write [run]");
    skip_blanks();
    section_ = key();
    skip_blanks();
    if (section_.empty() || peek() != ']') {
      return problem("a table's name is not closed", "write [run], by itself on a line");
    }
    ++at_;
    if (std::find(sections_.begin(), sections_.end(), section_) != sections_.end()) {
      return problem(fmt::format("a second table [{}]", section_));
    }
    sections_.push_back(section_);
  }

  void item() {
    ConfigItem item;
    item.section = section_;
    item.line = line_number();
    item.source_line = source_line();
    item.key = key();
    skip_blanks();
    if (item.key.empty() || peek() != '=') {
      return problem("no 'key = value'", "keys are flags without their dashes: seed = 7");
    }
    ++at_;
    skip_blanks();
    if (peek() == '[') {
      list(item);
    } else {
      value(item);
    }
    if (failed()) return;
    const auto same = [&](const ConfigItem& known) {
      return known.section == item.section && known.key == item.key;
    };
    if (std::any_of(config_.items.begin(), config_.items.end(), same)) {
      return problem(fmt::format("a second key '{}'", item.key));
    }
    if (config_.items.size() == kConfigItemsMax) {
      return problem(fmt::format("more than {} keys (config_items_max)", kConfigItemsMax));
    }
    config_.items.push_back(std::move(item));
  }

  void list(ConfigItem& item) {
    item.list = true;
    ++at_;
    while (true) {
      skip_lines();
      if (peek() == ']') break;
      if (at_ >= text_.size()) return problem("a list that does not end", "close it with ]");
      value(item);
      if (failed()) return;
      skip_lines();
      if (peek() == ',') {
        ++at_;
      } else if (peek() != ']') {
        return problem("neither ',' nor ']' after a value");
      }
    }
    ++at_;
  }
  void skip_lines() {
    while (at_ < text_.size() &&
           (std::string_view(" \t\r\n#").find(peek()) != std::string_view::npos)) {
      if (peek() == '#') {
        skip_comment();
      } else {
        ++at_;
      }
    }
  }

  void value(ConfigItem& item) {
    if (item.values.size() == kConfigItemsMax) {
      return problem(fmt::format("more than {} values (config_items_max)", kConfigItemsMax));
    }
    const char c = peek();
    if (c == '"' || c == '\'') {
      item.text = true;
      item.values.push_back(quoted(c));
      return;
    }
    const std::size_t end = std::min(
        text_.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_+-.", at_), text_.size());
    std::string word(text_.substr(at_, end - at_));
    const bool number = !word.empty() && word.find_first_not_of("0123456789_") == word.npos &&
                        word.front() != '_' && word.back() != '_';
    if (!number && word != "true" && word != "false") {
      return problem("no value that is read here",
                     "write a text in quotes, a whole number, true, false, or a list of these");
    }
    if (number) std::erase(word, '_');
    at_ = end;
    item.values.push_back(std::move(word));
  }

  // '…' as it stands, "…" with escapes.
  std::string quoted(char quote) {
    std::string out;
    ++at_;
    if (text_.substr(at_).starts_with(std::string(2, quote))) {
      problem("texts of several lines are not read");
      return out;
    }
    while (!failed()) {
      const char c = peek();
      if (c == '\n' || at_ >= text_.size()) {
        problem("a text that does not end", fmt::format("close it with {}", quote));
      } else if (c == quote) {
        ++at_;
        break;
      } else if (c == '\\' && quote == '"') {
        escape(out);
      } else if (static_cast<unsigned char>(c) < 0x20 && c != '\t') {
        problem("a control character in a text");
      } else {
        out += c;
        ++at_;
      }
    }
    return out;
  }

  void escape(std::string& out) {
    constexpr std::string_view kLetters = "\"\\nrt";
    constexpr std::string_view kMeant = "\"\\\n\r\t";
    ++at_;
    const char c = peek();
    if (const std::size_t index = kLetters.find(c); index != std::string_view::npos) {
      out += kMeant[index];
      ++at_;
      return;
    }
    std::uint32_t code = 0;
    const std::string_view digits = text_.substr(std::min(at_ + 1, text_.size()), 4);
    for (const char digit : digits) {
      const bool decimal = digit >= '0' && digit <= '9';
      const char low = static_cast<char>(digit | 0x20);
      if (c != 'u' || (!decimal && (low < 'a' || low > 'f'))) {
        return problem("an escape that is not known", "in '…' a backslash is a backslash");
      }
      code = code * 16 + static_cast<std::uint32_t>(decimal ? digit - '0' : low - 'a' + 10);
    }
    if (c != 'u' || digits.size() != 4 || code == 0 || (code >= 0xD800 && code <= 0xDFFF)) {
      return problem("an escape that is not known", "in '…' a backslash is a backslash");
    }
    append_utf8(out, code);
    at_ += 5;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string section_;
  std::vector<std::string> sections_;
  ConfigFile config_;
  Error problem_;
};

}  // namespace

Error ConfigFile::error(const ConfigItem& item, std::string message, std::string hint) const {
  return Error{std::move(message), path, item.line, item.source_line, std::move(hint)};
}

std::string find_config() {
  std::error_code failed;
  fs::path folder = fs::current_path(failed);
  if (failed) return {};
  while (true) {
    const fs::path candidate = folder / "vsslab.toml";
    if (fs::exists(candidate, failed)) return candidate.string();
    if (folder == folder.parent_path()) return {};
    folder = folder.parent_path();
  }
}

Result<ConfigFile> read_config(const std::string& path) {
  const auto bytes = read_input(path, kConfigBytesMax, "config_bytes_max");
  if (!bytes) return fail(bytes.error());
  return parse_config(*bytes, path == "-" ? "<stdin>" : path);
}

Result<ConfigFile> parse_config(std::string_view bytes, const std::string& file) {
  return Parser(bytes, file).parse();
}

std::string config_text(std::string_view value) {
  const bool plain = value == "true" || value == "false" ||
                     (!value.empty() && value.size() <= 18 &&
                      value.find_first_not_of("0123456789") == std::string_view::npos);
  if (plain) return std::string(value);
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace vsslab::cli
