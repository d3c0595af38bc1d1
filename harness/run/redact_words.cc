#include "run/redact_words.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/ascii.h"
#include "core/guid.h"
#include "core/hresult.h"
#include "rules/names.h"

namespace vsslab {
namespace {

constexpr std::array<std::string_view, kTokenKinds> kKindWords{
    "writer", "requester", "provider", "instance", "component", "folder",
    "file",   "machine",   "volume",   "text",     "scenario",  "setting"};

// Parties that every lab has; they name nobody.
constexpr std::array<std::string_view, 4> kOurNames{"vss", "lab", "system", "requester"};

constexpr std::array<std::string_view, 26> kKnownFolders{"",
                                                         ".",
                                                         "..",
                                                         "?",
                                                         "windows",
                                                         "winnt",
                                                         "system32",
                                                         "syswow64",
                                                         "winsxs",
                                                         "system",
                                                         "drivers",
                                                         "config",
                                                         "logs",
                                                         "temp",
                                                         "tmp",
                                                         "users",
                                                         "public",
                                                         "program files",
                                                         "inetpub",
                                                         "programdata",
                                                         "recovery",
                                                         "boot",
                                                         "globalroot",
                                                         "device",
                                                         "$recycle.bin",
                                                         "system volume information"};

constexpr std::array<std::string_view, 30> kKnownEndings{
    "mdf",  "ldf",  "ndf",   "edb", "stm", "chk",  "jrs", "log", "dat", "db",
    "dit",  "dll",  "exe",   "sys", "ini", "txt",  "xml", "bak", "trn", "vhd",
    "vhdx", "vmcx", "avhdx", "tmp", "evt", "evtx", "hiv", "bin", "cat", "inf"};

constexpr std::array<std::string_view, 13> kKnownVariables{
    "systemroot",  "systemdrive", "windir",          "programfiles",       "programfiles(x86)",
    "programdata", "public",      "allusersprofile", "commonprogramfiles", "temp",
    "tmp",         "userprofile", "localappdata"};

template <class Words>
bool holds(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_word_byte(char c) {
  return ascii::is_letter_or_digit(c) || static_cast<unsigned char>(c) >= 0x80;
}

// The n-th spelling of a token: letters in upper case by the bits of n.
std::string spelled(std::string token, std::size_t n) {
  for (char& c : token) {
    if (c < 'a' || c > 'z') continue;
    if ((n & 1) != 0) c = static_cast<char>(c - 'a' + 'A');
    n >>= 1;
    if (n == 0) break;
  }
  return token;
}

bool is_wildcard(char c) { return c == '*' || c == '?'; }

constexpr std::string_view kVolumeStart = "\\\\?\\volume{";

}  // namespace

void RedactWords::begin_scenario(std::size_t number) {
  scope_ = fmt::format("s{}-", number);
  scope_number_ = number;
  counts_ = {};
}

std::string RedactWords::make_token(TokenKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  return fmt::format("{}-{}{}", kKindWords[index], scope_, ++counts_[index]);
}

std::string RedactWords::name(TokenKind kind, std::string_view text) {
  if (kind == TokenKind::component && text.find('\\') != std::string_view::npos) {
    return logical_path(text);
  }
  if (text.empty() || holds(kOurNames, text)) return std::string(text);
  Known& known = known_[ascii::lower(text)];
  if (known.token.empty()) known.token = make_token(kind);
  const auto spelling = known.by_spelling.find(std::string(text));
  if (spelling != known.by_spelling.end()) return spelling->second;
  std::string token = spelled(known.token, known.by_spelling.size());
  known.by_spelling.emplace(text, token);
  lengths_.insert(text.size());
  return token;
}

std::string RedactWords::logical_path(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t end = text.find('\\');
    out += name(TokenKind::component, text.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += '\\';
    text.remove_prefix(end + 1);
  }
}

// Of a path that begins with two backslashes. An address stays an address, a name with its domain
// keeps its parts.
std::string RedactWords::machine(std::string_view text) {
  const bool address = !text.empty() &&
                       text.find_first_not_of("0123456789.") == std::string_view::npos &&
                       std::count(text.begin(), text.end(), '.') == 3;
  if (!address) {
    std::string out;
    while (true) {
      const std::size_t dot = text.find('.');
      out += name(TokenKind::machine, text.substr(0, dot));
      if (dot == std::string_view::npos) return out;
      out += '.';
      text.remove_prefix(dot + 1);
    }
  }
  Known& known = known_[std::string(text)];
  if (known.token.empty()) {
    const std::size_t number = ++counts_[static_cast<std::size_t>(TokenKind::machine)];
    // Addresses that are set aside for tests; scenarios have their own.
    known.token =
        fmt::format("198.{}.{}.{}", 18 + scope_number_ % 2, number / 250 % 256, 1 + number % 250);
    known.by_spelling.emplace(text, known.token);
    lengths_.insert(text.size());
  }
  return known.token;
}

// Between wildcards. A name that begins as another one does before its '*' goes on doing so.
std::string RedactWords::piece(TokenKind kind, std::string_view text) {
  if (text.empty()) return {};
  const std::string low = ascii::lower(text);
  for (const std::string& prefix : wildcard_prefixes_) {
    if (low.size() <= prefix.size() || !low.starts_with(prefix)) continue;
    // One character, or a number: it stands for what '?' covers.
    const std::string_view rest = text.substr(prefix.size());
    const bool plain =
        rest.size() == 1 || rest.find_first_not_of("0123456789") == std::string_view::npos;
    std::string token =
        name(kind, text.substr(0, prefix.size())) + (plain ? std::string(rest) : name(kind, rest));
    Known& known = known_[low];  // prose has it as one word
    if (known.token.empty()) known.token = token;
    known.by_spelling.emplace(text, token);
    lengths_.insert(text.size());
    return token;
  }
  return name(kind, text);
}

std::string RedactWords::file_name(std::string_view text, TokenKind kind) {
  if (holds(kKnownFolders, ascii::lower(text))) return std::string(text);
  std::string ending;
  const std::size_t dot = text.rfind('.');
  if (dot != std::string_view::npos && dot + 1 < text.size()) {
    const std::string_view written = text.substr(dot + 1);
    const bool wild = std::any_of(written.begin(), written.end(), is_wildcard);
    if (wild || holds(kKnownEndings, ascii::lower(written))) {
      ending = written;
    } else {
      ending = name(TokenKind::file, written);
    }
    text = text.substr(0, dot);
    ending.insert(0, 1, '.');
  }
  std::string out;
  while (!text.empty()) {
    if (is_wildcard(text.front())) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const auto end = static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_wildcard) -
                                              text.begin());
    out += piece(kind, text.substr(0, end));
    text.remove_prefix(end);
  }
  return out + ending;
}

