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
  // The newest slab is cut into pages one by one, so that its memory is touched only when needed.
  std::byte* cut = nullptr;
  std::byte* cut_end = nullptr;
};

Pool& pool() {
  static Pool* const instance = new Pool;  // volumes may outlive every static object
  return *instance;
}

}  // namespace

Page* take_page() {
  Pool& pages = pool();
  const std::lock_guard lock(pages.mutex);
  if (Page* const page = pages.free; page != nullptr) {
    pages.free = page->next_free;
    return page;
  }
  if (static_cast<std::size_t>(pages.cut_end - pages.cut) < sizeof(Page)) {
    pages.cut = static_cast<std::byte*>(os::map_slab());
    pages.cut_end = pages.cut + os::kSlabBytes;
  }
  auto* const page = reinterpret_cast<Page*>(pages.cut);
  pages.cut += sizeof(Page);
  return page;
}

void give_page_back(Page* page) noexcept {
  Pool& pages = pool();
  const std::lock_guard lock(pages.mutex);
  page->next_free = pages.free;
  pages.free = page;
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
