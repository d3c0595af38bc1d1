#include "journal/journal.h"

#include <array>
#include <cstring>
#include <unordered_map>

#include "core/error.h"
#include "core/os/debugger.h"

namespace vsslab {

// Chunks are never moved, so views stay good while the journal grows or is moved.
struct Journal::Text {
  static constexpr std::size_t kChunkBytes = 64ULL << 10;
  static constexpr std::size_t kCacheSlots = 512;

  std::vector<std::unique_ptr<char[]>> chunks;
  char* free = nullptr;
  std::size_t left = 0;
  std::unordered_map<std::string_view, std::string_view> interned;
  std::unordered_map<std::string, ActorId> actor_ids;
  // Callers mostly hand in literals: their address finds the interned text without hashing it. The
  // content is compared, so an address that is used again for other text is harmless.
  std::array<std::string_view, kCacheSlots> cache{};

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > left) grow(text.size());
    std::memcpy(free, text.data(), text.size());
    const std::string_view stored(free, text.size());
    free += text.size();
    left -= text.size();
    return stored;
  }

  void grow(std::size_t bytes) {
    const std::size_t size = bytes > kChunkBytes ? bytes : kChunkBytes;
    chunks.push_back(std::make_unique_for_overwrite<char[]>(size));
    free = chunks.back().get();
    left = size;
  }
};

Journal::Journal() : text_(std::make_unique<Text>()) {}
Journal::~Journal() = default;
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;

std::string_view Journal::intern(std::string_view text) {
  const auto slot = (reinterpret_cast<std::uintptr_t>(text.data()) >> 2) % Text::kCacheSlots;
  std::string_view& cached = text_->cache[slot];
  if (cached == text && !text.empty()) return cached;
  auto found = text_->interned.find(text);
  if (found == text_->interned.end()) {
    const std::string_view stored = text_->copy(text);
    found = text_->interned.emplace(stored, stored).first;
  }
  cached = found->second;
  return cached;
}

std::string_view Journal::store(std::string_view text) { return text_->copy(text); }

ActorId Journal::actor(ActorKind kind, std::string_view name) {
  std::string key(1, static_cast<char>('0' + static_cast<int>(kind)));
  key += name;
  const auto [entry, made] =
      text_->actor_ids.emplace(std::move(key), static_cast<ActorId>(actors_.size()));
  if (made) actors_.push_back({kind, std::string(name)});
  return entry->second;
}

Seq Journal::append(const NewEvent& event, std::span<const ArgText> args) {
  VSSLAB_ASSERT(event.actor < actors_.size());
  Event stored;
  stored.seq = events_.size() + 1;
  stored.t = event.t;
  stored.session = event.session;
  stored.actor = event.actor;
  stored.name = intern(event.name);
  stored.phase = event.phase;
  stored.has_hr = event.hr.has_value();
  stored.hr = event.hr.value_or(0);
  stored.cause = event.cause;
  stored.thread = event.thread;
  stored.document = event.document;
  stored.args_begin = static_cast<std::uint32_t>(args_.size());
  stored.args_count = static_cast<std::uint32_t>(args.size());
  for (const ArgText& arg : args) {
    // Both have fields of their own in the text form.
    VSSLAB_ASSERT(arg.key != "hr" && arg.key != "doc");
    args_.push_back({intern(arg.key), store(arg.value)});
  }
  events_.push_back(stored);
  if (stored.seq == break_at) os::break_into_debugger();
  if (on_append) on_append(stored);
  return stored.seq;
}

std::int32_t Journal::add_document(StoredDocument document) {
  documents_.push_back(std::move(document));
  return static_cast<std::int32_t>(documents_.size() - 1);
}

}  // namespace vsslab
