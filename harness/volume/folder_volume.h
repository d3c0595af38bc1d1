// A volume whose files lie in a folder of the host: what a real application keeps there is on the
// lab's machine too. A copy of its moment is a copy of the folder, shared block by block where the
// file system can do that.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/error.h"
#include "volume/volume.h"

namespace vsslab {

class FolderVolume final : public Volume {
 public:
  // An Error when the folder is none.
  static Result<std::unique_ptr<Volume>> make(Options options, const std::string& folder,
                                              Scheduler* scheduler);
  ~FolderVolume() override;

  FileResult<FileInfo> stat(std::string_view path) const override;
  FileResult<std::vector<FileInfo>> list(std::string_view directory) const override;
  FileResult<std::vector<FileInfo>> find(std::string_view directory, std::string_view pattern,
                                         bool recursive) const override;
  FileResult<std::size_t> read_at(std::string_view path, std::uint64_t offset,
                                  std::span<std::byte> out) const override;
  FileResult<std::string> read_file(std::string_view path) const override;
  FileResult<void> create_directory(std::string_view path) override;
  FileResult<void> create_directories(std::string_view path) override;
  FileResult<void> create_file(std::string_view path, bool replace) override;
  FileResult<void> write_file(std::string_view path, std::string_view content) override;
  FileResult<void> append(std::string_view path, std::string_view bytes) override;
  FileResult<void> write_at(std::string_view path, std::uint64_t offset,
                            std::string_view bytes) override;
  FileResult<void> resize(std::string_view path, std::uint64_t size) override;
  FileResult<void> remove(std::string_view path) override;
  FileResult<void> remove_directory(std::string_view path) override;
  FileResult<void> rename(std::string_view from, std::string_view to, bool replace) override;
  FileResult<void> set_attributes(std::string_view path, std::uint32_t attributes) override;
  FileResult<void> set_times(std::string_view path, const Times& times) override;
  void take_offline() override;
  bool lies_outside() const override { return true; }
  FileResult<std::shared_ptr<Volume>> copy_now(const std::string& device) override;

  // Why copy_now failed, in the host's words and with the path; empty when it never did.
  const std::string& trouble() const { return trouble_; }

 private:
  FolderVolume(Options options, std::filesystem::path folder, Scheduler* scheduler);
  FolderVolume(Options options, std::string device, std::filesystem::path folder,
               Scheduler* scheduler);
  // Of the host, inside the folder; names are compared as Windows does.
  FileResult<std::filesystem::path> host_path(std::string_view path) const;
  FileResult<std::filesystem::path> new_path(std::string_view path) const;
  FileResult<void> add_found(std::string_view directory, std::string_view pattern, bool recursive,
                             std::vector<FileInfo>& found) const;

  std::filesystem::path folder_;
  bool own_ = false;  // a copy of ours, which goes with us
  std::uint32_t copies_ = 0;
  std::string trouble_;
};

}  // namespace vsslab
