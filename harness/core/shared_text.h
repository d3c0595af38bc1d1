// Text that is written once and then only read, in one pointer: copies share it, and the empty
// text needs no memory. For records that exist a million times and mostly say the same few words.
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/core.h>

namespace vsslab {

class SharedText;
template <class Text>
concept OtherText = std::convertible_to<const Text&, std::string_view> &&
                    !std::same_as<std::remove_cvref_t<Text>, SharedText>;

class SharedText {
 public:
  SharedText() = default;
  template <OtherText Text>
  SharedText(const Text& text) : node_(make(text)) {}
  SharedText(const SharedText& other) : node_(other.node_) {
    if (node_ != nullptr) node_->users.fetch_add(1, std::memory_order_relaxed);
  }
  SharedText(SharedText&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  SharedText& operator=(SharedText other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~SharedText() {
    if (node_ != nullptr && node_->users.fetch_sub(1, std::memory_order_acq_rel) == 1) delete node_;
  }

  operator std::string_view() const { return view(); }
  std::string_view view() const { return node_ == nullptr ? std::string_view() : node_->text; }
  std::string str() const { return std::string(view()); }
  bool empty() const { return node_ == nullptr; }
  std::size_t size() const { return view().size(); }
  SharedText& operator+=(std::string_view more) {
    if (!more.empty()) *this = SharedText(str().append(more));
    return *this;
  }
  // The same for copies of one text; other texts that are equal have other addresses.
  const void* address() const { return node_; }

  friend bool operator==(const SharedText& a, const SharedText& b) {
    return a.node_ == b.node_ || a.view() == b.view();
  }
  template <OtherText Text>
  friend bool operator==(const SharedText& a, const Text& b) {
    return a.view() == std::string_view(b);
  }
  friend auto operator<=>(const SharedText& a, const SharedText& b) {
    return a.view() <=> b.view();
  }
  friend std::string operator+(std::string_view a, const SharedText& b) {
    return std::string(a).append(b.view());
  }
  friend std::string operator+(const SharedText& a, std::string_view b) {
    return a.str().append(b);
  }
  friend std::ostream& operator<<(std::ostream& out, const SharedText& text) {
    return out << text.view();
  }

 private:
  struct Node {
    std::atomic<std::uint32_t> users = 1;
    std::string text;
  };
  static Node* make(std::string_view text) {
    if (text.empty()) return nullptr;
    auto node = std::make_unique<Node>();
    node->text = text;
    return node.release();
  }

  Node* node_ = nullptr;
};

}  // namespace vsslab

template <>
struct fmt::formatter<vsslab::SharedText> : fmt::formatter<std::string_view> {
  auto format(const vsslab::SharedText& text, fmt::format_context& context) const {
    return fmt::formatter<std::string_view>::format(text.view(), context);
  }
};

template <>
struct std::hash<vsslab::SharedText> {
  std::size_t operator()(const vsslab::SharedText& text) const {
    return std::hash<std::string_view>()(text.view());
  }
};
