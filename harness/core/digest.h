// XXH3 digests: of journals, documents and volume contents. Not for secrets.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace vsslab {

struct Digest128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const Digest128&, const Digest128&) = default;
  std::string hex() const;  // 32 lower-case digits, as xxhsum -H128 prints
};

std::uint64_t digest64(std::string_view bytes);
Digest128 digest128(std::string_view bytes);
std::string hex64(std::uint64_t digest);  // 16 lower-case digits

// The same over bytes that come in pieces.
class DigestStream {
 public:
  DigestStream();
  ~DigestStream();
  DigestStream(DigestStream&&) noexcept;
  DigestStream& operator=(DigestStream&&) noexcept;

  void update(std::string_view bytes);
  std::uint64_t value64() const;
  Digest128 value128() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vsslab
