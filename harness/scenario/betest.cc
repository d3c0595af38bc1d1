#include "scenario/betest.h"

#include <algorithm>

#include <fmt/format.h>

#include "scenario/read.h"

namespace vsslab::scenario {

namespace {

// The text form of /C. One entry a line on the tool's page; line breaks are white space here.
class TextReader {
 public:
  TextReader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  plan::BetestSelection read() {
    plan::BetestSelection selection;
    for (skip_blanks(); at_ < text_.size(); skip_blanks()) {
      plan::BetestSelection::Writer writer;
      writer.line = line_;
      const std::string id = quoted("a writer id");
      const auto parsed = Guid::parse(id);
      if (!parsed) refuse_here(fmt::format("'{}' is no writer id", id), "a GUID in quotes");
      writer.writer_id = *parsed;
      expect(':', "between the writer id and its components");
      do {
        skip_blanks();
        plan::BetestSelection::Component component;
        component.line = line_;
        component.name = quoted("a component name");
        component.any_path = true;
        writer.components.push_back(std::move(component));
      } while (accept(','));
      expect(';', "after the components");
      selection.writers.push_back(std::move(writer));
    }
    return selection;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos) {
      if (text_[at_] == '\n') ++line_;
      ++at_;
    }
  }

  bool accept(char wanted) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  void expect(char wanted, std::string_view where) {
    if (!accept(wanted)) refuse_here(fmt::format("'{}' is missing {}", wanted, where), {});
  }

  std::string quoted(std::string_view what) {
    if (!accept('"')) refuse_here(fmt::format("{} in quotes is missing", what), {});
    const std::size_t end = text_.find_first_of("\"\n", at_);
    if (end == text_.npos || text_[end] == '\n') {
      refuse_here(fmt::format("{} has no closing quote", what), {});
    }
    std::string value(text_.substr(at_, end - at_));
    at_ = end + 1;
    return value;
  }

  [[noreturn]] void refuse_here(std::string message, std::string_view hint) {
    const std::size_t at = std::min(at_, text_.size());
    const std::size_t begin = at == 0 ? 0 : text_.rfind('\n', at - 1) + 1;
    const std::size_t end = std::min(text_.find('\n', at), text_.size());
    std::string form = "a line reads \"writer-id\" : \"component\", \"component\";";
    refuse(Error{
        .message = std::move(message),
        .file = file_,
        .line = line_,
        .source_line = std::string(text_.substr(begin, std::min<std::size_t>(end - begin, 120))),
        .hint = hint.empty() ? std::move(form) : std::string(hint)});
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0;
  int line_ = 1;
};

plan::BetestSelection read_text_form(std::string_view text, const std::string& file) {
  if (text.size() > limits::kBetestTextBytesMax) {
    refuse(Error{.message = fmt::format("the file has {} bytes, more than {} "
                                        "(betest_text_bytes_max)",
                                        text.size(), limits::kBetestTextBytesMax),
                 .file = file,
                 .hint = "BETest's /C files hold at most 1 MB; XML files may hold more"});
  }
  const auto foreign = std::find_if(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > 126 || (c < 32 && c != '\t' && c != '\r' && c != '\n');
  });
  if (foreign != text.end()) {
    refuse(Error{.message = fmt::format("character 0x{:02x} is not allowed",
                                        static_cast<unsigned char>(*foreign)),
                 .file = file,
                 .line = static_cast<int>(1 + std::count(text.begin(), foreign, '\n')),
                 .hint = "BETest's /C files hold plain ANSI text, 0 to 127"});
  }
  return TextReader(text, file).read();
}

}  // namespace

plan::BetestSelection read_betest(const Source& source, const xml::Element& element) {
  check_shape(source, element, {}, {"Writer"});
  plan::BetestSelection selection;
  for (const xml::Element& child : element.children()) {
    check_shape(source, child, {"writerid", "writerId"}, {"Component"});
    plan::BetestSelection::Writer writer;
    writer.line = child.line();
    const std::string_view id = has(child, "writerId") ? "writerId" : "writerid";
    required_text(source, child, id);
    writer.writer_id = *guid(source, child, id);
    for (const xml::Element& inner : child.children()) {
      check_shape(source, inner, {"logicalPath", "componentName"});
      writer.components.push_back({.logical_path = text(inner, "logicalPath"),
                                   .name = required_text(source, inner, "componentName"),
                                   .line = inner.line()});
    }
    selection.writers.push_back(std::move(writer));
  }
  return selection;
}

Result<plan::BetestSelection> parse_betest(std::string bytes, const std::string& file) {
  try {
    const std::size_t first = bytes.find_first_not_of(" \t\r\n");
    if (first != std::string::npos && bytes[first] == '"') return read_text_form(bytes, file);
    auto document = xml::parse(
        std::move(bytes), file,
        {.bytes_max = limits::kScenarioBytesMax, .bytes_max_name = "scenario_bytes_max"});
    if (!document) return tl::make_unexpected(std::move(document.error()));
    int files_left = 0;
    const ReadFile no_files = [](const std::string&) { return fail("no files are read here"); };
    const Source source{*document, {}, no_files, &files_left};
    const xml::Element root = document->root();
    if (root.name() != "BETest") {
      refuse(source, root, fmt::format("the root element is '{}', not BETest", root.name()));
    }
    return read_betest(source, root);
  } catch (Refused& refused) {
    return tl::make_unexpected(std::move(refused.error));
  }
}

}  // namespace vsslab::scenario
