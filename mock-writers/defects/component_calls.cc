// Bugs in what a writer does with its components in the backup components document.

#include "mock-writers/defects/defective.h"

namespace vsslab::mock {

namespace {

// Does one thing to each component in one handler, besides what is right.
using Misuse = void (*)(IVssComponent& component);

template <Misuse misuse>
class InPrepareForBackup final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnPrepareBackup(IVssWriterComponents* components) override {
    const bool result = Defective::OnPrepareBackup(components);
    for_each_component(components, [](IVssComponent& component, const auto*) {
      misuse(component);
      return true;
    });
    return result;
  }
};

template <Misuse misuse>
class InPostSnapshot final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnPostSnapshot(IVssWriterComponents* components) override {
    const bool result = Defective::OnPostSnapshot(components);
    for_each_component(components, [](IVssComponent& component, const auto*) {
      misuse(component);
      return true;
    });
    return result;
  }
};

template <Misuse misuse>
class InBackupComplete final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnBackupComplete(IVssWriterComponents* components) override {
    const bool result = Defective::OnBackupComplete(components);
    for_each_component(components, [](IVssComponent& component, const auto*) {
      misuse(component);
      return true;
    });
    return result;
  }
};

void set_metadata(IVssComponent& component) { component.SetBackupMetadata(L"remember this"); }
void set_metadata_twice(IVssComponent& component) {
  component.SetBackupMetadata(L"first");
  component.SetBackupMetadata(L"second");
}
void set_stamp(IVssComponent& component) { component.SetBackupStamp(L"too late"); }
void set_restore_metadata(IVssComponent& component) {
  component.SetRestoreMetadata(L"for a restore");
}
void set_restore_target(IVssComponent& component) {
  component.SetRestoreTarget(VSS_RT_ORIGINAL_LOCATION);
}
void add_directed_target(IVssComponent& component) {
  component.AddDirectedTarget(L"C:\\DefectData", L"a.dat", L"0:10", L"C:\\DefectData", L"b.dat",
                              L"0:10");
}
void set_prepare_message(IVssComponent& component) {
  IVssComponentEx* extended = NULL;
  if (FAILED(component.QueryInterface(__uuidof(IVssComponentEx),
                                      reinterpret_cast<void**>(&extended)))) {
    return;
  }
  extended->SetPrepareForBackupFailureMsg(L"too late");
  extended->Release();
}

void add_partial(IVssComponent& component, LPCWSTR path, LPCWSTR name, LPCWSTR ranges) {
  component.AddPartialFile(path, name, ranges, NULL);
}
void add_plain_partial(IVssComponent& component) {
  add_partial(component, L"C:\\DefectData", L"a.dat", L"0:10");
}
void add_partial_elsewhere(IVssComponent& component) {
  add_partial(component, L"Q:\\Elsewhere", L"a.dat", L"0:10");
}
void add_partial_wildcard(IVssComponent& component) {
  add_partial(component, L"C:\\DefectData", L"*.dat", L"0:10");
}
void add_partial_bad_ranges(IVssComponent& component) {
  add_partial(component, L"C:\\DefectData", L"a.dat", L"from 0 to 10");
}
void add_differenced(IVssComponent& component) {
  component.AddDifferencedFilesByLastModifyTime(L"C:\\DefectData", L"*", TRUE, FILETIME{});
}

// Holds a component beyond PrepareForBackup.
class KeepsComponent final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnPrepareBackup(IVssWriterComponents* components) override {
    for_each_component(components, [&](IVssComponent& component, const auto*) {
      drop();
      kept_ = &component;
      kept_->AddRef();
      return true;
    });
    return Defective::OnPrepareBackup(components);
  }
  bool STDMETHODCALLTYPE OnFreeze() override {
    if (kept_ != NULL) kept_->SetBackupMetadata(L"while frozen");
    drop();
    return true;
  }
  bool STDMETHODCALLTYPE OnBackupShutdown(VSS_ID set) override {
    drop();
    return Defective::OnBackupShutdown(set);
  }

 private:
  void drop() {
    if (kept_ != NULL) kept_->Release();
    kept_ = NULL;
  }
  IVssComponent* kept_ = NULL;
};

// Promises stamps and stores none.
class StoresNoStamp final : public Defective {
 public:
  using Defective::Defective;
  bool STDMETHODCALLTYPE OnPostSnapshot(IVssWriterComponents*) override { return true; }
};
void supports_differential(plan::WriterPlan& plan) { plan.test.supports_differential = true; }
int run_without_stamp(const plan::WriterPlan& plan, std::uint64_t seed) {
  plan::WriterPlan altered = sound_plan(plan);
  supports_differential(altered);
  StoresNoStamp writer(altered, seed);
  return run_writer(writer);
}

