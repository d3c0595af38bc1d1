// The writes of one file that no sync has made safe yet, as a disk with a cache keeps them: each
// may have reached the file, or not, or in part, and not in the order in which they were made. A
// sync writes them all.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <random>
#include <string>

namespace vsslab::mock::sqlite {

class WriteCache {
 public:
  // Writes to the file; an SQLITE_… code.
  using Sink = std::function<int(std::uint64_t offset, const char* data, std::size_t bytes)>;

  static constexpr std::size_t kSectorBytes = 512;
  static constexpr std::size_t kWritesMax = 1024;  // the oldest go to the file then

  // `chance` outlives the cache.
  WriteCache(std::mt19937_64& chance, Sink sink) : chance_(chance), sink_(std::move(sink)) {}

  // Keeps the write, and lets some of what is kept through: whole writes in any order, or single
  // sectors of one.
  int write(std::uint64_t offset, const char* data, std::size_t bytes);
  // All of them, in their order.
  int sync();
  // Nothing behind `size` is written any more.
  void truncate(std::uint64_t size);

  // Puts what is kept over `out`, which was read from the file at `offset`.
  void overlay(std::uint64_t offset, char* out, std::size_t bytes) const;
  // The end of the last byte that is kept; 0 without any.
  std::uint64_t end() const;
  bool empty() const { return kept_.empty(); }

 private:
  struct Write {
    std::uint64_t offset;
    std::string data;
  };
  int leak();

  std::mt19937_64& chance_;
  Sink sink_;
  std::deque<Write> kept_;
};

}  // namespace vsslab::mock::sqlite
