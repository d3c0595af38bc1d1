#include "mock-writers/sqlite/write_cache.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>

namespace vsslab::mock::sqlite {

int WriteCache::write(std::uint64_t offset, const char* data, std::size_t bytes) {
  kept_.push_back({offset, std::string(data, bytes)});
  if (kept_.size() > kWritesMax) {
    const Write oldest = std::move(kept_.front());
    kept_.pop_front();
    if (const int code = sink_(oldest.offset, oldest.data.data(), oldest.data.size())) return code;
  }
  return leak();
}

int WriteCache::leak() {
  const std::uint64_t fate = chance_() % 4;
  if (fate >= 2 || kept_.empty()) return SQLITE_OK;
  const Write& chosen = kept_[chance_() % kept_.size()];
  if (fate == 0) return sink_(chosen.offset, chosen.data.data(), chosen.data.size());
  const std::size_t sectors = (chosen.data.size() + kSectorBytes - 1) / kSectorBytes;
  const std::size_t from = chance_() % sectors * kSectorBytes;
  const std::size_t bytes = std::min(kSectorBytes, chosen.data.size() - from);
  return sink_(chosen.offset + from, chosen.data.data() + from, bytes);
}

int WriteCache::sync() {
  while (!kept_.empty()) {
    const Write next = std::move(kept_.front());
    kept_.pop_front();
    if (const int code = sink_(next.offset, next.data.data(), next.data.size())) return code;
  }
  return SQLITE_OK;
}

void WriteCache::truncate(std::uint64_t size) {
  for (Write& write : kept_) {
    if (write.offset >= size) {
      write.data.clear();
    } else if (write.offset + write.data.size() > size) {
      write.data.resize(size - write.offset);
    }
  }
  std::erase_if(kept_, [](const Write& write) { return write.data.empty(); });
}

void WriteCache::overlay(std::uint64_t offset, char* out, std::size_t bytes) const {
  for (const Write& write : kept_) {
    const std::uint64_t from = std::max(offset, write.offset);
    const std::uint64_t to = std::min(offset + bytes, write.offset + write.data.size());
    if (from < to) {
      std::memcpy(out + (from - offset), write.data.data() + (from - write.offset), to - from);
    }
  }
}

std::uint64_t WriteCache::end() const {
  std::uint64_t end = 0;
  for (const Write& write : kept_) end = std::max(end, write.offset + write.data.size());
  return end;
}

}  // namespace vsslab::mock::sqlite
