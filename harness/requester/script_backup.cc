// Steps of a backup: initialisation, writers, components, status.

#include "requester/com_text.h"
#include "requester/component_args.h"
#include "requester/script.h"

namespace vsslab::requester {

Hr Script::CreateVssBackupComponents(BackupObject& object, const plan::StepArgs&) {
  object.release();
  return object.create();
}

Hr Script::Release(BackupObject& object, const plan::StepArgs&) {
  object.release();
  object.gathered = false;
  return hr::ok;
}

Hr Script::InitializeForBackup(BackupObject& object, const plan::StepArgs& args) {
  if (!args.given("document")) return object.get()->InitializeForBackup(NULL);
  return object.get()->InitializeForBackup(Bstr(document(args.text("document"))).get());
}

Hr Script::InitializeForRestore(BackupObject& object, const plan::StepArgs& args) {
  return object.get()->InitializeForRestore(Bstr(document(args.text("document"))).get());
}

Hr Script::SetContext(BackupObject& object, const plan::StepArgs& args) {
  return object.get()->SetContext(static_cast<LONG>(args.word("context")));
}

Hr Script::SetBackupState(BackupObject& object, const plan::StepArgs& args) {
  return object.get()->SetBackupState(args.flag("components"), args.flag("bootable"),
                                      static_cast<VSS_BACKUP_TYPE>(args.word("type")),
                                      args.flag("partial"));
}

Hr Script::EnableWriterClasses(BackupObject& object, const plan::StepArgs& args) {
  return writer_classes(object, args, &IVssBackupComponents::EnableWriterClasses);
}

Hr Script::DisableWriterClasses(BackupObject& object, const plan::StepArgs& args) {
  return writer_classes(object, args, &IVssBackupComponents::DisableWriterClasses);
}

// Instance ids are known from an object that gathered before.
Hr Script::DisableWriterInstances(BackupObject& object, const plan::StepArgs& args) {
  std::vector<VSS_ID> ids;
  for (const std::string& name : args.list("writers")) {
    for (auto& [number, other] : objects_) {
      if (!know_writers(other)) continue;
      const GatheredWriter* const found = other.find(name);
      if (found == nullptr) continue;
      ids.push_back(found->instance);
      break;
    }
  }
  return object.get()->DisableWriterInstances(ids.data(), static_cast<UINT>(ids.size()));
}

Hr Script::GatherWriterMetadata(BackupObject& object, const plan::StepArgs& args) {
  const Hr hr =
      async(object, args, [&](IVssAsync** out) { return object.get()->GatherWriterMetadata(out); });
  object.gathered |= hr == hr::ok && args.flag("wait");
  return hr;
}

Hr Script::GetWriterMetadataCount(BackupObject& object, const plan::StepArgs&) {
  UINT count = 0;
  const HRESULT hr = object.get()->GetWriterMetadataCount(&count);
  if (SUCCEEDED(hr)) object.metadata_count = count;
  return hr;
}

// Without an index the documents are read: later steps know the writers then.
Hr Script::GetWriterMetadata(BackupObject& object, const plan::StepArgs& args) {
  if (!args.given("index") && object.metadata_count && !object.writers_read()) {
    return object.read_writers(*object.metadata_count);
  }
  return each_index(
      args, object.metadata_count,
      [&](UINT* count) { return object.get()->GetWriterMetadataCount(count); },
      [&](UINT index) {
        VSS_ID instance{};
        Held<IVssExamineWriterMetadata> document;
        return object.get()->GetWriterMetadata(index, &instance, document.out());
      });
}

Hr Script::GetWriterMetadataEx(BackupObject& object, const plan::StepArgs& args) {
  return each_index(
      args, object.metadata_count,
      [&](UINT* count) { return object.get()->GetWriterMetadataCount(count); },
      [&](UINT index) {
        VSS_ID instance{};
        Held<IVssExamineWriterMetadataEx> document;
        return object.get()->GetWriterMetadataEx(index, &instance, document.out());
      });
}

Hr Script::FreeWriterMetadata(BackupObject& object, const plan::StepArgs&) {
  return object.get()->FreeWriterMetadata();
}

Hr Script::AddComponent(BackupObject& object, const plan::StepArgs& args) {
  return component_call(object, args, [&](const ComponentArgs& c) {
    return object.get()->AddComponent(c.instance, c.writer, c.type, c.path(), c.name());
  });
}

Hr Script::SetBackupOptions(BackupObject& object, const plan::StepArgs& args) {
  return component_call(object, args, [&](const ComponentArgs& c) {
    return object.get()->SetBackupOptions(c.writer, c.type, c.path(), c.name(),
                                          wide(args.text("options")).c_str());
  });
}

Hr Script::SetPreviousBackupStamp(BackupObject& object, const plan::StepArgs& args) {
  return component_call(object, args, [&](const ComponentArgs& c) {
    return object.get()->SetPreviousBackupStamp(c.writer, c.type, c.path(), c.name(),
                                                wide(args.text("stamp")).c_str());
  });
}

Hr Script::SetBackupSucceeded(BackupObject& object, const plan::StepArgs& args) {
  return component_call(object, args, [&](const ComponentArgs& c) {
    return object.get()->SetBackupSucceeded(c.instance, c.writer, c.type, c.path(), c.name(),
                                            args.flag("succeeded"));
  });
}

Hr Script::PrepareForBackup(BackupObject& object, const plan::StepArgs& args) {
  return async(object, args, [&](IVssAsync** out) { return object.get()->PrepareForBackup(out); });
}

Hr Script::BackupComplete(BackupObject& object, const plan::StepArgs& args) {
  return async(object, args, [&](IVssAsync** out) { return object.get()->BackupComplete(out); });
}

Hr Script::AbortBackup(BackupObject& object, const plan::StepArgs&) {
  return object.get()->AbortBackup();
}

Hr Script::GatherWriterStatus(BackupObject& object, const plan::StepArgs& args) {
  object.status_count.reset();
  return async(object, args,
               [&](IVssAsync** out) { return object.get()->GatherWriterStatus(out); });
}

Hr Script::GetWriterStatusCount(BackupObject& object, const plan::StepArgs&) {
  UINT count = 0;
  const HRESULT hr = object.get()->GetWriterStatusCount(&count);
  if (SUCCEEDED(hr)) object.status_count = count;
  return hr;
}

Hr Script::GetWriterStatus(BackupObject& object, const plan::StepArgs& args) {
  return each_index(
      args, object.status_count,
      [&](UINT* count) { return object.get()->GetWriterStatusCount(count); },
      [&](UINT index) {
        VSS_ID instance{};
        VSS_ID writer{};
        BSTR name = NULL;
        VSS_WRITER_STATE state = VSS_WS_UNKNOWN;
        HRESULT failure = S_OK;
        const HRESULT hr =
            object.get()->GetWriterStatus(index, &instance, &writer, &name, &state, &failure);
        SysFreeString(name);
        return hr;
      });
}

Hr Script::GetWriterStatusEx(BackupObject& object, const plan::StepArgs& args) {
  return each_index(
      args, object.status_count,
      [&](UINT* count) { return object.get()->GetWriterStatusCount(count); },
      [&](UINT index) {
        VSS_ID instance{};
        VSS_ID writer{};
        BSTR name = NULL;
        VSS_WRITER_STATE state = VSS_WS_UNKNOWN;
        HRESULT failure = S_OK;
        HRESULT application = S_OK;
        BSTR text = NULL;
        const HRESULT hr = object.get()->GetWriterStatusEx(index, &instance, &writer, &name, &state,
                                                           &failure, &application, &text);
        SysFreeString(name);
        SysFreeString(text);
        return hr;
      });
}

Hr Script::FreeWriterStatus(BackupObject& object, const plan::StepArgs&) {
  return object.get()->FreeWriterStatus();
}

Hr Script::GetWriterComponentsCount(BackupObject& object, const plan::StepArgs&) {
  UINT count = 0;
  const HRESULT hr = object.get()->GetWriterComponentsCount(&count);
  if (SUCCEEDED(hr)) object.components_count = count;
  return hr;
}

Hr Script::GetWriterComponents(BackupObject& object, const plan::StepArgs& args) {
  return each_index(
      args, object.components_count,
      [&](UINT* count) { return object.get()->GetWriterComponentsCount(count); },
      [&](UINT index) {
        Held<IVssWriterComponentsExt> components;
        return object.get()->GetWriterComponents(index, components.out());
      });
}

Hr Script::SaveAsXML(BackupObject& object, const plan::StepArgs& args) {
  BSTR xml = NULL;
  const HRESULT hr = object.get()->SaveAsXML(&xml);
  std::string text = take(xml);
  if (SUCCEEDED(hr)) documents_[args.text("as")] = std::move(text);
  return hr;
}

Hr Script::GetSessionId(BackupObject& object, const plan::StepArgs&) {
  VSS_ID id{};
  return object.get()->GetSessionId(&id);
}

// ---- IVssAsync ----

Hr Script::Wait(BackupObject& object, const plan::StepArgs& args) {
  IVssAsync* const async = object.async(args.text("of"));
  return async == nullptr ? E_POINTER : async->Wait(milliseconds(args.duration("timeout")));
}

Hr Script::QueryStatus(BackupObject& object, const plan::StepArgs& args) {
  IVssAsync* const async = object.async(args.text("of"));
  if (async == nullptr) return E_POINTER;
  HRESULT status = S_OK;
  const HRESULT hr = async->QueryStatus(&status, NULL);
  return FAILED(hr) ? hr : status;
}

Hr Script::Cancel(BackupObject& object, const plan::StepArgs& args) {
  IVssAsync* const async = object.async(args.text("of"));
  return async == nullptr ? E_POINTER : async->Cancel();
}

Hr Script::ReleaseAsync(BackupObject& object, const plan::StepArgs& args) {
  return object.release_async(args.text("of")) ? S_OK : E_POINTER;
}

// ---- the requester's process ----

Hr Script::Sleep(BackupObject&, const plan::StepArgs& args) {
  ::Sleep(milliseconds(args.duration("for")));
  return hr::ok;
}

Hr Script::Exit(BackupObject&, const plan::StepArgs& args) {
  const auto code = static_cast<UINT>(args.number("code"));
  constexpr std::uint32_t kCrash = 1;
  if (args.word("how") == kCrash) {
    constexpr UINT kAccessViolation = 0xC0000005;
    TerminateProcess(GetCurrentProcess(), code != 0 ? code : kAccessViolation);
  }
  exit_code_ = static_cast<int>(code);
  return hr::ok;
}

}  // namespace vsslab::requester
