// The bytes of volumes: pages of 4 KiB that a volume and its shadow copies share until one of them
// writes, and blocks of four pages, the unit of copy-on-write. Not for several threads at once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace vsslab {

inline constexpr std::size_t kPageBytes = 4096;
inline constexpr std::size_t kBlockBytes = 16384;
inline constexpr std::size_t kPagesPerBlock = kBlockBytes / kPageBytes;

struct alignas(64) Page {
  std::uint32_t references;
  Page* next_free;
  alignas(64) std::byte bytes[kPageBytes];
};

// From and to a pool of the process; the bytes are whatever they were.
Page* take_page();
void give_page_back(Page* page) noexcept;
// Gets memory from the system until the pool has `pages` free ones, so that taking them later costs
// no trip to the system.
void reserve_pages(std::uint64_t pages);

// Shares a page; null stands for a page of zeros.
class PageRef {
 public:
  PageRef() = default;
  // A page of its own with undefined bytes.
  static PageRef make() {
    PageRef ref;
    ref.page_ = take_page();
    ref.page_->references = 1;
    return ref;
  }
  PageRef(const PageRef& other) : page_(other.page_) {
    if (page_ != nullptr) ++page_->references;
  }
  PageRef(PageRef&& other) noexcept : page_(std::exchange(other.page_, nullptr)) {}
  PageRef& operator=(PageRef other) noexcept {
    std::swap(page_, other.page_);
    return *this;
  }
  ~PageRef() {
    if (page_ != nullptr && --page_->references == 0) give_page_back(page_);
  }

  bool is_null() const { return page_ == nullptr; }
  // Nobody else has it, so that it may be written.
  bool is_own() const { return page_ != nullptr && page_->references == 1; }
  std::byte* bytes() { return page_->bytes; }
  const std::byte* bytes() const { return page_->bytes; }

 private:
  Page* page_ = nullptr;
};

// The content of one block, shared.
using BlockImage = std::array<PageRef, kPagesPerBlock>;

// Copies from `image`, starting at `offset` in the block.
void read_image(const BlockImage& image, std::size_t offset, std::span<std::byte> out);

}  // namespace vsslab
