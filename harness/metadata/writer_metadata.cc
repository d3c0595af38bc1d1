#include "metadata/writer_metadata.h"

#include <algorithm>
#include <array>

#include "metadata/fields.h"

namespace vsslab::metadata {
namespace {

// ---- attributes, for reading and writing ----

template <class Visitor, class T>
void identification_fields(Visitor& visit, T& identification) {
  visit.guid("writerId", identification.writer_id, Write::always);
  visit.guid("instanceId", identification.instance_id, Write::always);
  visit.text("instanceName", identification.instance_name, Write::unless_default);
  visit.text("friendlyName", identification.friendly_name, Write::always);
  visit.choice("usage", identification.usage, Write::always);
  visit.choice("dataSource", identification.data_source, Write::always);
  visit.number("majorVersion", identification.major_version, Write::always);
  visit.number("minorVersion", identification.minor_version, Write::always);
}

template <class Visitor, class T>
void restore_method_fields(Visitor& visit, T& method) {
  visit.choice("method", method.method, Write::always);
  visit.text("service", method.service, Write::unless_default);
  visit.text("userProcedure", method.user_procedure, Write::unless_default);
  visit.choice("writerRestore", method.writer_restore, Write::always);
  visit.flag("rebootRequired", method.reboot_required, Write::always);
}

template <class Visitor, class T>
void component_fields(Visitor& visit, T& component) {
  visit.text("logicalPath", component.logical_path, Write::unless_default);
  visit.required_text("componentName", component.name);
  visit.text("caption", component.caption, Write::unless_default);
  visit.text("icon", component.icon, Write::unless_default);
  visit.flag("restoreMetadata", component.restore_metadata, Write::always);
  visit.flag("notifyOnBackupComplete", component.notify_on_backup_complete, Write::always);
  visit.flag("selectable", component.selectable, Write::always);
  visit.flag("selectableForRestore", component.selectable_for_restore, Write::always);
  visit.number("componentFlags", component.flags, Write::always);
}

template <class Visitor, class T>
void file_set_fields(Visitor& visit, T& files) {
  visit.required_text("path", files.path);
  visit.required_text("filespec", files.filespec);
  visit.flag("recursive", files.recursive, Write::unless_default);
  visit.text("alternatePath", files.alternate_path, Write::unless_default);
  visit.number("filespecBackupType", files.backup_type, Write::always, kFileSpecBackupTypeDefault);
}

template <class Visitor, class T>
void exclude_fields(Visitor& visit, T& exclude) {
  visit.required_text("path", exclude.path);
  visit.required_text("filespec", exclude.filespec);
  visit.flag("recursive", exclude.recursive, Write::always);
}

template <class Visitor, class T>
void dependency_fields(Visitor& visit, T& dependency) {
  visit.guid("writerId", dependency.writer_id, Write::always);
  visit.text("logicalPath", dependency.logical_path, Write::unless_default);
  visit.required_text("componentName", dependency.component_name);
}

template <class Visitor, class T>
void document_fields(Visitor& visit, T& metadata) {
  visit.name_space(kWriterMetadataNamespace);
  visit.text("version", metadata.version, Write::always);
  visit.number("backupSchema", metadata.backup_schema, Write::unless_default);
}

// Kinds of children, in their usual order.
enum RootChild : std::uint8_t { kIdentification, kRestoreMethod, kBackupLocations };
enum LocationChild : std::uint8_t { kComponent, kExclude, kExcludeFromSnapshot };
enum ComponentChild : std::uint8_t { kFiles, kDependency };

// ---- reading ----

template <class T, class Fields>
void read_leaf(ReadContext& context, const xml::Element& element, T& into, Fields fields) {
  AttributeReader reader(context, element, into.kept);
  fields(reader, into);
  read_children(context, element, into.kept, [](const xml::Element&) { return kUnknownChild; });
}

std::optional<FileKind> file_kind(std::string_view element) {
  if (element == "FILE_LIST") return FileKind::filegroup;
  if (element == "DATABASE_FILES") return FileKind::database;
  if (element == "DATABASE_LOGFILES") return FileKind::database_log;
  return std::nullopt;
}

std::string_view element_name(FileKind kind) {
  switch (kind) {
    case FileKind::filegroup:
      return "FILE_LIST";
    case FileKind::database:
      return "DATABASE_FILES";
    case FileKind::database_log:
      return "DATABASE_LOGFILES";
  }
  return "FILE_LIST";
}

void read_component(ReadContext& context, const xml::Element& element, Component& component) {
  {
    AttributeReader reader(context, element, component.kept);
    component_fields(reader, component);
  }
  component.files.reserve(static_cast<std::size_t>(
      std::distance(element.children().begin(), element.children().end())));
  read_children(context, element, component.kept, [&](const xml::Element& child) -> std::uint8_t {
    if (const std::optional<FileKind> kind = file_kind(child.name())) {
      FileSet& files = component.files.emplace_back();
      files.kind = *kind;
      read_leaf(context, child, files,
                [](auto& visit, auto& into) { file_set_fields(visit, into); });
      return kFiles;
    }
    if (child.name() == "DEPENDENCY") {
      read_leaf(context, child, component.dependencies.emplace_back(),
                [](auto& visit, auto& into) { dependency_fields(visit, into); });
      return kDependency;
    }
    return kUnknownChild;
  });
}

void read_locations(ReadContext& context, const xml::Element& element, WriterMetadata& metadata) {
  { AttributeReader reader(context, element, metadata.kept_locations); }
  const auto exclude = [](auto& visit, auto& into) { exclude_fields(visit, into); };
  read_children(
      context, element, metadata.kept_locations, [&](const xml::Element& child) -> std::uint8_t {
        const std::string_view name = child.name();
        if (name == "FILE_GROUP" || name == "DATABASE") {
          Component& component = metadata.components.emplace_back();
          component.type = name == "DATABASE" ? ComponentType::database : ComponentType::filegroup;
          read_component(context, child, component);
          return kComponent;
        }
        if (name == "EXCLUDE_FILES") {
          read_leaf(context, child, metadata.exclude_files.emplace_back(), exclude);
          return kExclude;
        }
        if (name == "EXCLUDE_FILES_FROM_SNAPSHOT") {
          read_leaf(context, child, metadata.exclude_files_from_snapshot.emplace_back(), exclude);
          return kExcludeFromSnapshot;
        }
        return kUnknownChild;
      });
}

void read_restore_method(ReadContext& context, const xml::Element& element, RestoreMethod& method) {
  {
    AttributeReader reader(context, element, method.kept);
    restore_method_fields(reader, method);
  }
  read_children(context, element, method.kept, [&](const xml::Element& child) -> std::uint8_t {
    if (child.name() != "ALTERNATE_LOCATION_MAPPING") return kUnknownChild;
    read_leaf(context, child, method.alternate_locations.emplace_back(),
              [](auto& visit, auto& into) { mapping_fields(visit, into); });
    return 0;
  });
}

void read_root(ReadContext& context, const xml::Element& root, WriterMetadata& metadata) {
  {
    AttributeReader reader(context, root, metadata.kept);
    document_fields(reader, metadata);
  }
  bool identified = false;
  metadata.has_backup_locations = false;
  read_children(context, root, metadata.kept, [&](const xml::Element& child) -> std::uint8_t {
    const std::string_view name = child.name();
    if (name == "IDENTIFICATION") {
      if (std::exchange(identified, true)) fail_twice(context, child);
      read_leaf(context, child, metadata.identification,
                [](auto& visit, auto& into) { identification_fields(visit, into); });
      return kIdentification;
    }
    if (name == "RESTORE_METHOD") {
      if (metadata.restore_method) fail_twice(context, child);
      read_restore_method(context, child, metadata.restore_method.emplace());
      return kRestoreMethod;
    }
    if (name == "BACKUP_LOCATIONS") {
      if (std::exchange(metadata.has_backup_locations, true)) fail_twice(context, child);
      read_locations(context, child, metadata);
      return kBackupLocations;
    }
    return kUnknownChild;
  });
  if (!identified) {
    context.fail(context.document.error(root, "the document has no IDENTIFICATION",
                                        "every writer names its writerId and instanceId there"));
  }
}

// ---- writing ----

template <class T, class Fields>
void write_leaf(xml::Writer& out, std::string_view name, const T& from, Fields fields) {
  out.open(name);
  {
    AttributeWriter writer(out, from.kept);
    fields(writer, from);
  }
  if (from.kept.get() != nullptr) {
    write_children<0>(out, from.kept, {}, [](std::size_t, std::size_t) {});
  }
  out.close();
}

void write_component(xml::Writer& out, const Component& component) {
  out.open(component.type == ComponentType::database ? "DATABASE" : "FILE_GROUP");
  {
    AttributeWriter writer(out, component.kept);
    component_fields(writer, component);
  }
  const std::array<std::size_t, 2> counts = {component.files.size(), component.dependencies.size()};
  write_children(out, component.kept, counts, [&](std::size_t kind, std::size_t index) {
    if (kind == kFiles) {
      const FileSet& files = component.files[index];
      write_leaf(out, element_name(files.kind), files,
                 [](auto& visit, auto& from) { file_set_fields(visit, from); });
    } else {
      write_leaf(out, "DEPENDENCY", component.dependencies[index],
                 [](auto& visit, auto& from) { dependency_fields(visit, from); });
    }
  });
  out.close();
}

void write_locations(xml::Writer& out, const WriterMetadata& metadata) {
  out.open("BACKUP_LOCATIONS");
  { AttributeWriter writer(out, metadata.kept_locations); }
  const std::array<std::size_t, 3> counts = {metadata.components.size(),
                                             metadata.exclude_files.size(),
                                             metadata.exclude_files_from_snapshot.size()};
  const auto exclude = [](auto& visit, auto& from) { exclude_fields(visit, from); };
  write_children(out, metadata.kept_locations, counts, [&](std::size_t kind, std::size_t index) {
    if (kind == kComponent) write_component(out, metadata.components[index]);
    if (kind == kExclude) write_leaf(out, "EXCLUDE_FILES", metadata.exclude_files[index], exclude);
    if (kind == kExcludeFromSnapshot) {
      write_leaf(out, "EXCLUDE_FILES_FROM_SNAPSHOT", metadata.exclude_files_from_snapshot[index],
                 exclude);
    }
  });
  out.close();
}

void write_restore_method(xml::Writer& out, const RestoreMethod& method) {
  out.open("RESTORE_METHOD");
  {
    AttributeWriter writer(out, method.kept);
    restore_method_fields(writer, method);
  }
  const std::array<std::size_t, 1> counts = {method.alternate_locations.size()};
  write_children(out, method.kept, counts, [&](std::size_t, std::size_t index) {
    write_leaf(out, "ALTERNATE_LOCATION_MAPPING", method.alternate_locations[index],
               [](auto& visit, auto& from) { mapping_fields(visit, from); });
  });
  out.close();
}

// A child that comes out of the usual order makes the order worth keeping.
void note_order(KeptPtr& kept, std::uint8_t kind, const std::array<std::size_t, 3>& counts_before) {
  std::vector<std::uint8_t> order;
  if (kept.get() != nullptr) order = kept.get()->order;
  if (order.empty()) {
    bool later_kind = false;
    for (std::size_t other = kind + 1U; other < counts_before.size(); ++other) {
      later_kind = later_kind || counts_before[other] > 0;
    }
    if (!later_kind && (kept.get() == nullptr || kept.get()->nodes.empty())) return;
    for (std::size_t other = 0; other < counts_before.size(); ++other) {
      order.insert(order.end(), counts_before[other], static_cast<std::uint8_t>(other));
    }
    if (kept.get() != nullptr) order.insert(order.end(), kept.get()->nodes.size(), kUnknownChild);
  }
  order.push_back(kind);
  kept.make().order = std::move(order);
}

}  // namespace

void WriterMetadata::set_restore_method(RestoreMethod method) {
  if (!restore_method) {
    const bool any =
        !components.empty() || !exclude_files.empty() || !exclude_files_from_snapshot.empty();
    note_order(kept, kRestoreMethod, {1, 0, any ? 1U : 0U});
  }
  restore_method = std::move(method);
}

Component& WriterMetadata::add_component(Component component) {
  note_order(kept_locations, kComponent,
             {components.size(), exclude_files.size(), exclude_files_from_snapshot.size()});
  return components.emplace_back(std::move(component));
}

void WriterMetadata::add_exclude_files(ExcludeSet set) {
  note_order(kept_locations, kExclude,
             {components.size(), exclude_files.size(), exclude_files_from_snapshot.size()});
  exclude_files.push_back(std::move(set));
}

void WriterMetadata::add_exclude_files_from_snapshot(ExcludeSet set) {
  note_order(kept_locations, kExcludeFromSnapshot,
             {components.size(), exclude_files.size(), exclude_files_from_snapshot.size()});
  exclude_files_from_snapshot.push_back(std::move(set));
}

const Component* WriterMetadata::find(std::string_view logical_path, std::string_view name) const {
  for (const Component& component : components) {
    if (component.name == name && component.logical_path == logical_path) return &component;
  }
  return nullptr;
}

Component* WriterMetadata::find(std::string_view logical_path, std::string_view name) {
  return const_cast<Component*>(std::as_const(*this).find(logical_path, name));
}

std::size_t WriterMetadata::file_set_count() const {
  std::size_t count = 0;
  for (const Component& component : components) count += component.files.size();
  return count;
}

Result<WriterMetadata> read_writer_metadata(const xml::Document& document, UnknownParts* unknown) {
  const xml::Element root = document.root();
  ReadContext context{document, std::nullopt, unknown};
  WriterMetadata metadata;
  if (root.name() == "WRITER_METADATA") {
    read_root(context, root, metadata);
  } else if (root.name() == "BACKUP_LOCATIONS") {
    metadata.fragment = true;
    metadata.version.clear();
    read_locations(context, root, metadata);
  } else {
    return fail(wrong_root(document, "WRITER_METADATA"));
  }
  if (context.error) return fail(std::move(*context.error));
  return metadata;
}

Result<WriterMetadata> parse_writer_metadata(std::string_view bytes, std::string_view file_name) {
  const Result<xml::Document> document = xml::parse_borrowed(bytes, file_name);
  if (!document) return fail(document.error());
  return read_writer_metadata(*document);
}

std::string emit(const WriterMetadata& metadata) {
  constexpr std::size_t kDocumentBytes = 1024, kFileSetBytes = 130;  // typical sizes
  xml::Writer out(xml::Layout::one_line,
                  kDocumentBytes + metadata.file_set_count() * kFileSetBytes);
  if (metadata.fragment) {
    write_locations(out, metadata);
    return std::move(out).take();
  }
  out.open("WRITER_METADATA");
  {
    AttributeWriter writer(out, metadata.kept);
    document_fields(writer, metadata);
  }
  const std::array<std::size_t, 3> counts = {1, metadata.restore_method ? 1U : 0U,
                                             metadata.has_backup_locations ? 1U : 0U};
  write_children(out, metadata.kept, counts, [&](std::size_t kind, std::size_t) {
    if (kind == kIdentification) {
      write_leaf(out, "IDENTIFICATION", metadata.identification,
                 [](auto& visit, auto& from) { identification_fields(visit, from); });
    }
    if (kind == kRestoreMethod) write_restore_method(out, *metadata.restore_method);
    if (kind == kBackupLocations) write_locations(out, metadata);
  });
  out.close();
  return std::move(out).take();
}

}  // namespace vsslab::metadata
