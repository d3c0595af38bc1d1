// Puts a Writer Metadata Document together. Internal to scenario/inbox/.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "metadata/writer_metadata.h"
#include "scenario/inbox/inbox.h"

namespace vsslab::scenario::inbox {

using metadata::RestoreMethodType;
using metadata::SourceType;
using metadata::UsageType;
using metadata::WriterRestore;

class Builder {
 public:
  Builder(std::string_view writer_id, std::string_view name, UsageType usage,
          SourceType source = SourceType::other) {
    document_.identification.writer_id = *Guid::parse(writer_id);
    document_.identification.friendly_name = name;
    document_.identification.usage = usage;
    document_.identification.data_source = source;
  }

  Builder& instance(std::string_view id) {
    document_.identification.instance_id = *Guid::parse(id);
    return *this;
  }
  Builder& restore(RestoreMethodType method, WriterRestore events = WriterRestore::never,
                   bool reboot = false, std::string_view service = {}) {
    metadata::RestoreMethod made;
    made.method = method;
    made.writer_restore = events;
    made.reboot_required = reboot;
    made.service = service;
    document_.set_restore_method(std::move(made));
    return *this;
  }
  Builder& schema(std::uint32_t mask) {
    document_.backup_schema = mask;
    return *this;
  }

  // The component that the calls after it speak about.
  Builder& group(std::string_view path, std::string_view name, std::string_view caption = {}) {
    return component(metadata::ComponentType::filegroup, path, name, caption);
  }
  Builder& database(std::string_view path, std::string_view name, std::string_view caption = {}) {
    return component(metadata::ComponentType::database, path, name, caption);
  }
  Builder& selectable(bool for_restore = false) {
    document_.components.back().selectable = true;
    document_.components.back().selectable_for_restore = for_restore;
    return *this;
  }
  Builder& flags(std::uint32_t mask) {
    document_.components.back().flags = mask;
    return *this;
  }
  Builder& files(std::string_view path, std::string_view spec) {
    return file_set(metadata::FileKind::filegroup, path, spec, false);
  }
  // Files that the writer leaves elsewhere for the backup ("spit files").
  Builder& spit(std::string_view path, std::string_view spec, std::string_view alternate) {
    file_set(metadata::FileKind::filegroup, path, spec, false);
    document_.components.back().files.back().alternate_path = alternate;
    return *this;
  }
  Builder& tree(std::string_view path, std::string_view spec = "*") {
    return file_set(metadata::FileKind::filegroup, path, spec, true);
  }
  Builder& data(std::string_view path, std::string_view spec) {
    return file_set(metadata::FileKind::database, path, spec, false);
  }
  Builder& logs(std::string_view path, std::string_view spec) {
    return file_set(metadata::FileKind::database_log, path, spec, false);
  }

  Builder& exclude(std::string_view path, std::string_view spec, bool recursive = false) {
    document_.add_exclude_files({std::string(path), std::string(spec), recursive});
    return *this;
  }
  Builder& exclude_from_snapshot(std::string_view path, std::string_view spec,
                                 bool recursive = false) {
    document_.add_exclude_files_from_snapshot({std::string(path), std::string(spec), recursive});
    return *this;
  }

  metadata::WriterMetadata done() { return std::move(document_); }

 private:
  Builder& component(metadata::ComponentType type, std::string_view path, std::string_view name,
                     std::string_view caption) {
    metadata::Component made;
    made.type = type;
    made.logical_path = path;
    made.name = name;
    made.caption = caption;
    document_.add_component(std::move(made));
    return *this;
  }
  Builder& file_set(metadata::FileKind kind, std::string_view path, std::string_view spec,
                    bool recursive) {
    metadata::FileSet made;
    made.kind = kind;
    made.path = path;
    made.filespec = spec;
    made.recursive = recursive;
    document_.components.back().files.push_back(std::move(made));
    return *this;
  }

  metadata::WriterMetadata document_;
};

// The documents, by the part of Windows that they belong to.
metadata::WriterMetadata task_scheduler(const InboxSite& site);
metadata::WriterMetadata metadata_store(const InboxSite& site);
metadata::WriterMetadata performance_counters(const InboxSite& site);
metadata::WriterMetadata system(const InboxSite& site);
metadata::WriterMetadata asr(const InboxSite& site);
metadata::WriterMetadata com_regdb(const InboxSite& site);
metadata::WriterMetadata registry(const InboxSite& site);
metadata::WriterMetadata wmi(const InboxSite& site);
metadata::WriterMetadata event_log(const InboxSite& site);
metadata::WriterMetadata msde(const InboxSite& site);
metadata::WriterMetadata shadow_copy_optimization(const InboxSite& site);
metadata::WriterMetadata bits(const InboxSite& site);
metadata::WriterMetadata search(const InboxSite& site);

metadata::WriterMetadata ntds(const InboxSite& site);
metadata::WriterMetadata dfsr(const InboxSite& site);
metadata::WriterMetadata frs(const InboxSite& site);
metadata::WriterMetadata lds(const InboxSite& site);
metadata::WriterMetadata federation(const InboxSite& site);
metadata::WriterMetadata rights_management(const InboxSite& site);
metadata::WriterMetadata certificate_authority(const InboxSite& site);

metadata::WriterMetadata dhcp(const InboxSite& site);
metadata::WriterMetadata wins(const InboxSite& site);
metadata::WriterMetadata nps(const InboxSite& site);
metadata::WriterMetadata rd_gateway(const InboxSite& site);
metadata::WriterMetadata rd_licensing(const InboxSite& site);
metadata::WriterMetadata wds(const InboxSite& site);
metadata::WriterMetadata iis_configuration(const InboxSite& site);
metadata::WriterMetadata iis_metabase(const InboxSite& site);
metadata::WriterMetadata message_queuing(const InboxSite& site);
metadata::WriterMetadata internal_database(const InboxSite& site);

metadata::WriterMetadata fsrm(const InboxSite& site);
metadata::WriterMetadata deduplication(const InboxSite& site);
metadata::WriterMetadata sync_share(const InboxSite& site);
metadata::WriterMetadata hyper_v(const InboxSite& site);
metadata::WriterMetadata cluster(const InboxSite& site);
metadata::WriterMetadata cluster_shared_volume(const InboxSite& site);

}  // namespace vsslab::scenario::inbox
