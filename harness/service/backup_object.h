// IVssBackupComponents (to Ex4): the requester's half. Every call passes the call-order table, does
// its work on the session, and is journalled with what the requester was told.
//
// Split by reason: backup_object.cc (creation, initialising, state), backup_writers.cc (gather,
// metadata, status), backup_selection.cc (components), backup_set.cc (the set and its making),
// backup_finish.cc (success, completion, abort, documents), backup_snapshots.cc (finished copies),
// backup_restore.cc.
#pragma once

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "metadata/component_path.h"
#include "service/async.h"
#include "service/com.h"
#include "service/impl.h"

namespace vsslab {

class BackupObject final : public ComObject<IVssBackupComponentsEx4> {
 public:
  BackupObject(LabVss::Impl& service, std::shared_ptr<BackupSession> session);
  ~BackupObject() override;

  // backup_object.cc
  HRESULT STDMETHODCALLTYPE InitializeForBackup(BSTR xml) override;
  HRESULT STDMETHODCALLTYPE SetBackupState(bool select_components, bool bootable,
                                           VSS_BACKUP_TYPE type, bool partial) override;
  HRESULT STDMETHODCALLTYPE InitializeForRestore(BSTR xml) override;
  HRESULT STDMETHODCALLTYPE SetRestoreState(VSS_RESTORE_TYPE type) override;
  HRESULT STDMETHODCALLTYPE SetContext(LONG context) override;
  HRESULT STDMETHODCALLTYPE DisableWriterClasses(const VSS_ID* ids, UINT count) override;
  HRESULT STDMETHODCALLTYPE EnableWriterClasses(const VSS_ID* ids, UINT count) override;
  HRESULT STDMETHODCALLTYPE DisableWriterInstances(const VSS_ID* ids, UINT count) override;
  HRESULT STDMETHODCALLTYPE GetSessionId(VSS_ID* id) override;

  // backup_writers.cc
  HRESULT STDMETHODCALLTYPE GatherWriterMetadata(IVssAsync** async) override;
  HRESULT STDMETHODCALLTYPE GetWriterMetadataCount(UINT* count) override;
  HRESULT STDMETHODCALLTYPE GetWriterMetadata(UINT index, VSS_ID* instance,
                                              IVssExamineWriterMetadata** metadata) override;
  HRESULT STDMETHODCALLTYPE GetWriterMetadataEx(UINT index, VSS_ID* instance,
                                                IVssExamineWriterMetadataEx** metadata) override;
  HRESULT STDMETHODCALLTYPE FreeWriterMetadata() override;
  HRESULT STDMETHODCALLTYPE GatherWriterStatus(IVssAsync** async) override;
  HRESULT STDMETHODCALLTYPE GetWriterStatusCount(UINT* count) override;
  HRESULT STDMETHODCALLTYPE FreeWriterStatus() override;
  HRESULT STDMETHODCALLTYPE GetWriterStatus(UINT index, VSS_ID* instance, VSS_ID* writer,
                                            BSTR* name, VSS_WRITER_STATE* state,
                                            HRESULT* failure) override;
  HRESULT STDMETHODCALLTYPE GetWriterStatusEx(UINT index, VSS_ID* instance, VSS_ID* writer,
                                              BSTR* name, VSS_WRITER_STATE* state, HRESULT* failure,
                                              HRESULT* application,
                                              BSTR* application_text) override;
  HRESULT STDMETHODCALLTYPE GetWriterComponentsCount(UINT* count) override;
  HRESULT STDMETHODCALLTYPE GetWriterComponents(UINT index, IVssWriterComponentsExt** out) override;

  // backup_selection.cc
  HRESULT STDMETHODCALLTYPE AddComponent(VSS_ID instance, VSS_ID writer, VSS_COMPONENT_TYPE type,
                                         LPCWSTR path, LPCWSTR name) override;
  HRESULT STDMETHODCALLTYPE SetBackupOptions(VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                                             LPCWSTR name, LPCWSTR options) override;
  HRESULT STDMETHODCALLTYPE SetPreviousBackupStamp(VSS_ID writer, VSS_COMPONENT_TYPE type,
                                                   LPCWSTR path, LPCWSTR name,
                                                   LPCWSTR stamp) override;

  // backup_set.cc
  HRESULT STDMETHODCALLTYPE StartSnapshotSet(VSS_ID* set) override;
  HRESULT STDMETHODCALLTYPE AddToSnapshotSet(VSS_PWSZ volume, VSS_ID provider,
                                             VSS_ID* snapshot) override;
  HRESULT STDMETHODCALLTYPE IsVolumeSupported(VSS_ID provider, VSS_PWSZ volume,
                                              BOOL* supported) override;
  HRESULT STDMETHODCALLTYPE PrepareForBackup(IVssAsync** async) override;
  HRESULT STDMETHODCALLTYPE DoSnapshotSet(IVssAsync** async) override;

