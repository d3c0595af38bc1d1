#include "requester/tools/cabinet.h"

#include <cstdint>

#include <fmt/format.h>

namespace vsslab::requester {

namespace {

constexpr std::size_t kHeaderBytes = 36, kFolderBytes = 8, kFileBytes = 16, kBlockHeaderBytes = 8;
constexpr std::size_t kBlockBytesMax = 32768;
constexpr std::uint16_t kNameIsUtf8 = 0x80, kArchive = 0x20;
constexpr std::uint16_t kDate = (46 << 9) | (1 << 5) | 1;  // 2026-01-01

void put(std::string& to, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) to += static_cast<char>(value >> (8 * i));
}

std::uint32_t get(std::string_view bytes, std::size_t at, int count) {
  std::uint32_t value = 0;
  for (int i = 0; i < count; ++i) {
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  }
  return value;
}

struct Cut {};

// Everything that is read lies inside, or the cabinet is cut off.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  std::uint32_t number(std::size_t at, int count) const {
    if (at > bytes_.size() || bytes_.size() - at < static_cast<std::size_t>(count)) throw Cut{};
    return get(bytes_, at, count);
  }
  std::string_view part(std::size_t at, std::size_t length) const {
    if (at > bytes_.size() || bytes_.size() - at < length) throw Cut{};
    return bytes_.substr(at, length);
  }
  std::string_view text(std::size_t at) const {
    if (at > bytes_.size()) throw Cut{};
    const std::size_t end = bytes_.find('\0', at);
    if (end == std::string_view::npos) throw Cut{};
    return bytes_.substr(at, end - at);
  }

 private:
  std::string_view bytes_;
};

// The blocks of the one folder, one after another.
Result<std::string> read_folder(const Reader& reader, std::size_t at) {
  const std::uint32_t method = reader.number(at + 6, 2) & 0x0F;
  if (method != 0) {
    return fail(
        fmt::format("the cabinet is compressed by method {}: only stored ones are read", method));
  }
  std::size_t block = reader.number(at, 4);
  std::string data;
  for (std::uint32_t left = reader.number(at + 4, 2); left > 0; --left) {
    const std::size_t length = reader.number(block + 4, 2);
    data += reader.part(block + kBlockHeaderBytes, length);
    block += kBlockHeaderBytes + length;
  }
  return data;
}

}  // namespace

std::string write_cabinet(const std::vector<CabinetFile>& files) {
  std::string entries, data;
  for (const CabinetFile& file : files) {
    put(entries, file.content.size(), 4);
    put(entries, data.size(), 4);
    put(entries, 0, 2);  // the folder
    put(entries, kDate, 2);
    put(entries, 0, 2);
    put(entries, kArchive | kNameIsUtf8, 2);
    entries += file.name + '\0';
    data += file.content;
  }
  const std::size_t blocks = (data.size() + kBlockBytesMax - 1) / kBlockBytesMax;
  const std::size_t first_block = kHeaderBytes + kFolderBytes + entries.size();
  std::string out = "MSCF";
  put(out, 0, 4);
  put(out, first_block + data.size() + blocks * kBlockHeaderBytes, 4);
  put(out, 0, 4);
  put(out, kHeaderBytes + kFolderBytes, 4);
  put(out, 0, 4);
  put(out, 0x0103, 2);  // version 1.3
  put(out, 1, 2);       // folders
  put(out, files.size(), 2);
  put(out, 0, 2);  // flags
  put(out, 0, 4);  // set and number
  put(out, first_block, 4);
  put(out, blocks, 2);
  put(out, 0, 2);  // stored
  out += entries;
  for (std::size_t at = 0; at < data.size(); at += kBlockBytesMax) {
    const std::string_view part = std::string_view(data).substr(at, kBlockBytesMax);
    put(out, 0, 4);  // no checksum
    put(out, part.size(), 2);
    put(out, part.size(), 2);
    out += part;
  }
  return out;
}

Result<std::vector<CabinetFile>> read_cabinet(std::string_view bytes) {
  if (!bytes.starts_with("MSCF")) return fail("the file is no cabinet");
  try {
    const Reader reader(bytes);
    if (reader.number(26, 2) != 1 || reader.number(30, 2) != 0) {
      return fail("the cabinet has several folders, or is one of several");
    }
    const auto data = read_folder(reader, kHeaderBytes);
    if (!data) return fail(data.error());
    std::vector<CabinetFile> files;
    std::size_t at = reader.number(16, 4);
    for (std::uint32_t left = reader.number(28, 2); left > 0; --left) {
      const std::size_t length = reader.number(at, 4);
      const std::size_t offset = reader.number(at + 4, 4);
      const std::string_view name = reader.text(at + kFileBytes);
      files.push_back({std::string(name), std::string(Reader(*data).part(offset, length))});
      at += kFileBytes + name.size() + 1;
    }
    return files;
  } catch (const Cut&) {
    return fail("the cabinet is cut off");
  }
}

}  // namespace vsslab::requester
