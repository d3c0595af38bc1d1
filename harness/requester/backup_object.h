// One IVssBackupComponents and what a requester has to remember beside it: which writers it
// gathered, the ids of its copies, the asynchronous operations that it has not released. Internal
// to requester/.
#pragma once

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/guid.h"
#include "core/hresult.h"
#include "metadata/writer_metadata.h"
#include "requester/examine.h"

namespace vsslab::requester {

struct GatheredWriter {
  VSS_ID instance{};
  metadata::WriterMetadata metadata;
  std::string document;  // Depth::files: as VSS gives it
};

struct WriterStatus {
  VSS_ID instance{};
  VSS_ID class_id{};
  std::string name;
  VSS_WRITER_STATE state = VSS_WS_UNKNOWN;
  HRESULT failure = S_OK;
};

// How a requester waits for an operation.
struct Waiting {
  bool wait = true;
  DWORD timeout_ms = INFINITE;
  bool query_status = true;
  bool release = true;
  bool null_pointer = false;  // hands in NULL for the IVssAsync
};

// Nothing is released by a destructor: what a requester forgets, its process's end takes back, and
// that is VSS's business.
class BackupObject {
 public:
  BackupObject() = default;
  ~BackupObject();
  BackupObject(const BackupObject&) = delete;
  BackupObject& operator=(const BackupObject&) = delete;

  // The interface, made at the first use; null when it cannot be made, see create().
  IVssBackupComponentsEx4* get();
  HRESULT create();
  void release();
  bool exists() const { return interface_ != nullptr; }

  // ---- asynchronous operations ----
  using AsyncMethod = std::function<HRESULT(IVssAsync**)>;
  // Calls and waits. The operation's HRESULT where it waited and asked, S_OK for finished.
  Hr run(std::string_view call, const AsyncMethod& method, const Waiting& waiting = {});
  // The latest operation made by `call`, or by any call when that is empty; null when there is
  // none.
  IVssAsync* async(std::string_view call) const;
  bool release_async(std::string_view call);

  // ---- writers ----
  bool gathered = false;  // GatherWriterMetadata finished
  // Reads all documents: GetWriterMetadataCount, where no count is handed in, and
  // GetWriterMetadata.
  Hr read_writers(std::optional<UINT> count = std::nullopt, Depth depth = Depth::selection);
  // GatherWriterStatus and all that comes with it; or what comes after it, where `call` gets the
  // call that was made last.
  Hr read_status(std::vector<WriterStatus>& out);
  Hr fetch_status(std::vector<WriterStatus>& out, std::string* call);
  bool writers_read() const { return writers_read_; }
  const std::vector<GatheredWriter>& writers() const { return writers_; }
  // By friendly name or class id, the n-th instance (from 1).
  const GatheredWriter* find(std::string_view name_or_id, std::size_t number = 1) const;

  std::optional<UINT> metadata_count, status_count, components_count;  // as last told

  // ---- the set ----
  VSS_ID set{};
  void remember_copy(std::string_view volume, const VSS_ID& snapshot);
  std::optional<VSS_ID> copy_of(std::string_view volume) const;
  const std::vector<std::pair<std::string, VSS_ID>>& copies() const { return copies_; }

 private:
  struct Pending {
    std::string call;
    IVssAsync* async;
  };
  std::vector<Pending>::const_iterator latest(std::string_view call) const;

  IVssBackupComponentsEx4* interface_ = nullptr;
  std::vector<Pending> pending_;
  std::vector<GatheredWriter> writers_;
  bool writers_read_ = false;
  std::vector<std::pair<std::string, VSS_ID>> copies_;
};

}  // namespace vsslab::requester
