#include "requester/component_state.h"

#include <utility>

#include "requester/com_text.h"

namespace vsslab::requester {

namespace {

using metadata::ComponentEntry;

// Leaves the getters at the first that fails; caught in read_components().
struct Failed {
  HRESULT hr;
};

void must(HRESULT hr) {
  if (FAILED(hr)) throw Failed{hr};
}

template <class Getter>
UINT count_of(IVssComponent& from, Getter getter) {
  UINT count = 0;
  must((from.*getter)(&count));
  return count;
}

template <class Getter>
std::string text_of(IVssComponent& from, Getter getter) {
  BSTR text = NULL;
  must((from.*getter)(&text));
  return take(text);
}

void read_partial_files(IVssComponent& from, ComponentEntry& entry) {
  const UINT count = count_of(from, &IVssComponent::GetPartialFileCount);
  for (UINT i = 0; i < count; ++i) {
    BSTR path = NULL, name = NULL, ranges = NULL, data = NULL;
    must(from.GetPartialFile(i, &path, &name, &ranges, &data));
    metadata::PartialFile file;
    file.path = take(path);
    file.filename = take(name);
    file.ranges = take(ranges);
    file.metadata = take(data);
    entry.partial_files.push_back(std::move(file));
  }
}

void read_differenced_files(IVssComponent& from, ComponentEntry& entry) {
  const UINT count = count_of(from, &IVssComponent::GetDifferencedFilesCount);
  for (UINT i = 0; i < count; ++i) {
    BSTR path = NULL, spec = NULL, lsn = NULL;
    BOOL recursive = FALSE;
    FILETIME time{};
    must(from.GetDifferencedFile(i, &path, &spec, &recursive, &lsn, &time));
    metadata::DifferencedFile file;
    file.path = take(path);
    file.filespec = take(spec);
    file.lsn = take(lsn);
    file.recursive = recursive != FALSE;
    file.last_modify_time =
        static_cast<std::uint64_t>(time.dwHighDateTime) << 32 | time.dwLowDateTime;
    entry.differenced_files.push_back(std::move(file));
  }
}

void read_new_targets(IVssComponent& from, ComponentEntry& entry) {
  const UINT count = count_of(from, &IVssComponent::GetNewTargetCount);
  for (UINT i = 0; i < count; ++i) {
    Held<IVssWMFiledesc> file;
    must(from.GetNewTarget(i, file.out()));
    metadata::AlternateLocationMapping target;
    BSTR path = NULL, spec = NULL, alternate = NULL;
    must(file->GetPath(&path));
    target.path = take(path);
    must(file->GetFilespec(&spec));
    target.filespec = take(spec);
    must(file->GetRecursive(&target.recursive));
    must(file->GetAlternateLocation(&alternate));
    target.alternate_path = take(alternate);
    entry.new_targets.push_back(std::move(target));
  }
}

void read_directed_targets(IVssComponent& from, ComponentEntry& entry) {
  const UINT count = count_of(from, &IVssComponent::GetDirectedTargetCount);
  for (UINT i = 0; i < count; ++i) {
    BSTR source_path = NULL, source_name = NULL, source_ranges = NULL;
    BSTR path = NULL, name = NULL, ranges = NULL;
    must(from.GetDirectedTarget(i, &source_path, &source_name, &source_ranges, &path, &name,
                                &ranges));
    metadata::DirectedTarget target;
    target.source_path = take(source_path);
    target.source_filename = take(source_name);
    target.source_ranges = take(source_ranges);
    target.destination_path = take(path);
    target.destination_filename = take(name);
    target.destination_ranges = take(ranges);
    entry.directed_targets.push_back(std::move(target));
  }
}

ComponentEntry read_component(IVssComponent& from) {
  ComponentEntry entry;
  entry.logical_path = text_of(from, &IVssComponent::GetLogicalPath);
  entry.name = text_of(from, &IVssComponent::GetComponentName);
  VSS_COMPONENT_TYPE type = VSS_CT_UNDEFINED;
  must(from.GetComponentType(&type));
  entry.type = static_cast<metadata::ComponentType>(type);
  entry.backup_stamp = text_of(from, &IVssComponent::GetBackupStamp);
  if (std::string data = text_of(from, &IVssComponent::GetBackupMetadata); !data.empty()) {
    entry.backup_metadata = {std::move(data), {}};
  }
  must(from.IsSelectedForRestore(&entry.selected_for_restore));
  VSS_RESTORE_TARGET target = VSS_RT_UNDEFINED;
  must(from.GetRestoreTarget(&target));
  entry.restore_target = static_cast<metadata::RestoreTarget>(target);
  entry.pre_restore_failure_msg = text_of(from, &IVssComponent::GetPreRestoreFailureMsg);
  read_partial_files(from, entry);
  read_differenced_files(from, entry);
  read_new_targets(from, entry);
  read_directed_targets(from, entry);
  return entry;
}

}  // namespace

Hr read_components(IVssBackupComponents& from, std::vector<metadata::WriterComponents>& out) {
  out.clear();
  try {
    UINT writers = 0;
    must(from.GetWriterComponentsCount(&writers));
    for (UINT w = 0; w < writers; ++w) {
      Held<IVssWriterComponentsExt> document;
      must(from.GetWriterComponents(w, document.out()));
      VSS_ID instance{}, writer{};
      must(document->GetWriterInfo(&instance, &writer));
      metadata::WriterComponents read;
      read.instance_id = Guid::from(instance);
      read.writer_id = Guid::from(writer);
      UINT components = 0;
      must(document->GetComponentCount(&components));
      for (UINT c = 0; c < components; ++c) {
        Held<IVssComponent> component;
        must(document->GetComponent(c, component.out()));
        read.components.push_back(read_component(*component.get()));
      }
      out.push_back(std::move(read));
    }
  } catch (const Failed& failed) {
    return failed.hr;
  }
  return hr::ok;
}

const ComponentEntry* find_component(const std::vector<metadata::WriterComponents>& writers,
                                     const Guid& writer_id, const Guid& instance_id,
                                     std::string_view logical_path, std::string_view name) {
  const ComponentEntry* of_class = nullptr;
  for (const metadata::WriterComponents& writer : writers) {
    if (writer.writer_id != writer_id) continue;
    const ComponentEntry* const entry = writer.find(logical_path, name);
    if (entry != nullptr && writer.instance_id == instance_id) return entry;
    if (of_class == nullptr) of_class = entry;
  }
  return of_class;
}

}  // namespace vsslab::requester
