// Reading one element of a scenario: typed attributes with errors that point at the line. Internal
// to scenario/. These functions throw Refused; the module's entry points turn it into a Result.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/guid.h"
#include "core/hresult.h"
#include "core/time.h"
#include "plan/plan.h"
#include "plan/words.h"
#include "xml/document.h"

namespace vsslab::scenario {

struct Refused {
  Error error;
};

using Names = std::initializer_list<std::string_view>;
using ReadFile = std::function<Result<std::string>(const std::string& path)>;

// A document that is being read, and where files named in it are found.
struct Source {
  const xml::Document& document;
  std::string directory;  // of the file, "" for the current one
  const ReadFile& read_file;
  int* files_left;  // counts down over all files that one scenario names

  // "a/b.xml" seen from the document's directory; absolute paths stay.
  std::string resolve(std::string_view path) const;
  // The bytes of a file that attribute `attribute` of `element` names.
  std::string read(const xml::Element& element, std::string_view attribute) const;
  // Of the file `name`, one of those that the attribute names.
  std::string read(const xml::Element& element, std::string_view attribute,
                   const std::string& name) const;
};

[[noreturn]] void refuse(Error error);
[[noreturn]] void refuse(const Source& source, const xml::Element& element, std::string message,
                         std::string hint = {});
[[noreturn]] void refuse_attribute(const Source& source, const xml::Element& element,
                                   std::string_view attribute, std::string message,
                                   std::string hint = {});

// Unknown attributes, unknown children and stray text are errors.
void check_shape(const Source& source, const xml::Element& element, Names attributes,
                 Names children = {});
// For elements whose children are checked elsewhere.
void check_attributes(const Source& source, const xml::Element& element, Names attributes);
void check_no_text(const Source& source, const xml::Element& element);

bool has(const xml::Element& element, std::string_view attribute);
std::string text(const xml::Element& element, std::string_view attribute,
                 std::string_view otherwise = {});
std::string required_text(const Source& source, const xml::Element& element,
                          std::string_view attribute);
bool yes_no(const Source& source, const xml::Element& element, std::string_view attribute,
            bool otherwise);
std::optional<Duration> duration(const Source& source, const xml::Element& element,
                                 std::string_view attribute);
std::optional<std::uint64_t> number(const Source& source, const xml::Element& element,
                                    std::string_view attribute, std::uint64_t most = UINT64_MAX);
// "64KiB", "20MiB", "1GiB", "2TiB", "512B"
std::optional<std::uint64_t> bytes(const Source& source, const xml::Element& element,
                                   std::string_view attribute);
std::optional<Guid> guid(const Source& source, const xml::Element& element,
                         std::string_view attribute);
std::optional<Hr> hresult(const Source& source, const xml::Element& element,
                          std::string_view attribute);
// "2025-12-31T23:59:59Z", seen from the lab's start.
std::optional<Time> moment(const Source& source, const xml::Element& element,
                           std::string_view attribute);
// Letters of "attrib": R, H, S, A. FILE_ATTRIBUTE_….
std::optional<std::uint32_t> file_attributes(const Source& source, const xml::Element& element,
                                             std::string_view attribute);
std::optional<std::uint32_t> word(const Source& source, const xml::Element& element,
                                  std::string_view attribute, plan::Words words);
std::optional<std::uint32_t> mask(const Source& source, const xml::Element& element,
                                  std::string_view attribute, plan::Words words);
// Comma-separated; blanks around an item do not count.
std::vector<std::string> list(const xml::Element& element, std::string_view attribute);
// One of `words`; the error suggests.
std::string one_of(const Source& source, const xml::Element& element, std::string_view attribute,
                   Names words, std::string_view otherwise);
void check_one_of(const Source& source, const xml::Element& element, std::string_view attribute,
                  std::string_view value, const std::vector<std::string_view>& words,
                  std::string_view what);

}  // namespace vsslab::scenario
