#include "volume/page.h"

#include <algorithm>
#include <cstring>
#include <mutex>

#include "core/os/memory.h"

namespace vsslab {

namespace {

struct Pool {
  std::mutex mutex;
  Page* free = nullptr;
  std::uint64_t free_pages = 0;

  void put(Page* page) {
    page->next_free = free;
    free = page;
    ++free_pages;
  }
  // The lowest address comes out first: neighbours in a volume are neighbours in memory.
  void add_slab() {
    auto* const slab = static_cast<std::byte*>(os::map_slab());
    for (std::size_t i = os::kSlabBytes / sizeof(Page); i-- > 0;) {
      put(reinterpret_cast<Page*>(slab + i * sizeof(Page)));
    }
  }
};

Pool& pool() {
  static Pool* const instance = new Pool;  // volumes may outlive every static object
  return *instance;
}

}  // namespace

Page* take_page() {
  Pool& pages = pool();
  const std::lock_guard lock(pages.mutex);
  if (pages.free == nullptr) pages.add_slab();
  Page* const page = pages.free;
  pages.free = page->next_free;
  --pages.free_pages;
  return page;
}

void give_page_back(Page* page) noexcept {
  Pool& pages = pool();
  const std::lock_guard lock(pages.mutex);
  pages.put(page);
}

void reserve_pages(std::uint64_t wanted) {
  Pool& pages = pool();
  const std::lock_guard lock(pages.mutex);
  while (pages.free_pages < wanted) pages.add_slab();
}

void read_image(const BlockImage& image, std::size_t offset, std::span<std::byte> out) {
  while (!out.empty()) {
    const std::size_t within = offset % kPageBytes;
    const std::size_t bytes = std::min(out.size(), kPageBytes - within);
    const PageRef& page = image[offset / kPageBytes];
    if (page.is_null()) {
      std::memset(out.data(), 0, bytes);
    } else {
      std::memcpy(out.data(), page.bytes() + within, bytes);
    }
    offset += bytes;
    out = out.subspan(bytes);
  }
}

}  // namespace vsslab
