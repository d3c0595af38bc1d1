// Requester: what is selected for a restore, and that nothing else is restored (spec: rules 2.14).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "rules/families.h"
#include "rules/restore_examples.h"
#include "rules/restored_files.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

using metadata::WriterRestore;

WriterRestore events_of(const metadata::WriterMetadata& document) {
  return document.restore_method ? document.restore_method->writer_restore
                                 : WriterRestore::undefined;
}

// ---- what is not selected ----

// The components of the document that are not selected, of writers that are there and want to hear
// of a restore; with the numbers of an index of their places.
struct LeftOut {
  const metadata::ComponentEntry* entry = nullptr;
  const Participation* part = nullptr;
};

class NotSelected {
 public:
  NotSelected(const RunView& run, const RestoreView& restore) {
    const metadata::BackupComponents* const document = document_of(run, *restore.session);
    if (document == nullptr || restore.backup == nullptr) return;
    WriterFilesOf files(run);
    for (const metadata::WriterComponents& writer : document->writers) {
      const Participation* const part =
          run.find_participation(*restore.session, writer.writer_id.to_string());
      const WriterFiles* const its = part != nullptr ? files(*part) : nullptr;
      if (its == nullptr || events_of(*its->document) == WriterRestore::never) continue;
      for (const metadata::ComponentEntry& entry : writer.components) {
        const RestoreView::Key key{writer.writer_id.to_string(), entry.logical_path, entry.name};
        const bool selected = restore.by_key.contains(key);
        for (const metadata::FileSet* set : its->sets_of(entry.logical_path, entry.name)) {
          places_.add(home_of(*set), static_cast<std::uint32_t>(meanings_.size()));
          meanings_.push_back(selected ? LeftOut{} : LeftOut{&entry, part});
        }
      }
    }
  }
  // The component to which the file belongs, when no selected one has it.
  const LeftOut* at(std::string_view file) const {
    const LeftOut* found = nullptr;
    for (const std::uint32_t number : places_.at(file)) {
      if (meanings_[number].entry == nullptr) return nullptr;
      found = &meanings_[number];
    }
    return found;
  }

 private:
  PlaceIndex places_;
  std::vector<LeftOut> meanings_;
};

void check_only_selected(const RunView& run, Findings& out) {
  for_each_restore(run, out, [&](const RestoreView& restore, Verdicts& verdicts) {
    if (restore.pre == nullptr || restore.backup == nullptr) return;
    const NotSelected others(run, restore);
    std::map<std::string_view, std::string_view> saved;  // digests by place
    for (const BackedUpFile& file : restore.backup->files) saved[file.path] = file.digest;
    for (const auto& [path, calls] : restore.written_to) {
      const auto file = saved.find(path);
      if (file == saved.end()) continue;
      verdicts.saw();
      if (!run.arg_is(*calls.back(), "digest", file->second)) continue;
      const LeftOut* const of = others.at(path);
      if (of == nullptr) continue;
      verdicts.fail(fmt::format("SetSelectedForRestore for {} of {} before its files are restored",
                                component_text(of->entry->logical_path, of->entry->name),
                                run.writer(*of->part).name),
                    fmt::format("{} was restored, and the writer heard nothing", path),
                    {restore.pre->seq(), calls.back()->seq()});
    }
  });
}

#define VSSLAB_EX_UNSELECTED                                                               \
  VSSLAB_EX_BACKED_UP                                                                      \
  "10 s2 R InitializeForRestore\n11 s2 R GatherWriterMetadata\n11 " VSSLAB_EX_RESTORE_WMD( \
      "RESTORE_IF_CAN_BE_REPLACED", "") "13 s2 R PreRestore\n"

constinit const Rule kOnlySelected{
    {.id = "VSSR-REST-039",
     .slug = "restored-files-are-selected",
     .level = Level::must,
     .title = "Only files of components that are selected for restore are restored, where their "
              "writer is there and takes part in restores.",
     .source = "overview-of-preparing-for-restore.md, "
               "nf-vsbackup-ivssbackupcomponents-setselectedforrestore.md",
     .cause = "SetSelectedForRestore was left out or refused, and the files were copied all the "
              "same: the writer never got PreRestore for them.",
     .next_step = "Select every component whose files come back, look at the result, and leave out "
                  "those that were refused.",
     .fails_on = VSSLAB_EX_UNSELECTED VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "digest=aa replaced=no")
         VSSLAB_EX_POST
     "17 s2 R Release\n17 s2 C BackupComponents " VSSLAB_EX_RESTORE_DOC("/>") "\n",
     .passes_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "digest=aa replaced=no")
         VSSLAB_EX_DONE(" selectedForRestore='yes'/>")},
    check_only_selected};