  // backup_finish.cc
  HRESULT STDMETHODCALLTYPE SetBackupSucceeded(VSS_ID instance, VSS_ID writer,
                                               VSS_COMPONENT_TYPE type, LPCWSTR path, LPCWSTR name,
                                               bool succeeded) override;
  HRESULT STDMETHODCALLTYPE BackupComplete(IVssAsync** async) override;
  HRESULT STDMETHODCALLTYPE AbortBackup() override;
  HRESULT STDMETHODCALLTYPE SaveAsXML(BSTR* xml) override;

  // backup_snapshots.cc
  HRESULT STDMETHODCALLTYPE DeleteSnapshots(VSS_ID source, VSS_OBJECT_TYPE type, BOOL force,
                                            LONG* deleted, VSS_ID* not_deleted) override;
  HRESULT STDMETHODCALLTYPE ImportSnapshots(IVssAsync** async) override;
  HRESULT STDMETHODCALLTYPE BreakSnapshotSet(VSS_ID set) override;
  HRESULT STDMETHODCALLTYPE GetSnapshotProperties(VSS_ID snapshot, VSS_SNAPSHOT_PROP* out) override;
  HRESULT STDMETHODCALLTYPE Query(VSS_ID queried, VSS_OBJECT_TYPE queried_type,
                                  VSS_OBJECT_TYPE returned_type, IVssEnumObject** out) override;
  HRESULT STDMETHODCALLTYPE ExposeSnapshot(VSS_ID snapshot, VSS_PWSZ path_from_root,
                                           LONG attributes, VSS_PWSZ expose,
                                           VSS_PWSZ* exposed) override;
  HRESULT STDMETHODCALLTYPE RevertToSnapshot(VSS_ID snapshot, BOOL force) override;
  HRESULT STDMETHODCALLTYPE QueryRevertStatus(VSS_PWSZ volume, IVssAsync** async) override;
  HRESULT STDMETHODCALLTYPE UnexposeSnapshot(VSS_ID snapshot) override;
  HRESULT STDMETHODCALLTYPE BreakSnapshotSetEx(VSS_ID set, DWORD flags, IVssAsync** async) override;
  HRESULT STDMETHODCALLTYPE PreFastRecovery(VSS_ID set, DWORD flags, IVssAsync** async) override;
  HRESULT STDMETHODCALLTYPE FastRecovery(VSS_ID set, DWORD flags, IVssAsync** async) override;
  HRESULT STDMETHODCALLTYPE AddSnapshotToRecoverySet(VSS_ID snapshot, DWORD flags,
                                                     VSS_PWSZ destination) override;
  HRESULT STDMETHODCALLTYPE RecoverSet(DWORD flags, IVssAsync** async) override;
  HRESULT STDMETHODCALLTYPE GetRootAndLogicalPrefixPaths(VSS_PWSZ path, VSS_PWSZ* root,
                                                         VSS_PWSZ* prefix, BOOL normalize) override;

