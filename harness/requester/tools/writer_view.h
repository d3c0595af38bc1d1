// What VShadow, DiskShadow and BETest show of the writers, and which components they take: read
// through the getters of IVssExamineWriterMetadata. Internal to requester/tools/.
#pragma once

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#include <functional>
#include <string>
#include <vector>

#include "requester/backup_object.h"
#include "requester/tools/text.h"

namespace vsslab::requester {

struct ShownFiles {
  std::string path, filespec, alternate;
  std::string kind;  // "File List", "Database", "Database Log", "Exclude"
  bool recursive = false;
};

struct ShownDependency {
  VSS_ID writer{};
  std::string path, name;
};

struct ShownComponent {
  VSS_COMPONENT_TYPE type = VSS_CT_UNDEFINED;
  std::string name, path, full, caption;  // full: "\path\name"
  bool selectable = false, notify = false, top_level = true;
  std::vector<ShownFiles> files;
  std::vector<ShownDependency> dependencies;
  std::vector<std::string> paths, volumes;  // affected ones, expanded; volumes by their GUID names
  bool excluded = false;
  bool included = false;  // to be added explicitly
  bool is_ancestor_of(const ShownComponent& other) const;
  bool can_be_included() const { return !excluded && (selectable || top_level); }
};

struct ShownWriter {
  VSS_ID id{}, instance{};
  std::string name;
  VSS_RESTOREMETHOD_ENUM method = VSS_RME_UNDEFINED;
  VSS_WRITERRESTORE_ENUM conditions = VSS_WRE_UNDEFINED;
  bool reboot = false;
  std::vector<ShownFiles> excludes;
  std::vector<ShownComponent> components;
  std::string xml;
  bool excluded = false;
  bool supports_restore() const {
    return conditions != VSS_WRE_NEVER && conditions != VSS_WRE_UNDEFINED;
  }
  // By name, class id, instance id.
  bool is_named(std::string_view text) const;
};

// After GatherWriterMetadata.
Hr read_shown_writers(IVssBackupComponents& vss, bool with_xml, std::vector<ShownWriter>& out);
// Of a Backup Components Document: components of the writers that are on the machine. `missing` is
// told of the others.
Hr read_restorable(IVssBackupComponents& vss, const std::vector<ShownWriter>& present,
                   const std::function<void(const VSS_ID&)>& missing,
                   std::vector<ShownWriter>& out);

// "Writer Name:\path\component" or a writer; how -wx, -wi and DiskShadow's writer command say it.
bool names_component(const ShownWriter& writer, const ShownComponent& component,
                     std::string_view text);

std::string_view word_of(VSS_WRITER_STATE state);         // "VSS_WS_STABLE"
std::string_view word_of(VSS_RESTOREMETHOD_ENUM method);  // "VSS_RME_…"
std::string_view word_of(VSS_WRITERRESTORE_ENUM when);    // "VSS_WRE_…"
std::string_view word_of(VSS_COMPONENT_TYPE type);        // "VSS_CT_…"

// "No_Auto_Release Persistent No_Writers Differential": VShadow and DiskShadow have the same words.
std::string attribute_words(LONG attributes);

}  // namespace vsslab::requester