// Selected at all, though the writer takes no part.
void check_never(const RunView& run, Findings& out) {
  for_each_component(
      run, out, [&](const RestoreView&, const RestoredComponent& component, Verdicts& verdicts) {
        const bool never = events_of(component.document()) == WriterRestore::never;
        verdicts.expect(!never, "no component of a writer with writerRestore NEVER selected",
                        fmt::format("{} was", component_text(component.path, component.name)),
                        {component.selected->seq()});
      });
}

#define VSSLAB_EX_WRITER_RESTORE(restore)                                                        \
  VSSLAB_EX_BACKED_UP                                                                            \
  "10 s2 R InitializeForRestore\n11 s2 R GatherWriterMetadata\n11 " VSSLAB_EX_RESTORE_WMD_OF(    \
      "RESTORE_IF_CAN_BE_REPLACED", restore, "") "12 s2 R SetSelectedForRestore " VSSLAB_EX_DATA \
                                                 " selected=yes\n"

constinit const Rule kNever{
    {.id = "VSSR-REST-006",
     .slug = "never-writers-are-not-selected",
     .level = Level::should,
     .title = "No component of a writer with writerRestore NEVER is selected for restore.",
     .source = "restores-without-writer-participation.md, ne-vswriter-vss_writerrestore_enum.md",
     .cause = "GetRestoreMethod was not asked; the writer does not hear of the restore.",
     .next_step = "Restore such a writer's files as its documentation says, without selecting its "
                  "components.",
     .fails_on = VSSLAB_EX_WRITER_RESTORE("never"),
     .passes_on = VSSLAB_EX_WRITER_RESTORE("always")},
    check_never};

// ---- backups that failed ----

void check_failed_backup(const RunView& run, Findings& out) {
  for_each_restore(run, out, [&](const RestoreView& restore, Verdicts& verdicts) {
    if (restore.pre == nullptr) return;
    for (const RestoredComponent& component : restore.components) {
      if (component.entry == nullptr || !component.entry->backup_succeeded) continue;
      verdicts.expect(*component.entry->backup_succeeded, "components alone whose backup succeeded",
                      fmt::format("the document says that the backup of {} did not",
                                  component_text(component.path, component.name)),
                      {component.selected->seq(), restore.pre->seq()});
    }
  });
}

constinit const Rule kFailedBackup{
    {.id = "VSSR-REST-042",
     .slug = "failed-backups-are-not-restored",
     .level = Level::should,
     .title = "No component is selected for restore whose backup did not succeed.",
     .source = "nf-vswriter-ivsscomponent-getbackupsucceeded.md, "
               "nf-vsbackup-ivssbackupcomponents-setbackupsucceeded.md",
     .cause = "GetBackupSucceeded was not asked: the files that were saved may be too few, or of a "
              "writer that was not in order.",
     .next_step = "Ask GetBackupSucceeded of each component in the document, and tell the user "
                  "which cannot be relied on before anything is overwritten.",
     .fails_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_DONE(" selectedForRestore='yes' "
                                                   "backupSucceeded='no'/>"),
     .passes_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_DONE(" selectedForRestore='yes' "
                                                    "backupSucceeded='yes'/>")},
    check_failed_backup};

// ---- refused selections ----

void check_known(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    if (session.requester.empty() || !session.restore) continue;
    const metadata::BackupComponents* const document = document_of(run, session);
    Verdicts verdicts(out, session.requester);
    std::set<RestoreView::Key> known;
    if (document != nullptr) {
      for (const metadata::WriterComponents& writer : document->writers) {
        for (const metadata::ComponentEntry& entry : writer.components) {
          known.emplace(writer.writer_id.to_string(), entry.logical_path, entry.name);
        }
      }
    }
    for (const Call* call : session.calls) {
      const bool selects = call->name == Ev::set_selected_for_restore;
      if (!selects && call->name != Ev::set_file_restore_status) continue;
      if (!call->returned() || (selects && run.arg_is(*call, "selected", "no"))) continue;
      const RestoreView::Key key = RestoreView::key_of(run, *call);
      const bool unknown =
          call->hr() == hr::object_not_found && document != nullptr && !known.contains(key);
      verdicts.expect(
          !unknown, fmt::format("{} for a component that the document has", event_name(call->name)),
          fmt::format("it has no {}", component_text(std::get<1>(key), std::get<2>(key))),
          {call->seq()});
    }
  }
}