  // backup_restore.cc
  HRESULT STDMETHODCALLTYPE SetSelectedForRestore(VSS_ID writer, VSS_COMPONENT_TYPE type,
                                                  LPCWSTR path, LPCWSTR name,
                                                  bool selected) override;
  HRESULT STDMETHODCALLTYPE SetSelectedForRestoreEx(VSS_ID writer, VSS_COMPONENT_TYPE type,
                                                    LPCWSTR path, LPCWSTR name, bool selected,
                                                    VSS_ID instance) override;
  HRESULT STDMETHODCALLTYPE SetRestoreOptions(VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                                              LPCWSTR name, LPCWSTR options) override;
  HRESULT STDMETHODCALLTYPE SetAdditionalRestores(VSS_ID writer, VSS_COMPONENT_TYPE type,
                                                  LPCWSTR path, LPCWSTR name,
                                                  bool additional) override;
  HRESULT STDMETHODCALLTYPE AddAlternativeLocationMapping(VSS_ID writer, VSS_COMPONENT_TYPE type,
                                                          LPCWSTR path, LPCWSTR name,
                                                          LPCWSTR file_path, LPCWSTR filespec,
                                                          bool recursive,
                                                          LPCWSTR destination) override;
  HRESULT STDMETHODCALLTYPE AddRestoreSubcomponent(VSS_ID writer, VSS_COMPONENT_TYPE type,
                                                   LPCWSTR path, LPCWSTR name, LPCWSTR sub_path,
                                                   LPCWSTR sub_name, bool repair) override;
  HRESULT STDMETHODCALLTYPE SetFileRestoreStatus(VSS_ID writer, VSS_COMPONENT_TYPE type,
                                                 LPCWSTR path, LPCWSTR name,
                                                 VSS_FILE_RESTORE_STATUS status) override;
  HRESULT STDMETHODCALLTYPE AddNewTarget(VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                                         LPCWSTR name, LPCWSTR file_path, LPCWSTR file_name,
                                         bool recursive, LPCWSTR alternate) override;
  HRESULT STDMETHODCALLTYPE SetRangesFilePath(VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                                              LPCWSTR name, UINT index, LPCWSTR ranges) override;
  HRESULT STDMETHODCALLTYPE PreRestore(IVssAsync** async) override;
  HRESULT STDMETHODCALLTYPE PostRestore(IVssAsync** async) override;
  HRESULT STDMETHODCALLTYPE SetAuthoritativeRestore(VSS_ID writer, VSS_COMPONENT_TYPE type,
                                                    LPCWSTR path, LPCWSTR name, bool auth) override;
  HRESULT STDMETHODCALLTYPE SetRollForward(VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                                           LPCWSTR name, VSS_ROLLFORWARD_TYPE roll,
                                           LPCWSTR point) override;
  HRESULT STDMETHODCALLTYPE SetRestoreName(VSS_ID writer, VSS_COMPONENT_TYPE type, LPCWSTR path,
                                           LPCWSTR name, LPCWSTR restore_name) override;

 protected:
  void* query(const Guid& iid) override;
  void final_release() override;

 private:
  friend class RequesterCall;

  HRESULT initialize(std::string_view name, BSTR xml, bool restore);
  HRESULT writer_list(std::string_view name, const VSS_ID* ids, UINT count);
  // Runs `operation` behind an IVssAsync: the state is `during` while it runs, then `good` or
  // `bad`.
  struct Phase_ {
    ObjectState during, good, bad;
  };
  HRESULT async_call(std::string_view name, IVssAsync** out, Phase_ phase,
                     std::function<Hr(Seq)> operation, std::function<Hr()> check = {});
  // Of any instance of the class; or of one writer.
  ComponentEntry* find_component(const Guid& writer, std::string_view path, std::string_view name);
  ComponentEntry* find_component(const WriterSession& writer, std::string_view path,
                                 std::string_view name);
  WriterSession* find_writer(const Guid& instance);
  // What the backup has to copy of a component, where the copies and the writer tell: an argument
  // of SetBackupSucceeded.
  struct Noted {
    std::string_view key;
    std::string value;
  };
  std::optional<Noted> note_files(const WriterSession& writer, const ComponentEntry& entry);
  // One setter on a component of the document, by class id, path and name.
  HRESULT component_setter(std::string_view call, const VSS_ID& writer, LPCWSTR path, LPCWSTR name,
                           std::initializer_list<ArgText> args,
                           const std::function<Hr(ComponentEntry&)>& set);
  HRESULT status(std::string_view call, UINT index, VSS_ID* instance, VSS_ID* writer, BSTR* name,
                 VSS_WRITER_STATE* state, HRESULT* failure, HRESULT* application,
                 BSTR* application_text);

  LabVss::Impl& service_;
  std::shared_ptr<BackupSession> session_;
  std::map<Guid, metadata::ComponentTree> trees_;  // of writers by instance, made when needed
};

// One call of the requester: admission by the table, then one instant or an enter and a leave, with
// the HRESULT that the requester is told.
class RequesterCall {
 public:
  RequesterCall(BackupObject& object, std::string_view name);

  bool admitted() const { return !stopped_ && admission_.admission == Admission::admitted; }
  Hr refusal() const { return stopped_.value_or(admission_.hr); }
  Seq enter(std::initializer_list<ArgText> args = {});
  Seq enter_seq() const { return enter_; }
  // An output as the requester is told it.
  std::string told_value(std::string_view argument, std::string truth) const;
  HRESULT done(Hr result, std::initializer_list<ArgText> args = {}, std::int32_t document = -1) {
    return done_with(result, std::span<const ArgText>(args.begin(), args.size()), document);
  }
  HRESULT done_with(Hr result, std::span<const ArgText> args, std::int32_t document = -1);

 private:
  BackupObject& object_;
  std::string_view name_;
  std::optional<Hr> stopped_;  // by the wire
  Admitted admission_;
  Seq enter_ = 0;
};

}  // namespace vsslab