std::string RedactWords::filespec(std::string_view text) {
  return text.find_first_of("\\/") == std::string_view::npos ? file_name(text, TokenKind::file)
                                                             : path(text);
}

namespace {

// Behind "C:" or "\\?\C:" at the beginning; 0 when there is no drive.
std::size_t end_of_drive(std::string_view text) {
  const bool plain = text.starts_with("\\\\?\\") || text.starts_with("\\\\.\\");
  const std::size_t at = plain ? 4 : 0;
  return text.size() >= at + 2 && text[at + 1] == ':' && is_word_byte(text[at]) ? at + 2 : 0;
}

}  // namespace

std::string RedactWords::path(std::string_view text) {
  std::string out;
  const std::string low = ascii::lower(text.substr(0, kVolumeStart.size()));
  if (low == kVolumeStart && text.find('}') != std::string_view::npos) {
    const std::size_t close = text.find('}');
    const std::string_view id = text.substr(kVolumeStart.size(), close - kVolumeStart.size());
    out += text.substr(0, kVolumeStart.size());
    out += volume_id(id);
    out += '}';
    text.remove_prefix(close + 1);
  } else if (const std::size_t drive = end_of_drive(text); drive != 0) {
    out += text.substr(0, drive);
    text.remove_prefix(drive);
  } else if (text.starts_with("\\\\") && !text.starts_with("\\\\?\\") &&
             !text.starts_with("\\\\.\\")) {
    const std::size_t end = std::min(text.find('\\', 2), text.size());
    out += "\\\\" + machine(text.substr(2, end - 2));
    text.remove_prefix(end);
  } else if (text.starts_with('%')) {
    const std::size_t end = text.find('%', 1);
    if (end != std::string_view::npos &&
        holds(kKnownVariables, ascii::lower(text.substr(1, end - 1)))) {
      out += text.substr(0, end + 1);
      text.remove_prefix(end + 1);
    }
  }
  while (true) {
    const std::size_t end = text.find_first_of("\\/");
    const bool last = end == std::string_view::npos;
    const std::string_view part = text.substr(0, end);
    constexpr std::string_view kShadow = "HarddiskVolumeShadowCopy";
    out += part.starts_with(kShadow) ? std::string(part)
                                     : file_name(part, last ? TokenKind::file : TokenKind::folder);
    if (last) return out;
    out += text[end];
    text.remove_prefix(end + 1);
  }
}