#define VSSLAB_EX_SELECTING(component, hr)                                                     \
  VSSLAB_EX_BACKED_UP                                                                          \
  "10 s2 R InitializeForRestore\n11 s2 R GatherWriterMetadata\n12 s2 R SetSelectedForRestore " \
  "writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124 path=\"\" component=" component              \
  " selected=yes hr=" hr                                                                       \
  "\n17 s2 R Release\n17 s2 C BackupComponents " VSSLAB_EX_RESTORE_DOC("/>") "\n"

constinit const Rule kKnown{
    {.id = "VSSR-REST-002",
     .slug = "selected-components-are-in-the-document",
     .level = Level::must,
     .title = "SetSelectedForRestore and SetFileRestoreStatus name components that were explicitly "
              "added in the backup.",
     .source = "nf-vsbackup-ivssbackupcomponents-setselectedforrestore.md",
     .cause = "A name was mistyped, or a component was named that only came along with another.",
     .next_step = "Take the names from GetWriterComponents of the document; ask for parts of a "
                  "component set with AddRestoreSubcomponent.",
     .fails_on = VSSLAB_EX_SELECTING("Dada", "VSS_E_OBJECT_NOT_FOUND"),
     .passes_on = VSSLAB_EX_SELECTING("Data", "S_OK"),
     .consequences = "VSSR-REST-039"},
    check_known};

// ---- subcomponents ----

const metadata::Component* component_at(const WriterFiles& files, std::string_view path,
                                        std::string_view name) {
  const auto index = files.tree.index_of({std::string(path), std::string(name)});
  return index ? &files.document->components[*index] : nullptr;
}

void judge_subcomponent(const RunView& run, const RestoredComponent& root, const Call& call,
                        Verdicts& verdicts) {
  const std::string_view path = run.arg(call, "sub_path").value_or("");
  const std::string_view name = run.arg(call, "sub_component").value_or("");
  const std::string text = component_text(path, name);
  const metadata::Component* const sub = component_at(*root.writer, path, name);
  const bool below =
      sub != nullptr && metadata::is_ancestor({std::string(root.path), std::string(root.name)},
                                              {std::string(path), std::string(name)});
  verdicts.expect(below, "a subcomponent that the writer has below the selected component",
                  fmt::format("{} is none of {}", text, component_text(root.path, root.name)),
                  {call.seq()});
  if (!below) return;
  verdicts.expect(sub->selectable_for_restore, "a subcomponent that is selectable for restore",
                  fmt::format("{} is not", text), {call.seq()});
}

void check_subcomponents(const RunView& run, Findings& out) {
  for_each_restore(run, out, [&](const RestoreView& restore, Verdicts& verdicts) {
    for (const Call* call : restore.session->calls.all(Ev::add_restore_subcomponent)) {
      const auto found = restore.by_key.find(RestoreView::key_of(run, *call));
      const RestoredComponent* const root =
          found != restore.by_key.end() ? &restore.components[found->second] : nullptr;
      verdicts.expect(root != nullptr && root->selected->seq() < call->seq(),
                      "SetSelectedForRestore of the component first", "it was not selected",
                      {call->seq()});
      if (root != nullptr && root->writer != nullptr) {
        judge_subcomponent(run, *root, *call, verdicts);
      }
    }
  });
}

#define VSSLAB_EX_TREE_WMD \
  "11 s2 C WriterMetadata writer=W1 doc=\"<WRITER_METADATA "                                    \
  "xmlns='x-schema:#VssWriterMetadataInfo' version='1.2'>" VSSLAB_EX_IDENTIFICATION             \
  "<RESTORE_METHOD method='RESTORE_IF_CAN_BE_REPLACED' writerRestore='always' "                 \
  "rebootRequired='no'/><BACKUP_LOCATIONS>"                                                     \
  "<FILE_GROUP componentName='Data' restoreMetadata='no' notifyOnBackupComplete='no' "          \
  "selectable='yes' selectableForRestore='no' componentFlags='0'/>"                             \
  "<FILE_GROUP logicalPath='Data' componentName='Texts' restoreMetadata='no' "                  \
  "notifyOnBackupComplete='no' selectable='no' selectableForRestore='yes' "                     \
  "componentFlags='0'>" VSSLAB_EX_FILES("C:\\\\data", "*.txt") "</FILE_GROUP>"                  \
  "<FILE_GROUP logicalPath='Data' componentName='Other' restoreMetadata='no' "                  \
  "notifyOnBackupComplete='no' selectable='no' selectableForRestore='no' "                      \
  "componentFlags='0'>" VSSLAB_EX_FILES("C:\\\\other", "*") "</FILE_GROUP>"                     \
  "</BACKUP_LOCATIONS></WRITER_METADATA>\"\n"
