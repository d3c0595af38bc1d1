// Copy-on-write for one volume: the differences that its shadow copies need, newest last.
//
// A write hands the old block to the newest copy only; an older copy reads what it has kept itself,
// then what newer copies have kept, then the volume. So writing costs the same under one copy and
// under many, and taking a copy costs the same for any volume.
#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "volume/block_store.h"
#include "volume/volume.h"

namespace vsslab {

// Old blocks by number: the difference between a copy and the next newer one.
class DiffArea {
 public:
  // The block as it was, or null when it has not changed.
  const BlockImage* find(std::uint64_t block) const;
  // Only the first image of a block counts.
  void keep(std::uint64_t block, const BlockImage& image);
  // Calls `use` in the order of the blocks.
  void for_each(const std::function<void(std::uint64_t, const BlockImage&)>& use) const;
  std::uint64_t blocks() const { return blocks_; }

 private:
  static constexpr std::uint64_t kBlocksPerChunk = 128;
  struct Chunk {
    std::bitset<kBlocksPerChunk> kept;
    BlockImage images[kBlocksPerChunk];
  };

  std::vector<std::unique_ptr<Chunk>> chunks_;  // grows to the highest block kept
  std::uint64_t blocks_ = 0;
};

class ShadowStorage;

// The device content of one copy, as of the moment it was taken.
class CopySource final : public BlockSource {
 public:
  void read(std::uint64_t offset, std::span<std::byte> out) const override;
  PageRef page(std::uint64_t index) const override;

 private:
  friend class ShadowStorage;
  // The block as it was, where some copy has kept it; null: as it is on the volume.
  const BlockImage* kept(std::uint64_t block) const;
  const ShadowStorage* storage_ = nullptr;  // null once the copy is deleted: nothing is read
  DiffArea diff_;
  CopySource* newer_ = nullptr;
};

class ShadowStorage final : public WriteHook {
 public:
  static constexpr std::uint64_t kReserveBytesMax = 64ULL << 20;

  explicit ShadowStorage(Volume& volume);
  ~ShadowStorage() override;
  ShadowStorage(const ShadowStorage&) = delete;
  ShadowStorage& operator=(const ShadowStorage&) = delete;

  Volume& volume() const { return volume_; }
  std::size_t copies() const { return copies_.size(); }

  // Everything that can be done ahead of take(): room for the differences, as much as the volume
  // holds, up to kReserveBytesMax.
  std::shared_ptr<CopySource> prepare() const;
  // The copy's moment is now.
  void take(std::shared_ptr<CopySource> copy);
  // The copy is gone; older ones keep what they read through it.
  void remove(CopySource& copy);
  // Puts the volume's blocks back as they were in `copy`. Every copy keeps its own content.
  void revert(const CopySource& copy);

  // Blocks that the copy has kept itself.
  static std::uint64_t blocks_kept(const CopySource& copy) { return copy.diff_.blocks(); }

  void preserve(std::uint64_t block, const BlockImage& old) override;

 private:
  Volume& volume_;
  std::vector<std::shared_ptr<CopySource>> copies_;  // oldest first
};

}  // namespace vsslab
