// What a typed model cannot say and must not lose: attributes and elements that we do not know, the
// order in which known children came, and known attributes that were spelled in an unusual way
// (upper-case GUIDs, "recursive" written although it is the default).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "xml/tree.h"

namespace vsslab::metadata {

// An attribute whose text in the document is not what we would write for the same value. It holds
// while the value is unchanged: `ours` is our text of the value as read.
struct Spelling {
  std::string name;
  std::optional<std::string> theirs;  // none: the attribute was absent
  std::optional<std::string> ours;    // none: we would leave it out
  friend bool operator==(const Spelling&, const Spelling&) = default;
};

struct Kept {
  std::vector<Spelling> spellings;
  std::vector<std::pair<std::string, std::string>> attributes;  // unknown ones
  std::vector<xml::Tree> nodes;                                 // unknown elements, text, comments
  // Which kind of child came when; kUnknownChild takes the next of `nodes`. Empty: the usual order.
  std::vector<std::uint8_t> order;
  friend bool operator==(const Kept&, const Kept&) = default;
};
inline constexpr std::uint8_t kUnknownChild = 255;

// Nearly always empty, so one pointer in each of 19,000 file sets; copies deeply, compares by
// value.
class KeptPtr {
 public:
  KeptPtr() = default;
  KeptPtr(const KeptPtr& other) : at_(other.at_ ? std::make_unique<Kept>(*other.at_) : nullptr) {}
  KeptPtr(KeptPtr&&) noexcept = default;
  KeptPtr& operator=(const KeptPtr& other) {
    if (this != &other) at_ = other.at_ ? std::make_unique<Kept>(*other.at_) : nullptr;
    return *this;
  }
  KeptPtr& operator=(KeptPtr&&) noexcept = default;

  const Kept* get() const { return at_.get(); }
  Kept& make() {
    if (!at_) at_ = std::make_unique<Kept>();
    return *at_;
  }
  friend bool operator==(const KeptPtr& a, const KeptPtr& b) {
    static const Kept kNothing;
    return (a.at_ ? *a.at_ : kNothing) == (b.at_ ? *b.at_ : kNothing);
  }

 private:
  std::unique_ptr<Kept> at_;
};

}  // namespace vsslab::metadata
