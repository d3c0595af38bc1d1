// A sparse block device in memory. What was never written reads as zeros, or as the base device
// when the store is a layer over one.
//
// Copy-on-write hangs on marks: the first write to a block after a mark hands the block's old
// content to every hook; each later write costs one comparison. A mark costs the same for any size.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "volume/page.h"

namespace vsslab {

class BlockSource {
 public:
  virtual ~BlockSource() = default;
  // Any range of the device.
  virtual void read(std::uint64_t offset, std::span<std::byte> out) const = 0;
  // One page, shared with whoever holds it where that is possible; null: zeros.
  virtual PageRef page(std::uint64_t index) const;
};

class WriteHook {
 public:
  virtual ~WriteHook() = default;
  // `block` is about to be written for the first time since the last mark. The image shares the
  // pages: keeping it copies nothing.
  virtual void preserve(std::uint64_t block, const BlockImage& old) = 0;
};

class BlockStore final : public BlockSource {
 public:
  explicit BlockStore(std::uint64_t bytes, std::shared_ptr<const BlockSource> base = nullptr);

  std::uint64_t bytes() const { return bytes_; }

  void read(std::uint64_t offset, std::span<std::byte> out) const override;
  void write(std::uint64_t offset, std::span<const std::byte> data);
  // Blocks become zeros and give their memory back.
  void discard(std::uint64_t first_block, std::uint64_t blocks);
  PageRef page(std::uint64_t index) const override;
  // One whole page at once, shared; not null over a base.
  void put_page(std::uint64_t index, PageRef page);
  // One whole block at once; shares the image's pages.
  void put(std::uint64_t block, const BlockImage& image);

  // Hooks are not owned. They are called in the order of adding.
  void add_hook(WriteHook& hook);
  void remove_hook(WriteHook& hook);
  void mark() { ++epoch_; }

  // Calls `use` for every block that was written here, in their order.
  void for_each_block(
      const std::function<void(std::uint64_t block, const BlockImage& image)>& use) const;

  // Memory that is in use, whether shared or not.
  std::uint64_t pages_in_use() const { return pages_in_use_; }

 private:
  static constexpr std::uint64_t kBlocksPerChunk = 256;

  struct Block {
    BlockImage image;
    std::uint32_t epoch = 0;  // the hooks have seen the content of earlier epochs
  };
  struct Chunk {
    Block blocks[kBlocksPerChunk];
  };

  void replace(Block& block, const BlockImage& image);
  Block& block_to_write(std::uint64_t index);
  const Block* block_to_read(std::uint64_t index) const;
  void first_write(Block& block, std::uint64_t index);
  void write_page(Block& block, std::uint64_t page, std::size_t within,
                  std::span<const std::byte> data);

  std::uint64_t bytes_;
  std::shared_ptr<const BlockSource> base_;
  std::vector<std::unique_ptr<Chunk>> chunks_;  // grows to the highest block written
  std::vector<WriteHook*> hooks_;
  std::uint32_t epoch_ = 0;
  std::uint64_t pages_in_use_ = 0;
};

}  // namespace vsslab
