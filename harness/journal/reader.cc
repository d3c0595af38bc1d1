#include "journal/reader.h"

#include <algorithm>

#include "core/input_file.h"
#include "core/limits.h"
#include "journal/json.h"
#include "journal/text.h"

namespace vsslab {

Result<Journal> parse_journal(std::string_view bytes, std::string_view file) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (bytes.starts_with('{')) return parse_json(bytes, file);
  if (bytes.starts_with("vsslab-journal")) return parse_text(bytes, file);
  Error error;
  error.message = bytes.empty() ? "the journal is empty" : "the file is no journal";
  error.file = file;
  error.line = 1;
  error.source_line = bytes.substr(0, std::min(bytes.find('\n'), std::size_t{120}));
  error.hint = R"(it begins with "vsslab-journal 1" or with {"vsslab-journal":1)";
  return tl::make_unexpected(std::move(error));
}

Result<Journal> read_journal(const std::string& path) {
  auto bytes = read_input(path, limits::kJournalBytesMax, "journal_bytes_max");
  if (!bytes) return tl::make_unexpected(bytes.error());
  return parse_journal(*bytes, path == "-" ? "<stdin>" : path);
}

bool is_journal(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  return bytes.starts_with("vsslab-journal") || bytes.starts_with("{\"vsslab-journal\"");
}

Result<std::string> read_any(const std::string& path) {
  auto bytes = read_input(path, limits::kJournalBytesMax, "journal_bytes_max");
  if (bytes && bytes->size() > limits::kInputBytesMax && !is_journal(*bytes)) {
    return fail(input_too_large(path, limits::kInputBytesMax, "input_bytes_max"));
  }
  return bytes;
}

}  // namespace vsslab
