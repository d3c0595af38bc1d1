// The words behind --redact: which text is somebody's own, and the token that stands for it.
//
// One dictionary for everything: the same name has the same token wherever it appears. Names that
// differ in case alone get tokens that differ in case alone, so that rules which compare names see
// what they saw. Paths are redacted name by name; drives, wildcards, well-known folders and
// well-known endings stay.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vsslab {

enum class TokenKind : std::size_t {
  writer,
  requester,
  provider,
  instance,
  component,
  folder,
  file,
  machine,
  volume,
  text,
  scenario,
  setting,
};
inline constexpr std::size_t kTokenKinds = 12;

class RedactWords {
 public:
  // Tokens that are made from now on belong to one scenario: "writer-s3-1". Whoever numbers what is
  // found later, the tokens do not depend on it.
  void begin_scenario(std::size_t number);

  // A name as a whole; of a component it may have backslashes, which stay.
  std::string name(TokenKind kind, std::string_view text);
  // A logical path: names parted by backslashes.
  std::string logical_path(std::string_view text);
  // A path of files, or a file specification with wildcards.
  std::string path(std::string_view text);
  std::string filespec(std::string_view text);
  std::string volume_id(std::string_view text);  // of \\?\Volume{…}, without the braces
  // Prose of ours with names in it: every known name becomes its token.
  std::string prose(std::string_view text) const;

  // Notes the pieces before wildcards ("orders" of orders*.dat): names that begin with one keep
  // that they do. Before the first token is made.
  void learn_filespec(std::string_view text);

  // A value that names nothing: numbers, yes and no, GUIDs, words of the SDK.
  static bool is_harmless(std::string_view value);

 private:
  struct Known {
    std::string token;                               // of the first spelling
    std::map<std::string, std::string> by_spelling;  // all spellings
  };

  std::string make_token(TokenKind kind);
  std::string machine(std::string_view text);
  std::string piece(TokenKind kind, std::string_view text);
  std::string file_name(std::string_view text, TokenKind kind);

  std::map<std::string, Known, std::less<>> known_;  // by the name in lower case
  std::array<std::size_t, kTokenKinds> counts_{};
  std::string scope_;  // "s3-"
  std::size_t scope_number_ = 0;
  std::vector<std::string> wildcard_prefixes_;     // lower case, longest first
  std::set<std::size_t, std::greater<>> lengths_;  // of the names
};

}  // namespace vsslab