#define VSSLAB_EX_SUBCOMPONENT(name)                                                \
  VSSLAB_EX_BACKED_UP                                                               \
  "10 s2 R InitializeForRestore\n11 s2 R GatherWriterMetadata\n" VSSLAB_EX_TREE_WMD \
  "12 s2 R SetSelectedForRestore " VSSLAB_EX_DATA                                   \
  " selected=yes\n12 s2 R AddRestoreSubcomponent " VSSLAB_EX_DATA                   \
  " sub_path=Data sub_component=" name "\n13 s2 R PreRestore\n"

constinit const Rule kSubcomponents{
    {.id = "VSSR-REST-004",
     .slug = "subcomponent-can-be-restored-alone",
     .level = Level::must,
     .title = "AddRestoreSubcomponent names a component below the selected one that the writer has "
              "and that is selectable for restore.",
     .source = "nf-vsbackup-ivssbackupcomponents-addrestoresubcomponent.md, "
               "working-with-selectability-for-restore-and-subcomponents.md",
     .cause = "GetComponentInfo's bSelectableForRestore was not looked at, or the name is wrong.",
     .next_step = "Offer only subcomponents that are selectable for restore; take the whole "
                  "component otherwise.",
     .fails_on = VSSLAB_EX_SUBCOMPONENT("Other"),
     .passes_on = VSSLAB_EX_SUBCOMPONENT("Texts"),
     .consequences = "VSSR-REST-005, VSSR-REST-035, VSSR-REST-037"},
    check_subcomponents};

// The places of the parts that were asked for.
PlaceIndex places_of_parts(const RestoredComponent& component) {
  PlaceIndex places;
  for (const metadata::RestoreSubcomponent& sub : component.entry->restore_subcomponents) {
    for (const metadata::FileSet* set :
         component.writer->sets_of(sub.logical_path, sub.component_name)) {
      places.add(home_of(*set), 0);
    }
  }
  return places;
}

void check_parts_only(const RunView& run, Findings& out) {
  for_each_component(
      run, out, [&](const RestoreView&, const RestoredComponent& component, Verdicts& verdicts) {
        if (component.entry == nullptr || component.entry->restore_subcomponents.empty()) return;
        const PlaceIndex places = places_of_parts(component);
        for (const WrittenFile& file : component.written) {
          if (!file.home) continue;
          verdicts.expect(!places.at(file.path).empty(), "files of the selected parts alone",
                          fmt::format("{} is of another part of {}", file.path,
                                      component_text(component.path, component.name)),
                          {file.call->seq()});
        }
      });
}

#define VSSLAB_EX_PART                                                  \
  " selectedForRestore='yes'><RESTORE_SUBCOMPONENT logicalPath='Data' " \
  "componentName='Texts' repair='no'/></COMPONENT>"

constinit const Rule kPartsOnly{
    {.id = "VSSR-REST-005",
     .slug = "only-the-selected-parts",
     .level = Level::must,
     .title = "With subcomponents selected, only their files are restored of the component set.",
     .source = "working-with-selectability-for-restore-and-subcomponents.md, "
               "nf-vsbackup-ivssbackupcomponents-addrestoresubcomponent.md",
     .cause = "The requester copied the whole set, and the writer made ready for a part of it.",
     .next_step = "Restore the file sets of the subcomponents that were added, and no others.",
     .fails_on = VSSLAB_EX_SUBCOMPONENT("Texts") VSSLAB_EX_WRITTEN("C:\\other\\b", "digest=bb")
         VSSLAB_EX_DONE(VSSLAB_EX_PART),
     .passes_on = VSSLAB_EX_SUBCOMPONENT("Texts") VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "digest=aa")
         VSSLAB_EX_DONE(VSSLAB_EX_PART),
     .consequences = "VSSR-REST-035, VSSR-REST-037"},
    check_parts_only};

}  // namespace

RuleSpan requester_restore_selection_rules() {
  static constexpr const Rule* kRules[] = {&kKnown, &kSubcomponents, &kPartsOnly,
                                           &kNever, &kOnlySelected,  &kFailedBackup};
  return kRules;
}

}  // namespace vsslab::rules
