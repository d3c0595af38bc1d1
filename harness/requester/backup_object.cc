#include "requester/backup_object.h"

#include <algorithm>

#include "core/ascii.h"
#include "metadata/enums.h"
#include "requester/com_text.h"
#include "requester/examine.h"

namespace vsslab::requester {

namespace {

std::string volume_key(std::string_view volume) {
  std::string key = ascii::lower(volume);
  if (!key.ends_with('\\')) key += '\\';
  return key;
}

// A program that forgets a reference still has it in its memory until it ends.
std::vector<IUnknown*>& forgotten_references() {
  static auto* const references = new std::vector<IUnknown*>();
  return *references;
}

}  // namespace

BackupObject::~BackupObject() {
  if (interface_ != nullptr) forgotten_references().push_back(interface_);
  for (const Pending& pending : pending_) forgotten_references().push_back(pending.async);
}

IVssBackupComponentsEx4* BackupObject::get() {
  if (interface_ == nullptr) create();
  return interface_;
}

HRESULT BackupObject::create() {
  Held<IVssBackupComponents> base;
  const HRESULT hr = CreateVssBackupComponents(base.out());
  if (FAILED(hr)) return hr;
  return base->QueryInterface(__uuidof(IVssBackupComponentsEx4),
                              reinterpret_cast<void**>(&interface_));
}

void BackupObject::release() {
  if (interface_ != nullptr) interface_->Release();
  interface_ = nullptr;
}

Hr BackupObject::run(std::string_view call, const AsyncMethod& method, const Waiting& waiting) {
  IVssAsync* async = NULL;
  const HRESULT hr = method(waiting.null_pointer ? NULL : &async);
  if (FAILED(hr) || async == NULL) return hr;
  pending_.push_back({std::string(call), async});
  if (!waiting.wait) return hr;
  const HRESULT waited = async->Wait(waiting.timeout_ms);
  HRESULT result = waited;
  if (SUCCEEDED(waited) && waiting.query_status) {
    HRESULT status = S_OK;
    const HRESULT asked = async->QueryStatus(&status, NULL);
    result = FAILED(asked) ? asked : status == VSS_S_ASYNC_FINISHED ? S_OK : status;
  }
  if (waiting.release) release_async(call);
  return result;
}

std::vector<BackupObject::Pending>::const_iterator BackupObject::latest(
    std::string_view call) const {
  const auto found = std::find_if(pending_.rbegin(), pending_.rend(), [&](const Pending& pending) {
    return call.empty() || pending.call == call;
  });
  return found == pending_.rend() ? pending_.end() : std::prev(found.base());
}

IVssAsync* BackupObject::async(std::string_view call) const {
  const auto at = latest(call);
  return at == pending_.end() ? nullptr : at->async;
}

bool BackupObject::release_async(std::string_view call) {
  const auto at = latest(call);
  if (at == pending_.end()) return false;
  at->async->Release();
  pending_.erase(at);
  return true;
}

Hr BackupObject::read_writers(std::optional<UINT> count, Depth depth) {
  if (!count) {
    UINT told = 0;
    const HRESULT counted = interface_->GetWriterMetadataCount(&told);
    if (FAILED(counted)) return counted;
    count = told;
  }
  metadata_count = count;
  writers_.clear();
  for (UINT i = 0; i < *count; ++i) {
    Held<IVssExamineWriterMetadata> document;
    GatheredWriter writer;
    const HRESULT got = interface_->GetWriterMetadata(i, &writer.instance, document.out());
    if (FAILED(got)) return got;
    auto examined = examine(*document.get(), depth);
    if (!examined) return E_UNEXPECTED;
    if (depth == Depth::files) {
      BSTR xml = NULL;
      const HRESULT saved = document->SaveAsXML(&xml);
      writer.document = take(xml);
      if (FAILED(saved)) return saved;
    }
    writer.metadata = std::move(*examined);
    writers_.push_back(std::move(writer));
  }
  writers_read_ = true;
  return hr::ok;
}

Hr BackupObject::read_status(std::vector<WriterStatus>& out) {
  const Hr gathered = run("GatherWriterStatus",
                          [&](IVssAsync** async) { return interface_->GatherWriterStatus(async); });
  if (failed(gathered)) return gathered;
  if (gathered == VSS_S_ASYNC_CANCELLED) return E_ABORT;
  std::string call;
  return fetch_status(out, &call);
}

Hr BackupObject::fetch_status(std::vector<WriterStatus>& out, std::string* call) {
  out.clear();
  UINT count = 0;
  *call = "GetWriterStatusCount";
  Hr hr = interface_->GetWriterStatusCount(&count);
  for (UINT i = 0; succeeded(hr) && i < count; ++i) {
    WriterStatus status;
    BSTR name = NULL;
    *call = "GetWriterStatus";
    hr = interface_->GetWriterStatus(i, &status.instance, &status.class_id, &name, &status.state,
                                     &status.failure);
    status.name = take(name);
    out.push_back(std::move(status));
  }
  if (failed(hr)) return hr;
  *call = "FreeWriterStatus";
  return interface_->FreeWriterStatus();
}

const GatheredWriter* BackupObject::find(std::string_view name_or_id, std::size_t number) const {
  const std::optional<Guid> id = Guid::parse(name_or_id);
  std::size_t seen = 0;
  for (const GatheredWriter& writer : writers_) {
    const metadata::Identification& identity = writer.metadata.identification;
    const bool matches = id ? identity.writer_id == *id
                            : metadata::equal_ignoring_case(identity.friendly_name, name_or_id);
    if (matches && ++seen == number) return &writer;
  }
  return nullptr;
}

void BackupObject::remember_copy(std::string_view volume, const VSS_ID& snapshot) {
  copies_.emplace_back(std::string(volume), snapshot);
}

std::optional<VSS_ID> BackupObject::copy_of(std::string_view volume) const {
  for (const auto& [name, id] : copies_) {
    if (volume_key(name) == volume_key(volume)) return id;
  }
  return std::nullopt;
}

}  // namespace vsslab::requester
