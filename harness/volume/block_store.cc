#include "volume/block_store.h"

#include <algorithm>
#include <cstring>

#include "core/error.h"

namespace vsslab {

PageRef BlockSource::page(std::uint64_t index) const {
  PageRef own = PageRef::make();
  read(index * kPageBytes, {own.bytes(), kPageBytes});
  return own;
}

BlockStore::BlockStore(std::uint64_t bytes, std::shared_ptr<const BlockSource> base)
    : bytes_(bytes), base_(std::move(base)) {}

void BlockStore::add_hook(WriteHook& hook) { hooks_.push_back(&hook); }

void BlockStore::remove_hook(WriteHook& hook) { std::erase(hooks_, &hook); }

const BlockStore::Block* BlockStore::block_to_read(std::uint64_t index) const {
  const std::uint64_t chunk = index / kBlocksPerChunk;
  if (chunk >= chunks_.size() || !chunks_[chunk]) return nullptr;
  return &chunks_[chunk]->blocks[index % kBlocksPerChunk];
}

BlockStore::Block& BlockStore::block_to_write(std::uint64_t index) {
  const std::uint64_t chunk = index / kBlocksPerChunk;
  if (chunk >= chunks_.size()) chunks_.resize(chunk + 1);
  if (!chunks_[chunk]) chunks_[chunk] = std::make_unique<Chunk>();
  Block& block = chunks_[chunk]->blocks[index % kBlocksPerChunk];
  if (block.epoch != epoch_) [[unlikely]] {
    first_write(block, index);
  }
  return block;
}

void BlockStore::first_write(Block& block, std::uint64_t index) {
  block.epoch = epoch_;
  for (WriteHook* const hook : hooks_) hook->preserve(index, block.image);
}

void BlockStore::read(std::uint64_t offset, std::span<std::byte> out) const {
  VSSLAB_ASSERT(offset <= bytes_ && out.size() <= bytes_ - offset);
  while (!out.empty()) {
    const std::size_t within = offset % kPageBytes;
    const std::size_t bytes = std::min(out.size(), kPageBytes - within);
    const Block* const block = block_to_read(offset / kBlockBytes);
    const PageRef* const page =
        block == nullptr ? nullptr : &block->image[offset / kPageBytes % kPagesPerBlock];
    if (page != nullptr && !page->is_null()) {
      std::memcpy(out.data(), page->bytes() + within, bytes);
    } else if (base_) {
      base_->read(offset, out.first(bytes));
    } else {
      std::memset(out.data(), 0, bytes);
    }
    offset += bytes;
    out = out.subspan(bytes);
  }
}

PageRef BlockStore::page(std::uint64_t index) const {
  const Block* const block = block_to_read(index / kPagesPerBlock);
  if (block != nullptr && !block->image[index % kPagesPerBlock].is_null()) {
    return block->image[index % kPagesPerBlock];
  }
  return base_ ? base_->page(index) : PageRef();
}

void BlockStore::put_page(std::uint64_t index, PageRef page) {
  VSSLAB_ASSERT(!base_ || !page.is_null());  // over a base, an absent page is not zero
  PageRef& old = block_to_write(index / kPagesPerBlock).image[index % kPagesPerBlock];
  pages_in_use_ += page.is_null() ? 0 : 1;
  pages_in_use_ -= old.is_null() ? 0 : 1;
  old = std::move(page);
}

void BlockStore::write_page(Block& block, std::uint64_t page, std::size_t within,
                            std::span<const std::byte> data) {
  PageRef& old = block.image[page % kPagesPerBlock];
  if (!old.is_own()) {
    PageRef fresh = PageRef::make();
    if (old.is_null()) ++pages_in_use_;
    if (data.size() < kPageBytes) {
      if (!old.is_null()) {
        std::memcpy(fresh.bytes(), old.bytes(), kPageBytes);
      } else if (base_) {
        base_->read(page * kPageBytes, {fresh.bytes(), kPageBytes});
      } else {
        std::memset(fresh.bytes(), 0, kPageBytes);
      }
    }
    old = std::move(fresh);
  }
  std::memcpy(old.bytes() + within, data.data(), data.size());
}

void BlockStore::write(std::uint64_t offset, std::span<const std::byte> data) {
  VSSLAB_ASSERT(offset <= bytes_ && data.size() <= bytes_ - offset);
  while (!data.empty()) {
    Block& block = block_to_write(offset / kBlockBytes);
    const std::uint64_t block_end = (offset / kBlockBytes + 1) * kBlockBytes;
    while (!data.empty() && offset < block_end) {
      const std::size_t within = offset % kPageBytes;
      const std::size_t bytes = std::min(data.size(), kPageBytes - within);
      write_page(block, offset / kPageBytes, within, data.first(bytes));
      offset += bytes;
      data = data.subspan(bytes);
    }
  }
}

void BlockStore::replace(Block& block, const BlockImage& image) {
  for (std::size_t i = 0; i < kPagesPerBlock; ++i) {
    pages_in_use_ += image[i].is_null() ? 0 : 1;
    pages_in_use_ -= block.image[i].is_null() ? 0 : 1;
  }
  block.image = image;
}

void BlockStore::discard(std::uint64_t first_block, std::uint64_t blocks) {
  VSSLAB_ASSERT(!base_);  // over a base, an absent page is not zero
  const std::uint64_t end =
      std::min<std::uint64_t>(first_block + blocks, chunks_.size() * kBlocksPerChunk);
  for (std::uint64_t index = first_block; index < end; ++index) {
    if (!chunks_[index / kBlocksPerChunk]) {
      index |= kBlocksPerChunk - 1;  // nothing was ever written in this chunk
      continue;
    }
    replace(block_to_write(index), BlockImage{});
  }
}

void BlockStore::put(std::uint64_t block, const BlockImage& image) {
  VSSLAB_ASSERT(!base_);
  replace(block_to_write(block), image);
}

void BlockStore::for_each_block(
    const std::function<void(std::uint64_t, const BlockImage&)>& use) const {
  for (std::uint64_t chunk = 0; chunk < chunks_.size(); ++chunk) {
    if (!chunks_[chunk]) continue;
    for (std::uint64_t i = 0; i < kBlocksPerChunk; ++i) {
      const BlockImage& image = chunks_[chunk]->blocks[i].image;
      const bool written = std::any_of(image.begin(), image.end(),
                                       [](const PageRef& page) { return !page.is_null(); });
      if (written) use(chunk * kBlocksPerChunk + i, image);
    }
  }
}

}  // namespace vsslab
