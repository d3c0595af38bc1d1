#include "core/digest.h"

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <xxhash.h>

namespace vsslab {

// XXH3 takes bytes in the same way for both widths; they differ only in how the sum is read off.
struct DigestStream::State {
  XXH3_state_t xxh3;
};

namespace {

Digest128 from(XXH128_hash_t hash) { return {hash.high64, hash.low64}; }

}  // namespace

std::string Digest128::hex() const { return fmt::format("{:016x}{:016x}", high, low); }

std::string hex64(std::uint64_t digest) { return fmt::format("{:016x}", digest); }

std::uint64_t digest64(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

Digest128 digest128(std::string_view bytes) {
  return from(XXH3_128bits(bytes.data(), bytes.size()));
}

DigestStream::DigestStream() : state_(std::make_unique<State>()) {
  XXH3_128bits_reset(&state_->xxh3);
}
DigestStream::~DigestStream() = default;
DigestStream::DigestStream(DigestStream&&) noexcept = default;
DigestStream& DigestStream::operator=(DigestStream&&) noexcept = default;

void DigestStream::update(std::string_view bytes) {
  XXH3_128bits_update(&state_->xxh3, bytes.data(), bytes.size());
}

std::uint64_t DigestStream::value64() const { return XXH3_64bits_digest(&state_->xxh3); }

Digest128 DigestStream::value128() const { return from(XXH3_128bits_digest(&state_->xxh3)); }

}  // namespace vsslab
