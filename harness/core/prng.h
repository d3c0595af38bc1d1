// The lab's only source of chance. Same seed, same numbers, on every platform and library: the
// ranges and distributions are ours, because those of the standard library differ between vendors.
#pragma once

#include <cstdint>

namespace vsslab {

// xoshiro256** seeded by splitmix64.
class Prng {
 public:
  explicit Prng(std::uint64_t seed);

  std::uint64_t next();

  // Uniform in [0, bound); bound > 0. No modulo bias.
  std::uint64_t below(std::uint64_t bound);

  // Uniform in [low, high], both ends included; low <= high.
  std::int64_t between(std::int64_t low, std::int64_t high);

  // True `numerator` times out of `denominator`.
  bool chance(std::uint64_t numerator, std::uint64_t denominator);

  // A generator of its own for one named party, so that adding a party does not change the numbers
  // that the others see.
  Prng fork(std::uint64_t salt) const;

 private:
  std::uint64_t state_[4];
};

}  // namespace vsslab
