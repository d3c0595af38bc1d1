// An array that only grows, of plain records. Unlike std::vector it grows by realloc, which leaves
// a large block where it is, or moves it without touching its pages: the events of a run with ten
// thousand writers are not copied each time their number doubles.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <type_traits>
#include <utility>

namespace vsslab {

template <class Record>
class GrowingArray {
 public:
  GrowingArray() = default;
  GrowingArray(const GrowingArray&) = delete;
  GrowingArray& operator=(const GrowingArray&) = delete;
  GrowingArray(GrowingArray&& other) noexcept { swap(other); }
  GrowingArray& operator=(GrowingArray&& other) noexcept {
    swap(other);
    return *this;
  }
  ~GrowingArray() { std::free(records_); }

  void push_back(const Record& record) {
    static_assert(std::is_trivially_copyable_v<Record>);
    const Record copy = record;  // it may be one of ours
    if (size_ == capacity_) grow();
    records_[size_++] = copy;
  }
  const Record* data() const { return records_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const Record* begin() const { return records_; }
  const Record* end() const { return records_ + size_; }
  const Record& operator[](std::size_t index) const { return records_[index]; }

 private:
  void grow() {
    constexpr std::size_t kFirst = 64;
    const std::size_t capacity = capacity_ == 0 ? kFirst : capacity_ * 2;
    void* const grown = std::realloc(static_cast<void*>(records_), capacity * sizeof(Record));
    if (grown == nullptr) throw std::bad_alloc();
    records_ = static_cast<Record*>(grown);
    capacity_ = capacity;
  }
  void swap(GrowingArray& other) noexcept {
    std::swap(records_, other.records_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  Record* records_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace vsslab
