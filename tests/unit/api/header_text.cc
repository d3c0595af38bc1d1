#include "unit/api/header_text.h"

#include <cctype>
#include <fstream>
#include <regex>
#include <sstream>

namespace vsslab::test {

namespace {

std::string without_comments(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "/*") == 0) {
      const std::size_t end = text.find("*/", i + 2);
      if (end == std::string::npos) break;
      i = end + 1;
    } else if (text.compare(i, 2, "//") == 0) {
      i = text.find('\n', i);
      if (i == std::string::npos) break;
      out += '\n';
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string replace_words(std::string text) {
  text = std::regex_replace(text, std::regex("\\bboolean\\b"), "bool");
  return std::regex_replace(text, std::regex("\\bWINBOOL\\b"), "BOOL");
}

// Without blanks, but for one between two words.
std::string squeeze(const std::string& text) {
  std::string out;
  bool blank = false;
  for (const char c : text) {
    if (std::isspace(static_cast<unsigned char>(c))) {
      blank = true;
      continue;
    }
    const bool word = std::isalnum(static_cast<unsigned char>(c)) || c == '_';
    const bool after_word =
        !out.empty() && (std::isalnum(static_cast<unsigned char>(out.back())) || out.back() == '_');
    if (blank && word && after_word) out += ' ';
    blank = false;
    out += c;
  }
  return out;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

// "DWORD dwMilliseconds = 0" -> "DWORD": the type alone.
std::string parameter_type(const std::string& parameter) {
  const std::string bare = squeeze(parameter.substr(0, parameter.find('=')));
  static const std::regex last_word("^(.*[ *&])(\\w+)$");
  std::smatch found;
  std::string type = std::regex_match(bare, found, last_word) ? found[1].str() : bare;
  while (!type.empty() && type.back() == ' ') type.pop_back();
  return type;
}

std::string signature(const std::string& result, const std::string& parameters, bool skip_this) {
  std::string text = squeeze(replace_words(result)) + "(";
  const auto parts = split(replace_words(parameters), ',');
  for (std::size_t i = skip_this ? 1 : 0; i < parts.size(); ++i) {
    if (squeeze(parts[i]).empty()) continue;
    if (text.back() != '(') text += ',';
    text += parameter_type(parts[i]);
  }
  return text + ")";
}

void parse_types(const std::string& text, Header& out) {
  static const std::regex type(
      "typedef\\s+(enum|struct)\\s+\\w*\\s*\\{([^}]*)\\}\\s*(\\w+)\\s*(,[^;]*)?;");
  for (std::sregex_iterator at(text.begin(), text.end(), type), end; at != end; ++at) {
    const bool is_enum = (*at)[1] == "enum";
    auto& members = (is_enum ? out.enumerations : out.structures)[(*at)[3]];
    for (const std::string& part : split((*at)[2], is_enum ? ',' : ';')) {
      std::string member = squeeze(replace_words(part));
      member = std::regex_replace(member, std::regex("\\(int\\)|[()]"), "");
      if (!member.empty()) members.push_back(member);
    }
  }
}

std::string guid_digits(const std::string& list) {
  std::string text = std::regex_replace(squeeze(list), std::regex("[{}]"), "");
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

bool read_text(const std::string& path, std::string& out) {
  std::ifstream file(path);
  if (!file) return false;
  std::stringstream text;
  text << file.rdbuf();
  out = text.str();
  return true;
}

void parse_generated(const std::string& raw, Header& out) {
  const std::string text = without_comments(raw);
  static const std::regex method(
      "([\\w*]+(?:\\s*\\*)?)\\s*\\(STDMETHODCALLTYPE \\*(\\w+)\\)\\(([^)]*)\\)");
  for (std::size_t at = 0; (at = text.find("typedef struct IVss", at)) != std::string::npos; ++at) {
    const std::size_t name_end = text.find_first_of(" \n{", at + 15);
    const std::string name = text.substr(at + 15, name_end - at - 15);
    if (name.size() < 4 || name.substr(name.size() - 4) != "Vtbl") continue;
    const std::string body = text.substr(at, text.find("END_INTERFACE", at) - at);
    auto& methods = out.interfaces[name.substr(0, name.size() - 4)];
    for (std::sregex_iterator i(body.begin(), body.end(), method), end; i != end; ++i) {
      // C returns a structure through a pointer that it is given.
      static const std::regex returned(",\\s*\\w+ \\*__ret$");
      std::string result_type = (*i)[1];
      std::string parameters = (*i)[3];
      if (std::regex_search(parameters, returned)) {
        parameters = std::regex_replace(parameters, returned, "");
        result_type = squeeze(result_type);
        result_type.pop_back();
      }
      methods.push_back({(*i)[2], signature(result_type, parameters, true)});
    }
  }
  static const std::regex guid("DEFINE_GUID\\((?:IID|CLSID)_(\\w+),([^;]*)\\);");
  for (std::sregex_iterator i(text.begin(), text.end(), guid), end; i != end; ++i) {
    out.guids[(*i)[1]] = guid_digits((*i)[2]);
  }
  static const std::regex result("#define (VSS_[ES]_\\w+) \\(\\(HRESULT\\)0x(\\w{8})\\)");
  for (std::sregex_iterator i(text.begin(), text.end(), result), end; i != end; ++i) {
    out.results[(*i)[1]] = (*i)[2];
  }
  parse_types(text, out);
}

void parse_ours(const std::string& raw, Header& out) {
  const std::string text = without_comments(raw);
  static const std::regex head(
      "class (?:VSS_UUID\\(\"[^\"]*\"\\)\\s*)?(I\\w+)\\s*(?::\\s*public\\s+(\\w+)[^{;]*)?\\{");
  static const std::regex method(
      "virtual\\s+([\\w *]+?)\\s*STDMETHODCALLTYPE\\s+(\\w+)\\(([^)]*)\\)\\s*=\\s*0;");
  for (std::sregex_iterator at(text.begin(), text.end(), head), end; at != end; ++at) {
    auto& methods = out.interfaces[(*at)[1]];
    methods.clear();
    if ((*at)[2].matched) methods = out.interfaces[(*at)[2]];
    const auto begin = static_cast<std::size_t>(at->position()) + at->length();
    // An empty body stands on the line of its class.
    const bool empty = text.compare(begin, 2, "};") == 0;
    const std::string body =
        empty ? std::string() : text.substr(begin, text.find("\n};", begin) - begin);
    for (std::sregex_iterator i(body.begin(), body.end(), method); i != end; ++i) {
      methods.push_back({(*i)[2], signature((*i)[1], (*i)[3], false)});
    }
  }
  static const std::regex guid("VSS_(?:IID|CLSID)\\((\\w+),([^)]*)\\)");
  for (std::sregex_iterator i(text.begin(), text.end(), guid), end; i != end; ++i) {
    out.guids[(*i)[1]] = guid_digits((*i)[2]);
  }
  static const std::regex result("#define (VSS_[ES]_\\w+) \\(\\(HRESULT\\)0x(\\w{8})L\\)");
  for (std::sregex_iterator i(text.begin(), text.end(), result), end; i != end; ++i) {
    out.results[(*i)[1]] = (*i)[2];
  }
  parse_types(text, out);
}

}  // namespace vsslab::test
