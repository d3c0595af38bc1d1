// The making of a set, step by step: the state table of a provider.
#include <algorithm>
#include <utility>

#include "core/error.h"
#include "mock-provider/system/event_log.h"
#include "mock-provider/system/system_provider.h"
#include "mock-provider/system/text.h"

namespace vsslab {

namespace {

// Attributes that change how a copy is made. The system provider makes differential copies on the
// same machine, so it has neither plex copies nor transportable ones.

constexpr LONG kMethods =
    VSS_VOLSNAP_ATTR_TRANSPORTABLE | VSS_VOLSNAP_ATTR_DIFFERENTIAL | VSS_VOLSNAP_ATTR_PLEX;
constexpr LONG kModifiers = VSS_VOLSNAP_ATTR_NO_AUTORECOVERY | VSS_VOLSNAP_ATTR_NOT_TRANSACTED |
                            VSS_VOLSNAP_ATTR_AUTORECOVER | VSS_VOLSNAP_ATTR_ROLLBACK_RECOVERY |
                            VSS_VOLSNAP_ATTR_DELAYED_POSTSNAPSHOT | VSS_VOLSNAP_ATTR_TXF_RECOVERY |
                            kMethods;

bool supported_context(LONG context) {
  if ((context & (VSS_VOLSNAP_ATTR_TRANSPORTABLE | VSS_VOLSNAP_ATTR_PLEX)) != 0) return false;
  if ((context & VSS_VOLSNAP_ATTR_CLIENT_ACCESSIBLE) != 0 && (context & kMethods) != 0) {
    return false;
  }
  switch (context & ~kModifiers) {
    case VSS_CTX_BACKUP:
    case VSS_CTX_FILE_SHARE_BACKUP:
    case VSS_CTX_NAS_ROLLBACK:
    case VSS_CTX_APP_ROLLBACK:
    case VSS_CTX_CLIENT_ACCESSIBLE:
    case VSS_CTX_CLIENT_ACCESSIBLE_WRITERS:
      return true;
    default:
      return false;
  }
}

}  // namespace

HRESULT SystemProvider::SetContext(LONG context) {
  if (!set_id_.is_null()) return VSS_E_BAD_STATE;  // frozen while a set is in creation
  // Each copy brings its context with it, so there is nothing to remember.
  return context == VSS_CTX_ALL || supported_context(context) ? S_OK : E_INVALIDARG;
}

HRESULT SystemProvider::check_new_copy(const Guid& set_id, const Volume& volume,
                                       LONG context) const {
  if (!supports(volume)) return VSS_E_VOLUME_NOT_SUPPORTED_BY_PROVIDER;
  if (!supported_context(context)) return VSS_E_UNSUPPORTED_CONTEXT;
  if (set_id == set_id_) {
    if (creating_.size() >= limits::kVolumesInSetMax) {
      return VSS_E_MAXIMUM_NUMBER_OF_VOLUMES_REACHED;
    }
    const bool twice = std::any_of(creating_.begin(), creating_.end(),
                                   [&](const auto& copy) { return copy->volume == &volume; });
    if (twice) return E_INVALIDARG;
  }
  const auto here = std::count_if(finished_.begin(), finished_.end(),
                                  [&](const auto& copy) { return copy->volume == &volume; });
  if (static_cast<std::uint64_t>(here) >= options_.copies_per_volume_max) {
    return VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED;
  }
  if ((context & VSS_VOLSNAP_ATTR_CLIENT_ACCESSIBLE) == 0) return S_OK;
  // As many as MaxShadowCopies allows by default (usage-conventions.md).
  const auto shared = std::count_if(finished_.begin(), finished_.end(), [&](const auto& copy) {
    return copy->volume == &volume && (copy->attributes & VSS_VOLSNAP_ATTR_CLIENT_ACCESSIBLE) != 0;
  });
  return static_cast<std::uint64_t>(shared) < options_.shared_copies_per_volume_max
             ? S_OK
             : VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED;
}

HRESULT SystemProvider::BeginPrepareSnapshot(VSS_ID set_id, VSS_ID snapshot_id,
                                             VSS_PWSZ volume_name, LONG new_context) {
  const Guid set = Guid::from(set_id);
  const Guid id = Guid::from(snapshot_id);
  const std::string name = narrow(volume_name);
  if (set.is_null() || id.is_null() || !name.ends_with('\\')) return E_INVALIDARG;
  Volume* const volume = volumes_.find_volume(name);
  if (volume == nullptr) return VSS_E_OBJECT_NOT_FOUND;
  // Too late for this set; the method's pages list no VSS_E_BAD_STATE.
  if (set == set_id_ && set_state_ != VSS_SS_PREPARING) return E_INVALIDARG;
  // A new set out of sequence means that the old one is dead, whatever becomes of the new one.
  if (set != set_id_) drop_set();
  if (const HRESULT refused = check_new_copy(set, *volume, new_context); FAILED(refused)) {
    return refused;
  }
  auto copy = std::make_unique<Copy>();
  copy->id = id;
  copy->set_id = set;
  copy->attributes = new_context | VSS_VOLSNAP_ATTR_DIFFERENTIAL;
  const bool writers = (new_context & VSS_VOLSNAP_ATTR_NO_WRITERS) == 0;
  if (writers && (new_context & VSS_VOLSNAP_ATTR_NO_AUTORECOVERY) == 0) {
    copy->attributes |= VSS_VOLSNAP_ATTR_AUTORECOVER;
  }
  copy->volume = volume;
  copy->originating_machine = copy->service_machine = options_.machine;
  set_id_ = set;
  set_state_ = VSS_SS_PREPARING;
  creating_.push_back(std::move(copy));
  return S_OK;
}

// Moves the set in creation one step on. A repeated call of the step just done is harmless.
HRESULT SystemProvider::step(const VSS_ID& set_id, VSS_SNAPSHOT_STATE from, VSS_SNAPSHOT_STATE to) {
  const Guid set = Guid::from(set_id);
  if (set.is_null() || set != set_id_) return VSS_E_OBJECT_NOT_FOUND;
  if (set_state_ == to) return S_FALSE;
  if (set_state_ != from) return VSS_E_BAD_STATE;
  set_state_ = to;
  for (const auto& copy : creating_) copy->state = to;
  return S_OK;
}

HRESULT SystemProvider::EndPrepareSnapshots(VSS_ID set_id) {
  const HRESULT result = step(set_id, VSS_SS_PREPARING, VSS_SS_PREPARED);
  if (result != S_OK) return FAILED(result) ? result : S_OK;
  for (const auto& copy : creating_) {
    copy->storage = &storage_of(*copy->volume);
    copy->source = copy->storage->prepare();
    copy->set_size = static_cast<LONG>(creating_.size());
  }
  return S_OK;
}

HRESULT SystemProvider::PreCommitSnapshots(VSS_ID set_id) {
  const HRESULT result = step(set_id, VSS_SS_PREPARED, VSS_SS_PRECOMMITTED);
  return FAILED(result) ? result : S_OK;
}

// Writes are held: the moment is the same for all volumes, and nothing here writes or waits.
HRESULT SystemProvider::CommitSnapshots(VSS_ID set_id) {
  const HRESULT result = step(set_id, VSS_SS_PRECOMMITTED, VSS_SS_COMMITTED);
  if (result != S_OK) return FAILED(result) ? result : S_OK;
  for (const auto& copy : creating_) {
    copy->storage->take(copy->source);
    copy->files = copy->volume->state();
    if (!copy->volume->lies_outside()) continue;
    auto content = copy->volume->copy_now(next_device());
    if (!content) {
      copy_refused_ = true;  // told once writes go on: an entry is a write too
      return VSS_E_PROVIDER_VETO;
    }
    copy->content = std::move(*content);
  }
  if (const Scheduler* const scheduler = volumes_.scheduler(); scheduler != nullptr) {
    commit_time_ = scheduler->now();
  }
  return S_OK;
}

std::string SystemProvider::next_device() {
  return "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy" +
         std::to_string(volumes_.next_device_number());
}

void SystemProvider::mount(Copy& copy) {
  if (copy.content != nullptr) return volumes_.add_device(copy.content);
  Volume::Options options = copy.volume->options();
  options.root.clear();
  copy.content = std::make_shared<Volume>(std::move(options), next_device(), copy.files,
                                          copy.source, volumes_.scheduler());
  volumes_.add_device(copy.content);
}

HRESULT SystemProvider::PostCommitSnapshots(VSS_ID set_id, LONG count) {
  if (Guid::from(set_id) == set_id_ && set_state_ == VSS_SS_COMMITTED &&
      count != static_cast<LONG>(creating_.size())) {
    return E_INVALIDARG;
  }
  const HRESULT result = step(set_id, VSS_SS_COMMITTED, VSS_SS_POSTCOMMITTED);
  if (result != S_OK) return FAILED(result) ? result : S_OK;
  // The clock is read only now, outside the window in which writes are held.
  FILETIME now{};
  GetSystemTimeAsFileTime(&now);
  VSS_TIMESTAMP moment = static_cast<VSS_TIMESTAMP>(now.dwHighDateTime) << 32 | now.dwLowDateTime;
  if (const Scheduler* const scheduler = volumes_.scheduler(); scheduler != nullptr) {
    moment -= (scheduler->now() - commit_time_).count() / 100;
  }
  for (const auto& copy : creating_) {
    copy->created = moment;
    mount(*copy);
  }
  return S_OK;
}

// The two final steps list no VSS_E_OBJECT_NOT_FOUND and no VSS_E_BAD_STATE.
HRESULT SystemProvider::PreFinalCommitSnapshots(VSS_ID set_id) {
  const HRESULT result = step(set_id, VSS_SS_POSTCOMMITTED, VSS_SS_PREFINALCOMMITTED);
  return FAILED(result) ? E_INVALIDARG : S_OK;
}

HRESULT SystemProvider::PostFinalCommitSnapshots(VSS_ID set_id) {
  const HRESULT result = step(set_id, VSS_SS_PREFINALCOMMITTED, VSS_SS_CREATED);
  if (FAILED(result)) return E_INVALIDARG;
  for (auto& copy : creating_) {
    copy->content->set_read_only(true);  // the writers have recovered their data
    finished_.push_back(std::move(copy));
  }
  creating_.clear();
  set_id_ = Guid{};
  set_state_ = VSS_SS_UNKNOWN;
  return S_OK;
}

HRESULT SystemProvider::AbortSnapshots(VSS_ID set_id) {
  const Guid set = Guid::from(set_id);
  if (set.is_null() || set != set_id_) return VSS_E_OBJECT_NOT_FOUND;
  drop_set();
  if (std::exchange(copy_refused_, false)) report_event("The files of a volume cannot be copied.");
  return S_OK;
}

void SystemProvider::drop_set() {
  const bool taken = set_state_ == VSS_SS_COMMITTED || set_state_ == VSS_SS_POSTCOMMITTED ||
                     set_state_ == VSS_SS_PREFINALCOMMITTED;
  if (taken) {
    for (const auto& copy : creating_) remove_copy(*copy);
  }
  creating_.clear();
  set_id_ = Guid{};
  set_state_ = VSS_SS_UNKNOWN;
}

}  // namespace vsslab
