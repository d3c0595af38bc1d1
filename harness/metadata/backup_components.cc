#include "metadata/backup_components.h"

#include <array>

#include "metadata/fields.h"

namespace vsslab::metadata {
namespace {

// ---- attributes, for reading and writing; see the header for what is confirmed ----

template <class Visitor, class T>
void document_fields(Visitor& visit, T& document) {
  visit.name_space(kBackupComponentsNamespace);
  visit.text("version", document.version, Write::always);
  visit.flag("bootableSystemStateBackup", document.bootable_system_state_backup, Write::always);
  visit.flag("selectComponents", document.select_components, Write::always);
  visit.choice("backupType", document.backup_type, Write::unless_default);
  visit.choice("restoreType", document.restore_type, Write::unless_default);
  visit.flag("partialFileSupport", document.partial_file_support, Write::always);
  visit.guid("snapshotSetId", document.snapshot_set_id, Write::unless_default);
}

template <class Visitor, class T>
void writer_fields(Visitor& visit, T& writer) {
  visit.guid("instanceId", writer.instance_id, Write::always);
  visit.guid("writerId", writer.writer_id, Write::always);
  visit.text("instanceName", writer.instance_name, Write::unless_default);
  visit.number("backupSchema", writer.backup_schema, Write::always);
}

template <class Visitor, class T>
void entry_fields(Visitor& visit, T& entry) {
  visit.text("logicalPath", entry.logical_path, Write::unless_default);
  visit.required_text("componentName", entry.name);
  visit.choice("componentType", entry.type, Write::always);
  visit.text("backupStamp", entry.backup_stamp, Write::unless_default);
  visit.optional_flag("backupSucceeded", entry.backup_succeeded);
  visit.text("previousBackupStamp", entry.previous_backup_stamp, Write::unless_default);
  visit.text("backupOptions", entry.backup_options, Write::unless_default);
  visit.text("restoreOptions", entry.restore_options, Write::unless_default);
  visit.flag("selectedForRestore", entry.selected_for_restore, Write::unless_default);
  visit.guid("restoreInstanceId", entry.restore_instance_id, Write::unless_default);
  visit.flag("additionalRestores", entry.additional_restores, Write::unless_default);
  visit.choice("restoreTarget", entry.restore_target, Write::unless_default,
               RestoreTarget::original);
  visit.choice("fileRestoreStatus", entry.file_restore_status, Write::unless_default);
  visit.text("prepareForBackupFailureMsg", entry.prepare_for_backup_failure_msg,
             Write::unless_default);
  visit.text("postSnapshotFailureMsg", entry.post_snapshot_failure_msg, Write::unless_default);
  visit.text("preRestoreFailureMsg", entry.pre_restore_failure_msg, Write::unless_default);
  visit.text("postRestoreFailureMsg", entry.post_restore_failure_msg, Write::unless_default);
  visit.flag("authoritativeRestore", entry.authoritative_restore, Write::unless_default);
  visit.choice("rollForwardType", entry.roll_forward_type, Write::unless_default);
  visit.text("rollForwardPoint", entry.roll_forward_point, Write::unless_default);
  visit.text("restoreName", entry.restore_name, Write::unless_default);
}

template <class Visitor, class T>
void private_fields(Visitor& visit, T& data) {
  visit.name_space("");
  visit.required_text("metadata", data.metadata);
}

template <class Visitor, class T>
void failure_fields(Visitor& visit, T& failure) {
  visit.code("hr", failure.hr);
  visit.code("hrApplication", failure.application_hr);
  visit.text("applicationMessage", failure.message, Write::unless_default);
}

template <class Visitor, class T>
void directed_fields(Visitor& visit, T& target) {
  visit.text("sourcePath", target.source_path, Write::always);
  visit.text("sourceFilename", target.source_filename, Write::always);
  visit.text("sourceRanges", target.source_ranges, Write::always);
  visit.text("destinationPath", target.destination_path, Write::always);
  visit.text("destinationFilename", target.destination_filename, Write::always);
  visit.text("destinationRanges", target.destination_ranges, Write::always);
}

template <class Visitor, class T>
void partial_fields(Visitor& visit, T& file) {
  visit.required_text("path", file.path);
  visit.required_text("filename", file.filename);
  visit.text("ranges", file.ranges, Write::always);
  visit.text("metadata", file.metadata, Write::unless_default);
}

template <class Visitor, class T>
void differenced_fields(Visitor& visit, T& file) {
  visit.required_text("path", file.path);
  visit.required_text("filespec", file.filespec);
  visit.flag("recursive", file.recursive, Write::always);
  visit.number("lastModifyTime", file.last_modify_time, Write::unless_default);
  visit.text("lsn", file.lsn, Write::unless_default);
}

template <class Visitor, class T>
void subcomponent_fields(Visitor& visit, T& subcomponent) {
  visit.text("logicalPath", subcomponent.logical_path, Write::unless_default);
  visit.required_text("componentName", subcomponent.component_name);
  visit.flag("repair", subcomponent.repair, Write::always);
}

template <class Visitor, class T>
void snapshot_set_fields(Visitor& visit, T& set) {
  visit.guid("snapshotSetId", set.snapshot_set_id, Write::always);
  visit.number("context", set.context, Write::unless_default);
}

template <class Visitor, class T>
void snapshot_fields(Visitor& visit, T& snapshot) {
  visit.guid("snapshotId", snapshot.snapshot_id, Write::always);
  visit.text("originalVolume", snapshot.original_volume, Write::unless_default);
  visit.text("snapshotDevice", snapshot.device, Write::unless_default);
  visit.text("originatingMachine", snapshot.originating_machine, Write::unless_default);
  visit.text("serviceMachine", snapshot.service_machine, Write::unless_default);
  visit.guid("providerId", snapshot.provider_id, Write::unless_default);
  visit.number("snapshotAttributes", snapshot.attributes, Write::unless_default);
}

// Kinds of children, in their usual order.
enum RootChild : std::uint8_t { kWriter, kSnapshotSet };
enum EntryChild : std::uint8_t {
  kBackupMetadata,
  kRestoreMetadata,
  kFailure,
  kAlternateLocation,
  kNewTarget,
  kDirectedTarget,
  kPartialFile,
  kDifferencedFile,
  kSubcomponent,
  kEntryChildKinds
};
constexpr std::array<std::string_view, kEntryChildKinds> kEntryChildNames = {
    "BACKUP_METADATA",     "RESTORE_METADATA", "FAILURE",      "ALTERNATE_LOCATION_MAPPING",
    "NEW_TARGET",          "DIRECTED_TARGET",  "PARTIAL_FILE", "DIFFERENCED_FILE",
    "RESTORE_SUBCOMPONENT"};

std::uint8_t entry_child(std::string_view name) {
  for (std::uint8_t kind = 0; kind < kEntryChildKinds; ++kind) {
    if (kEntryChildNames[kind] == name) return kind;
  }
  return kUnknownChild;
}

// Calls `with(leaf, fields)` for the child of that kind; shared by reading and writing, where
// `Entry` is const and `pick` chooses the element of a list.
template <class Entry, class Pick, class With>
void with_entry_child(Entry& entry, std::uint8_t kind, Pick pick, With with) {
  const auto secret = [](auto& visit, auto& leaf) { private_fields(visit, leaf); };
  const auto mapping = [](auto& visit, auto& leaf) { mapping_fields(visit, leaf); };
  switch (kind) {
    case kBackupMetadata:
      return with(pick(entry.backup_metadata), secret);
    case kRestoreMetadata:
      return with(pick(entry.restore_metadata), secret);
    case kFailure:
      return with(pick(entry.failure),
                  [](auto& visit, auto& leaf) { failure_fields(visit, leaf); });
    case kAlternateLocation:
      return with(pick(entry.alternate_locations), mapping);
    case kNewTarget:
      return with(pick(entry.new_targets), mapping);
    case kDirectedTarget:
      return with(pick(entry.directed_targets),
                  [](auto& visit, auto& leaf) { directed_fields(visit, leaf); });
    case kPartialFile:
      return with(pick(entry.partial_files),
                  [](auto& visit, auto& leaf) { partial_fields(visit, leaf); });
    case kDifferencedFile:
      return with(pick(entry.differenced_files),
                  [](auto& visit, auto& leaf) { differenced_fields(visit, leaf); });
    case kSubcomponent:
      return with(pick(entry.restore_subcomponents),
                  [](auto& visit, auto& leaf) { subcomponent_fields(visit, leaf); });
    default:
      VSSLAB_ASSERT(false);
  }
}

// ---- reading ----

struct Append {
  template <class T>
  T& operator()(std::vector<T>& list) const {
    return list.emplace_back();
  }
  template <class T>
  T& operator()(std::optional<T>& single) const {
    return single.emplace();
  }
};

bool has_single(const ComponentEntry& entry, std::uint8_t kind) {
  return (kind == kBackupMetadata && entry.backup_metadata) ||
         (kind == kRestoreMetadata && entry.restore_metadata) ||
         (kind == kFailure && entry.failure);
}

void read_entry(ReadContext& context, const xml::Element& element, ComponentEntry& entry) {
  {
    AttributeReader reader(context, element, entry.kept);
    entry_fields(reader, entry);
  }
  read_children(context, element, entry.kept, [&](const xml::Element& child) -> std::uint8_t {
    const std::uint8_t kind = entry_child(child.name());
    if (kind == kUnknownChild) return kind;
    if (has_single(entry, kind)) fail_twice(context, child);
    with_entry_child(entry, kind, Append{}, [&](auto& leaf, auto fields) {
      {
        AttributeReader reader(context, child, leaf.kept);
        fields(reader, leaf);
      }
      read_children(context, child, leaf.kept, [](const xml::Element&) { return kUnknownChild; });
    });
    return kind;
  });
}

void read_writer(ReadContext& context, const xml::Element& element, WriterComponents& writer) {
  {
    AttributeReader reader(context, element, writer.kept);
    writer_fields(reader, writer);
  }
  read_children(context, element, writer.kept, [&](const xml::Element& child) -> std::uint8_t {
    if (child.name() != "COMPONENT") return kUnknownChild;
    read_entry(context, child, writer.components.emplace_back());
    return 0;
  });
}

void read_snapshot_set(ReadContext& context, const xml::Element& element,
                       SnapshotSetDescription& set) {
  {
    AttributeReader reader(context, element, set.kept);
    snapshot_set_fields(reader, set);
  }
  read_children(context, element, set.kept, [&](const xml::Element& child) -> std::uint8_t {
    if (child.name() != "SNAPSHOT_DESCRIPTION") return kUnknownChild;
    SnapshotDescription& snapshot = set.snapshots.emplace_back();
    {
      AttributeReader reader(context, child, snapshot.kept);
      snapshot_fields(reader, snapshot);
    }
    read_children(context, child, snapshot.kept, [](const xml::Element&) { return kUnknownChild; });
    return 0;
  });
}

void read_root(ReadContext& context, const xml::Element& root, BackupComponents& document) {
  {
    AttributeReader reader(context, root, document.kept);
    document_fields(reader, document);
  }
  read_children(context, root, document.kept, [&](const xml::Element& child) -> std::uint8_t {
    if (child.name() == "WRITER_COMPONENTS") {
      read_writer(context, child, document.writers.emplace_back());
      return kWriter;
    }
    if (child.name() == "SNAPSHOT_SET_DESCRIPTION") {
      if (document.snapshot_set) fail_twice(context, child);
      read_snapshot_set(context, child, document.snapshot_set.emplace());
      return kSnapshotSet;
    }
    return kUnknownChild;
  });
}

// ---- writing ----

struct At {
  std::size_t index;
  template <class T>
  const T& operator()(const std::vector<T>& list) const {
    return list[index];
  }
  template <class T>
  const T& operator()(const std::optional<T>& single) const {
    return *single;
  }
};

void write_unknown_children(xml::Writer& out, const KeptPtr& kept) {
  if (kept.get() == nullptr) return;
  write_children<0>(out, kept, {}, [](std::size_t, std::size_t) {});
}

void write_entry(xml::Writer& out, const ComponentEntry& entry) {
  out.open("COMPONENT");
  {
    AttributeWriter writer(out, entry.kept);
    entry_fields(writer, entry);
  }
  const std::array<std::size_t, kEntryChildKinds> counts = {
      entry.backup_metadata ? 1U : 0U,   entry.restore_metadata ? 1U : 0U,
      entry.failure ? 1U : 0U,           entry.alternate_locations.size(),
      entry.new_targets.size(),          entry.directed_targets.size(),
      entry.partial_files.size(),        entry.differenced_files.size(),
      entry.restore_subcomponents.size()};
  write_children(out, entry.kept, counts, [&](std::size_t kind, std::size_t index) {
    out.open(kEntryChildNames[kind]);
    with_entry_child(entry, static_cast<std::uint8_t>(kind), At{index},
                     [&](const auto& leaf, auto fields) {
                       {
                         AttributeWriter writer(out, leaf.kept);
                         fields(writer, leaf);
                       }
                       write_unknown_children(out, leaf.kept);
                     });
    out.close();
  });
  out.close();
}

void write_writer(xml::Writer& out, const WriterComponents& writer) {
  out.open("WRITER_COMPONENTS");
  {
    AttributeWriter attributes(out, writer.kept);
    writer_fields(attributes, writer);
  }
  const std::array<std::size_t, 1> counts = {writer.components.size()};
  write_children(out, writer.kept, counts, [&](std::size_t, std::size_t index) {
    write_entry(out, writer.components[index]);
  });
  out.close();
}

void write_snapshot_set(xml::Writer& out, const SnapshotSetDescription& set) {
  out.open("SNAPSHOT_SET_DESCRIPTION");
  {
    AttributeWriter writer(out, set.kept);
    snapshot_set_fields(writer, set);
  }
  const std::array<std::size_t, 1> counts = {set.snapshots.size()};
  write_children(out, set.kept, counts, [&](std::size_t, std::size_t index) {
    const SnapshotDescription& snapshot = set.snapshots[index];
    out.open("SNAPSHOT_DESCRIPTION");
    {
      AttributeWriter writer(out, snapshot.kept);
      snapshot_fields(writer, snapshot);
    }
    write_unknown_children(out, snapshot.kept);
    out.close();
  });
  out.close();
}

}  // namespace

const ComponentEntry* WriterComponents::find(std::string_view logical_path,
                                             std::string_view name) const {
  for (const ComponentEntry& entry : components) {
    if (entry.name == name && entry.logical_path == logical_path) return &entry;
  }
  return nullptr;
}

ComponentEntry* WriterComponents::find(std::string_view logical_path, std::string_view name) {
  return const_cast<ComponentEntry*>(std::as_const(*this).find(logical_path, name));
}

const WriterComponents* BackupComponents::find(const Guid& writer_id,
                                               const Guid& instance_id) const {
  for (const WriterComponents& writer : writers) {
    if (writer.writer_id == writer_id && writer.instance_id == instance_id) return &writer;
  }
  return nullptr;
}

WriterComponents* BackupComponents::find(const Guid& writer_id, const Guid& instance_id) {
  return const_cast<WriterComponents*>(std::as_const(*this).find(writer_id, instance_id));
}

Result<BackupComponents> read_backup_components(const xml::Document& document,
                                                UnknownParts* unknown) {
  const xml::Element root = document.root();
  if (root.name() != "BACKUP_COMPONENTS") return fail(wrong_root(document, "BACKUP_COMPONENTS"));
  ReadContext context{document, std::nullopt, unknown};
  BackupComponents components;
  read_root(context, root, components);
  if (context.error) return fail(std::move(*context.error));
  return components;
}

Result<BackupComponents> parse_backup_components(std::string_view bytes,
                                                 std::string_view file_name) {
  const Result<xml::Document> document = xml::parse_borrowed(bytes, file_name);
  if (!document) return fail(document.error());
  return read_backup_components(*document);
}

std::string emit(const BackupComponents& components) {
  xml::Writer out;
  out.open("BACKUP_COMPONENTS");
  {
    AttributeWriter writer(out, components.kept);
    document_fields(writer, components);
  }
  const std::array<std::size_t, 2> counts = {components.writers.size(),
                                             components.snapshot_set ? 1U : 0U};
  write_children(out, components.kept, counts, [&](std::size_t kind, std::size_t index) {
    if (kind == kWriter) write_writer(out, components.writers[index]);
    if (kind == kSnapshotSet) write_snapshot_set(out, *components.snapshot_set);
  });
  out.close();
  return std::move(out).take();
}

DocumentKind kind_of(const xml::Document& document) {
  const std::string_view name = document.root().name();
  if (name == "WRITER_METADATA" || name == "BACKUP_LOCATIONS") return DocumentKind::writer_metadata;
  if (name == "BACKUP_COMPONENTS") return DocumentKind::backup_components;
  return DocumentKind::other;
}

}  // namespace vsslab::metadata
