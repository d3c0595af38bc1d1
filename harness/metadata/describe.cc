#include "metadata/describe.h"

#include <array>
#include <span>

#include <fmt/format.h>

#include "core/hresult.h"
#include "metadata/component_path.h"

namespace vsslab::metadata {
namespace {

struct Bit {
  std::uint32_t value;
  std::string_view name;
};

constexpr std::array<Bit, 15> kSchemaBits = {{{0x1, "DIFFERENTIAL"},
                                              {0x2, "INCREMENTAL"},
                                              {0x4, "EXCLUSIVE_INCREMENTAL_DIFFERENTIAL"},
                                              {0x8, "LOG"},
                                              {0x10, "COPY"},
                                              {0x20, "TIMESTAMPED"},
                                              {0x40, "LAST_MODIFY"},
                                              {0x80, "LSN"},
                                              {0x100, "WRITER_SUPPORTS_NEW_TARGET"},
                                              {0x200, "WRITER_SUPPORTS_RESTORE_WITH_MOVE"},
                                              {0x400, "INDEPENDENT_SYSTEM_STATE"},
                                              {0x1000, "ROLLFORWARD_RESTORE"},
                                              {0x2000, "RESTORE_RENAME"},
                                              {0x4000, "AUTHORITATIVE_RESTORE"},
                                              {0x8000, "WRITER_SUPPORTS_PARALLEL_RESTORES"}}};

constexpr std::array<Bit, 3> kFlagBits = {
    {{0x1, "BACKUP_RECOVERY"}, {0x2, "APP_ROLLBACK_RECOVERY"}, {0x4, "NOT_SYSTEM_STATE"}}};

constexpr std::array<Bit, 11> kFileBits = {{{0xF, "ALL_BACKUP_REQUIRED"},
                                            {0xF00, "ALL_SNAPSHOT_REQUIRED"},
                                            {0x1, "FULL_BACKUP_REQUIRED"},
                                            {0x2, "DIFFERENTIAL_BACKUP_REQUIRED"},
                                            {0x4, "INCREMENTAL_BACKUP_REQUIRED"},
                                            {0x8, "LOG_BACKUP_REQUIRED"},
                                            {0x100, "FULL_SNAPSHOT_REQUIRED"},
                                            {0x200, "DIFFERENTIAL_SNAPSHOT_REQUIRED"},
                                            {0x400, "INCREMENTAL_SNAPSHOT_REQUIRED"},
                                            {0x800, "LOG_SNAPSHOT_REQUIRED"},
                                            {0x10000, "CREATED_DURING_BACKUP"}}};

std::string bit_names(std::uint32_t mask, std::span<const Bit> bits) {
  if (mask == 0) return "none";
  std::string out;
  const auto add = [&](std::string_view name) {
    if (!out.empty()) out += ' ';
    out += name;
  };
  for (const Bit& bit : bits) {
    if ((mask & bit.value) != bit.value) continue;
    add(bit.name);
    mask &= ~bit.value;
  }
  if (mask != 0) add(fmt::format("0x{:x}", mask));
  return out;
}

// One line of text that came from a document.
std::string line_of_text(std::string_view text, std::size_t bytes_max = 200) {
  std::string out;
  for (const char c : text) {
    if (out.size() >= bytes_max && (static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      return out + "…";
    }
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  }
  return out;
}

class Text {
 public:
  // "  label          value"
  void field(int depth, std::string_view label, std::string_view value) {
    constexpr std::size_t kLabelWidth = 18;
    out_.append(static_cast<std::size_t>(depth) * 2, ' ');
    out_ += fmt::format("{:<{}} {}\n", label, kLabelWidth, value);
  }
  void optional_field(int depth, std::string_view label, std::string_view value) {
    if (!value.empty()) field(depth, label, line_of_text(value));
  }
  void line(int depth, std::string_view text) {
    out_.append(static_cast<std::size_t>(depth) * 2, ' ');
    out_ += text;
    out_ += '\n';
  }
  std::string take() && { return std::move(out_); }

 private:
  std::string out_;
};

std::string where(const std::string& path, const std::string& filespec, bool recursive) {
  const bool slash = !path.empty() && path.back() == '\\';
  return line_of_text(path + (slash ? "" : "\\") + filespec) + (recursive ? " (and below)" : "");
}

void unknown(Text& out, int depth, const KeptPtr& kept) {
  if (kept.get() == nullptr) return;
  for (const auto& [name, value] : kept.get()->attributes) {
    if (name == "xmlns") continue;
    out.line(depth, fmt::format("unknown attribute {}=\"{}\"", line_of_text(name),
                                line_of_text(value, 80)));
  }
  for (const xml::Tree& node : kept.get()->nodes) {
    if (node.kind == xml::Tree::Kind::element) {
      out.line(depth, fmt::format("unknown element <{}>", line_of_text(node.name)));
    }
  }
}

std::string_view kind_name(FileKind kind) {
  switch (kind) {
    case FileKind::filegroup:
      return "file";
    case FileKind::database:
      return "database";
    case FileKind::database_log:
      return "log";
  }
  return "file";
}

std::string_view role_text(SelectionRole role) {
  switch (role) {
    case SelectionRole::required:
      return "required: added whenever the writer is backed up";
    case SelectionRole::optional:
      return "selectable";
    case SelectionRole::subcomponent:
      return "subcomponent: comes with its selectable ancestor";
    case SelectionRole::optional_subset:
      return "selectable, or comes with its selectable ancestor";
  }
  return "";
}

void describe_files(Text& out, const Component& component, const DescribeOptions& options) {
  std::size_t shown = 0;
  for (const FileSet& files : component.files) {
    if (options.file_sets_max != 0 && shown == options.file_sets_max) {
      out.line(2, fmt::format("… and {} more file sets", component.files.size() - shown));
      return;
    }
    std::string text = where(files.path, files.filespec, files.recursive);
    if (!files.alternate_path.empty()) {
      text += ", read from " + line_of_text(files.alternate_path);
    }
    if (files.backup_type != kFileSpecBackupTypeDefault) {
      text += fmt::format("  [{}]", file_backup_type_names(files.backup_type));
    }
    out.field(2, kind_name(files.kind), text);
    ++shown;
  }
}

void describe_component(Text& out, const ComponentTree& tree, std::size_t index,
                        const DescribeOptions& options) {
  const Component& component = tree.metadata().components[index];
  out.line(0, "");
  out.line(1, fmt::format("Component {}", line_of_text(full_path(component))));
  out.field(2, "type", xml_name(component.type));
  out.optional_field(2, "caption", component.caption);
  out.field(2, "backup", role_text(selection_role(tree, index)));
  out.field(2, "restore", component.selectable_for_restore ? "selectable" : "not selectable");
  if (component.flags != 0) out.field(2, "flags", component_flag_names(component.flags));
  if (component.notify_on_backup_complete) out.field(2, "notified", "on BackupComplete");
  if (component.restore_metadata) out.field(2, "restore metadata", "yes");
  for (const Dependency& dependency : component.dependencies) {
    out.field(
        2, "depends on",
        fmt::format("{} of writer {}",
                    line_of_text(full_path(dependency.logical_path, dependency.component_name)),
                    dependency.writer_id.to_string()));
  }
  describe_files(out, component, options);
  unknown(out, 2, component.kept);
}

void describe_restore_method(Text& out, const RestoreMethod& method) {
  out.field(1, "restore method",
            fmt::format("{}, writer takes part: {}, reboot required: {}", xml_name(method.method),
                        xml_name(method.writer_restore), method.reboot_required ? "yes" : "no"));
  out.optional_field(1, "service", method.service);
  out.optional_field(1, "user procedure", method.user_procedure);
  for (const AlternateLocationMapping& mapping : method.alternate_locations) {
    out.field(1, "mapping",
              where(mapping.path, mapping.filespec, mapping.recursive) + " -> " +
                  line_of_text(mapping.alternate_path));
  }
}

void describe_entry(Text& out, const ComponentEntry& entry) {
  out.line(2, fmt::format("Component {}", line_of_text(full_path(entry.logical_path, entry.name))));
  out.field(3, "type", xml_name(entry.type));
  if (entry.backup_succeeded) out.field(3, "succeeded", *entry.backup_succeeded ? "yes" : "no");
  out.optional_field(3, "backup stamp", entry.backup_stamp);
  out.optional_field(3, "previous stamp", entry.previous_backup_stamp);
  out.optional_field(3, "backup options", entry.backup_options);
  out.optional_field(3, "restore options", entry.restore_options);
  if (entry.selected_for_restore) out.field(3, "restore", "selected");
  if (entry.restore_target != RestoreTarget::original) {
    out.field(3, "restore target", xml_name(entry.restore_target));
  }
  if (entry.file_restore_status != FileRestoreStatus::undefined) {
    out.field(3, "restored", xml_name(entry.file_restore_status));
  }
  if (entry.backup_metadata) {
    out.field(3, "backup metadata",
              fmt::format("{} characters", entry.backup_metadata->metadata.size()));
  }
  if (entry.restore_metadata) {
    out.field(3, "restore metadata",
              fmt::format("{} characters", entry.restore_metadata->metadata.size()));
  }
  if (entry.failure) {
    out.field(3, "failure",
              fmt::format("{} {}", hresult_name(entry.failure->hr),
                          line_of_text(entry.failure->message)));
  }
  out.optional_field(3, "failed at", entry.prepare_for_backup_failure_msg);
  out.optional_field(3, "failed at", entry.post_snapshot_failure_msg);
  out.optional_field(3, "failed at", entry.pre_restore_failure_msg);
  out.optional_field(3, "failed at", entry.post_restore_failure_msg);
  for (const PartialFile& file : entry.partial_files) {
    out.field(3, "partial file",
              where(file.path, file.filename, false) + "  " + line_of_text(file.ranges));
  }
  for (const DifferencedFile& file : entry.differenced_files) {
    out.field(3, "differenced file", where(file.path, file.filespec, file.recursive));
  }
  for (const DirectedTarget& target : entry.directed_targets) {
    out.field(3, "directed target",
              where(target.source_path, target.source_filename, false) + " -> " +
                  where(target.destination_path, target.destination_filename, false));
  }
  for (const AlternateLocationMapping& target : entry.new_targets) {
    out.field(3, "new target",
              where(target.path, target.filespec, target.recursive) + " -> " +
                  line_of_text(target.alternate_path));
  }
  unknown(out, 3, entry.kept);
}

}  // namespace

std::string backup_schema_names(std::uint32_t mask) { return bit_names(mask, kSchemaBits); }
std::string component_flag_names(std::uint32_t mask) { return bit_names(mask, kFlagBits); }
std::string file_backup_type_names(std::uint32_t mask) { return bit_names(mask, kFileBits); }

std::string describe(const WriterMetadata& metadata, const DescribeOptions& options) {
  Text out;
  const Identification& id = metadata.identification;
  if (metadata.fragment) {
    out.line(0, "Backup locations of a writer (a fragment without identification)");
  } else {
    out.line(0, fmt::format("Writer {}", line_of_text(id.friendly_name)));
    out.field(1, "writer id", id.writer_id.to_string());
    out.field(1, "instance id", id.instance_id.to_string());
    out.optional_field(1, "instance name", id.instance_name);
    out.field(1, "usage", xml_name(id.usage));
    out.field(1, "data source", xml_name(id.data_source));
    out.field(1, "version", fmt::format("{}.{}", id.major_version, id.minor_version));
    if (metadata.backup_schema != 0) {
      out.field(1, "backup schema", backup_schema_names(metadata.backup_schema));
    }
    if (metadata.restore_method) {
      describe_restore_method(out, *metadata.restore_method);
    } else {
      out.field(1, "restore method", "none");
    }
  }
  for (const ExcludeSet& set : metadata.exclude_files) {
    out.field(1, "excluded", where(set.path, set.filespec, set.recursive));
  }
  for (const ExcludeSet& set : metadata.exclude_files_from_snapshot) {
    out.field(1, "not in the copy", where(set.path, set.filespec, set.recursive));
  }
  unknown(out, 1, metadata.kept);
  unknown(out, 1, metadata.kept_locations);
  const ComponentTree tree(metadata);
  for (std::size_t i = 0; i < metadata.components.size(); ++i) {
    describe_component(out, tree, i, options);
  }
  out.line(0, "");
  out.line(
      0, fmt::format("{} components, {} file sets, {} excludes", metadata.components.size(),
                     metadata.file_set_count(),
                     metadata.exclude_files.size() + metadata.exclude_files_from_snapshot.size()));
  return std::move(out).take();
}

std::string describe(const BackupComponents& components, const DescribeOptions&) {
  Text out;
  std::size_t count = 0;
  out.line(0, "Backup components");
  out.field(1, "backup type", xml_name(components.backup_type));
  out.field(1, "system state", components.bootable_system_state_backup ? "bootable" : "no");
  out.field(1, "mode", components.select_components ? "component" : "volume");
  out.field(1, "partial files", components.partial_file_support ? "yes" : "no");
  if (!components.snapshot_set_id.is_null()) {
    out.field(1, "snapshot set", components.snapshot_set_id.to_string());
  }
  unknown(out, 1, components.kept);
  if (components.snapshot_set) {
    for (const SnapshotDescription& snapshot : components.snapshot_set->snapshots) {
      out.field(1, "snapshot",
                snapshot.snapshot_id.to_string() + " " + line_of_text(snapshot.original_volume));
    }
  }
  for (const WriterComponents& writer : components.writers) {
    out.line(0, "");
    out.line(1, fmt::format("Writer {}", writer.writer_id.to_string()));
    out.field(2, "instance id", writer.instance_id.to_string());
    out.optional_field(2, "instance name", writer.instance_name);
    if (writer.backup_schema != 0) {
      out.field(2, "backup schema", backup_schema_names(writer.backup_schema));
    }
    for (const ComponentEntry& entry : writer.components) describe_entry(out, entry);
    unknown(out, 2, writer.kept);
    count += writer.components.size();
  }
  out.line(0, "");
  out.line(0, fmt::format("{} writers, {} components", components.writers.size(), count));
  return std::move(out).take();
}

}  // namespace vsslab::metadata
