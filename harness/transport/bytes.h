// The bytes of a frame: little-endian numbers, texts with their length. What is read came from
// somebody else: every read is checked, and after the first that fails all others give nothing.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace vsslab::transport {

class Connection;

class Out {
 public:
  explicit Out(Connection* connection = nullptr) : connection_(connection) {}

  template <class T>
  void number(T value) {
    static_assert(std::is_integral_v<T>);
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      bytes_.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i)));
    }
  }
  void raw(std::string_view bytes) { bytes_.append(bytes); }
  void text(std::string_view bytes) {
    number(static_cast<std::uint32_t>(bytes.size()));
    raw(bytes);
  }
  // Writes over a number that stands at `at` already.
  void patch(std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) bytes_[at + i] = static_cast<char>(value >> (8 * i));
  }
  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }
  // For arguments that are objects; null in tests of plain values.
  Connection* connection() const { return connection_; }

 private:
  std::string bytes_;
  Connection* connection_;
};

class In {
 public:
  explicit In(std::string_view bytes, Connection* connection = nullptr)
      : bytes_(bytes), connection_(connection) {}

  template <class T>
  T number() {
    static_assert(std::is_integral_v<T>);
    const std::string_view piece = raw(sizeof(T));
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < piece.size(); ++i) {
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(piece[i])) << (8 * i);
    }
    return static_cast<T>(value);
  }
  std::string_view raw(std::size_t count) {
    if (failed_ || count > bytes_.size()) {
      failed_ = true;
      return {};
    }
    const std::string_view piece = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return piece;
  }
  std::string_view text() { return raw(number<std::uint32_t>()); }
  std::string_view rest() { return raw(bytes_.size()); }
  bool ok() const { return !failed_; }
  bool done() const { return !failed_ && bytes_.empty(); }
  void fail() { failed_ = true; }
  std::size_t left() const { return failed_ ? 0 : bytes_.size(); }
  Connection* connection() const { return connection_; }

 private:
  std::string_view bytes_;
  Connection* connection_;
  bool failed_ = false;
};

}  // namespace vsslab::transport