// Still a GUID: what reads it expects one.
std::string RedactWords::volume_id(std::string_view text) {
  const auto id = Guid::parse(text);
  if (!id) return name(TokenKind::volume, text);
  Known& known = known_[ascii::lower(text)];
  if (known.token.empty()) {
    const auto index = static_cast<std::size_t>(TokenKind::volume);
    known.token = fmt::format("00000000-0000-0000-{:04x}-{:012x}",
                              scope_.empty() ? 0U : scope_number_ & 0xFFFFU, ++counts_[index]);
    known.by_spelling.emplace(text, known.token);
    lengths_.insert(text.size());
  }
  return known.token;
}

namespace {

// The report's own words, though somebody has a name like them: events, and the unit of a number.
bool is_vocabulary(std::string_view text, std::size_t at, std::size_t length) {
  const std::string_view word = text.substr(at, length);
  if (rules::find_event(word) != rules::Ev::unknown) return true;
  return (word == "s" || word == "ms") && at >= 2 && text[at - 1] == ' ' && text[at - 2] >= '0' &&
         text[at - 2] <= '9';
}

}  // namespace

std::string RedactWords::prose(std::string_view text) const {
  const std::string low = ascii::lower(text);
  std::string out;
  std::size_t at = 0;
  // A name that begins or ends with a letter is one only where no other letter touches it.
  const auto joined = [&](std::size_t place) {
    return place > 0 && place < text.size() && is_word_byte(text[place - 1]) &&
           is_word_byte(text[place]);
  };
  while (at < text.size()) {
    const Known* found = nullptr;
    std::size_t length = 0;
    for (auto next = lengths_.begin(); next != lengths_.end() && !joined(at); ++next) {
      length = *next;
      if (at + length > text.size() || joined(at + length)) continue;
      const auto known = known_.find(std::string_view(low).substr(at, length));
      if (known == known_.end() || is_vocabulary(text, at, length)) continue;
      found = &known->second;
      break;
    }
    if (found == nullptr) {
      out += text[at++];
      continue;
    }
    const auto spelling = found->by_spelling.find(std::string(text.substr(at, length)));
    out += spelling == found->by_spelling.end() ? found->token : spelling->second;
    at += length;
  }
  return out;
}

void RedactWords::learn_filespec(std::string_view text) {
  const auto wild = std::find_if(text.begin(), text.end(), is_wildcard);
  if (wild == text.begin() || wild == text.end()) return;
  std::string prefix = ascii::lower(text.substr(0, static_cast<std::size_t>(wild - text.begin())));
  if (prefix.find('.') != std::string::npos || holds(wildcard_prefixes_, prefix)) return;
  const auto shorter = [&](const std::string& other) { return other.size() < prefix.size(); };
  wildcard_prefixes_.insert(
      std::find_if(wildcard_prefixes_.begin(), wildcard_prefixes_.end(), shorter),
      std::move(prefix));
}

bool RedactWords::is_harmless(std::string_view value) {
  if (value.empty()) return true;
  for (const std::string_view word : {"yes", "no", "true", "false", "none", "infinite"}) {
    if (value == word) return true;
  }
  if (value.find_first_not_of("0123456789.,:+- ") == std::string_view::npos) return true;
  if (value.starts_with("0x") &&
      value.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos) {
    return true;
  }
  if (Guid::parse(value) || parse_hresult(value)) return true;
  if (const std::size_t parted = value.find_first_of(",:"); parted != std::string_view::npos) {
    return parted > 0 && is_harmless(value.substr(0, parted)) &&
           is_harmless(value.substr(parted + 1));
  }
  return value.starts_with("VSS_") &&
         value.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_|0123456789") ==
             std::string_view::npos;
}

}  // namespace vsslab
