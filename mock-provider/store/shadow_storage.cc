#include "mock-provider/store/shadow_storage.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

#include "core/error.h"

namespace vsslab {

const BlockImage* DiffArea::find(std::uint64_t block) const {
  const std::uint64_t chunk = block / kBlocksPerChunk;
  if (chunk >= chunks_.size() || !chunks_[chunk]) return nullptr;
  const std::uint64_t within = block % kBlocksPerChunk;
  return chunks_[chunk]->kept[within] ? &chunks_[chunk]->images[within] : nullptr;
}

void DiffArea::keep(std::uint64_t block, const BlockImage& image) {
  const std::uint64_t chunk = block / kBlocksPerChunk;
  if (chunk >= chunks_.size()) chunks_.resize(chunk + 1);
  if (!chunks_[chunk]) chunks_[chunk] = std::make_unique<Chunk>();
  const std::uint64_t within = block % kBlocksPerChunk;
  if (chunks_[chunk]->kept[within]) return;
  chunks_[chunk]->kept[within] = true;
  chunks_[chunk]->images[within] = image;
  ++blocks_;
}

void DiffArea::for_each(const std::function<void(std::uint64_t, const BlockImage&)>& use) const {
  for (std::uint64_t chunk = 0; chunk < chunks_.size(); ++chunk) {
    if (!chunks_[chunk]) continue;
    for (std::uint64_t i = 0; i < kBlocksPerChunk; ++i) {
      if (chunks_[chunk]->kept[i]) use(chunk * kBlocksPerChunk + i, chunks_[chunk]->images[i]);
    }
  }
}

const BlockImage* CopySource::kept(std::uint64_t block) const {
  for (const CopySource* copy = this; copy != nullptr; copy = copy->newer_) {
    if (const BlockImage* const image = copy->diff_.find(block)) return image;
  }
  return nullptr;
}

PageRef CopySource::page(std::uint64_t index) const {
  if (storage_ == nullptr) return {};
  if (const BlockImage* const image = kept(index / kPagesPerBlock)) {
    return (*image)[index % kPagesPerBlock];
  }
  return storage_->volume().blocks().page(index);
}

void CopySource::read(std::uint64_t offset, std::span<std::byte> out) const {
  while (!out.empty()) {
    const std::size_t within = offset % kBlockBytes;
    const std::size_t bytes = std::min(out.size(), kBlockBytes - within);
    const BlockImage* const image = kept(offset / kBlockBytes);
    if (storage_ == nullptr) {
      std::memset(out.data(), 0, bytes);
    } else if (image != nullptr) {
      read_image(*image, within, out.first(bytes));
    } else {
      storage_->volume().blocks().read(offset, out.first(bytes));
    }
    offset += bytes;
    out = out.subspan(bytes);
  }
}

ShadowStorage::ShadowStorage(Volume& volume) : volume_(volume) { volume_.blocks().add_hook(*this); }

ShadowStorage::~ShadowStorage() {
  volume_.blocks().remove_hook(*this);
  for (const auto& copy : copies_) {
    copy->storage_ = nullptr;
    copy->newer_ = nullptr;
  }
}

std::shared_ptr<CopySource> ShadowStorage::prepare() const {
  reserve_pages(std::min(volume_.blocks().pages_in_use(), kReserveBytesMax / kPageBytes));
  return std::make_shared<CopySource>();
}

void ShadowStorage::preserve(std::uint64_t block, const BlockImage& old) {
  if (!copies_.empty()) copies_.back()->diff_.keep(block, old);
}

void ShadowStorage::take(std::shared_ptr<CopySource> copy) {
  copy->storage_ = this;
  if (!copies_.empty()) copies_.back()->newer_ = copy.get();
  copies_.push_back(std::move(copy));
  volume_.blocks().mark();
}

void ShadowStorage::remove(CopySource& copy) {
  const auto at = std::find_if(copies_.begin(), copies_.end(),
                               [&copy](const auto& other) { return other.get() == &copy; });
  VSSLAB_ASSERT(at != copies_.end());
  if (at != copies_.begin()) {
    CopySource& older = **std::prev(at);
    copy.diff_.for_each(
        [&older](std::uint64_t block, const BlockImage& image) { older.diff_.keep(block, image); });
    older.newer_ = copy.newer_;
  }
  const std::shared_ptr<CopySource> removed = *at;
  copies_.erase(at);
  removed->storage_ = nullptr;
  removed->newer_ = nullptr;
  removed->diff_ = DiffArea{};
}

void ShadowStorage::revert(const CopySource& copy) {
  // Collected first: putting a block back makes the newest copy keep what it replaces.
  std::map<std::uint64_t, BlockImage> old;
  for (const CopySource* from = &copy; from != nullptr; from = from->newer_) {
    from->diff_.for_each(
        [&old](std::uint64_t block, const BlockImage& image) { old.emplace(block, image); });
  }
  for (const auto& [block, image] : old) volume_.blocks().put(block, image);
}

}  // namespace vsslab