// Stamps every backup, a copy backup too.
void set_any_stamp(IVssComponent& component) { component.SetBackupStamp(L"of any backup"); }
int run_stamping_all(const plan::WriterPlan& plan, std::uint64_t seed) {
  plan::WriterPlan altered = sound_plan(plan);
  supports_differential(altered);
  InPostSnapshot<set_any_stamp> writer(altered, seed);
  return run_writer(writer);
}

void one_file_partial_and_differenced(plan::WriterPlan& plan) {
  supports_differential(plan);
  plan::TestComponent& component = plan.test.components.front();
  component.files.front().recursive = false;
  component.files.front().filespec = "a.dat";  // a partial file has no wildcard in its name
  const std::string path = component.files.front().path;
  component.partial_files.push_back({path, component.files.front().filespec, "0:10", 0});
  component.differenced_files.push_back({path, component.files.front().filespec, false, 0, 0});
}

void half_overlapping_difference(plan::WriterPlan& plan) {
  supports_differential(plan);
  plan::TestComponent& component = plan.test.components.front();
  component.differenced_files.push_back({component.files.front().path, "a*.dat", false, 0, 0});
}

constexpr std::string_view kPartial = "a requester that supports partial files";

constexpr Defect kDefects[] = {
    {"backup-metadata-twice",
     "sets a component's backup metadata twice",
     {"VSSW-PREP-009"},
     "",
     run_defect<InPostSnapshot<set_metadata_twice>>},
    {"metadata-in-backup-complete",
     "sets backup metadata in BackupComplete",
     {"VSSW-PREP-008", "VSSW-DONE-003", "VSSM-BCD-004"},
     "",
     run_defect<InBackupComplete<set_metadata>>},
    {"stamp-in-backup-complete",
     "sets a backup stamp in BackupComplete",
     {"VSSW-INCR-004", "VSSM-BCD-004"},
     "",
     run_defect<InBackupComplete<set_stamp>>},
    {"prepare-message-in-post-snapshot",
     "sets the PrepareForBackup failure text in PostSnapshot",
     {"VSSW-PREP-010"},
     "",
     run_defect<InPostSnapshot<set_prepare_message>>},
    {"restore-metadata-in-backup",
     "sets restore metadata in PrepareForBackup",
     {"VSSW-REST-015"},
     "",
     run_defect<InPrepareForBackup<set_restore_metadata>>},
    {"restore-target-in-backup",
     "sets a restore target in PostSnapshot",
     {"VSSW-REST-004"},
     "",
     run_defect<InPostSnapshot<set_restore_target>>},
    {"directed-target-in-backup",
     "adds a directed target in PostSnapshot",
     {"VSSW-REST-007"},
     "",
     run_defect<InPostSnapshot<add_directed_target>>},
    {"kept-component",
     "writes to a component in Freeze that it got in PrepareForBackup",
     {"VSSW-PREP-005"},
     "",
     run_defect<KeepsComponent>},
    {"partial-without-support",
     "adds a partial file although the requester does not support them",
     {"VSSW-PREP-004"},
     "",
     run_defect<InPostSnapshot<add_plain_partial>>},
    {"partial-on-foreign-volume",
     "adds a partial file on a volume that is not in the set",
     {"VSSW-INCR-010"},
     kPartial,
     run_defect<InPostSnapshot<add_partial_elsewhere>>},
    {"partial-with-wildcard",
     "adds a partial file with a wildcard in its name",
     {"VSSM-RANGE-004"},
     kPartial,
     run_defect<InPostSnapshot<add_partial_wildcard>>},
    {"partial-with-bad-ranges",
     "adds a partial file whose ranges are no offset:length pairs",
     {"VSSM-RANGE-001"},
     kPartial,
     run_defect<InPostSnapshot<add_partial_bad_ranges>>},
    {"no-stamp",
     "declares TIMESTAMPED and stores no backup stamp",
     {"VSSW-INCR-002"},
     "",
     run_without_stamp},
    {"stamps-copy-backups",
     "stores a backup stamp in a copy backup too",
     {"VSSR-INCR-007"},
     "a requester that makes a copy backup and takes it for the base of a differential one",
     run_stamping_all},
    {"differenced-without-schema",
     "adds differenced files without LAST_MODIFY in its schema",
     {"VSSW-INCR-005"},
     "",
     run_defect<InPostSnapshot<add_differenced>>},
    {"differenced-and-partial",
     "lists one file as differenced and as partial",
     {"VSSW-INCR-007"},
     "a differential backup by a requester that supports partial files",
     run_altered<one_file_partial_and_differenced>},
    {"half-overlapping-difference",
     "adds a differenced set that is half of a file set",
     {"VSSW-INCR-008"},
     "a differential backup",
     run_altered<half_overlapping_difference>},
};

}  // namespace

std::span<const Defect> component_defects() { return kDefects; }

}  // namespace vsslab::mock
