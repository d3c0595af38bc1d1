#include "mock-writers/sqlite/writer.h"

#include <windows.h>

#include <vss.h>
#include <vsserror.h>
#include <vswriter.h>

#include <map>
#include <string>

#include "mock-writers/components.h"
#include "mock-writers/process.h"
#include "mock-writers/sqlite/application.h"
#include "mock-writers/sqlite/ledger.h"
#include "mock-writers/testwriter/test_writer.h"
#include "mock-writers/text.h"

namespace vsslab::mock::sqlite {

namespace {

constexpr WCHAR kComponent[] = L"Ledger";
constexpr char kTransactions[] = "transactions=";  // begins what the writer stores with a backup

class SqliteWriter final : public CVssWriterEx2 {
 public:
  SqliteWriter(const plan::WriterPlan& plan, Application& application)
      : plan_(plan), application_(application) {}

  HRESULT start() {
    const Registration registration = registration_of(plan_);
    const HRESULT hr =
        InitializeEx(registration.writer_id, registration.name.c_str(), 1, 0, VSS_UT_USERDATA,
                     VSS_ST_TRANSACTEDDB, registration.level, registration.freeze_ms,
                     VSS_AWS_NO_ALTERNATE_WRITER, false, or_null(registration.instance_name));
    return hr == S_OK ? Subscribe() : FAILED(hr) ? hr : E_FAIL;
  }

  bool STDMETHODCALLTYPE OnIdentifyEx(IVssCreateWriterMetadataEx* metadata) override {
    const std::wstring folder = application_.folder();
    const std::wstring file = application_.file_name();
    // What SQLite keeps beside the database is part of its state, where there is any.
    const std::wstring beside = file + L"-*";
    return SUCCEEDED(metadata->AddComponent(VSS_CT_DATABASE, NULL, kComponent, NULL, NULL, 0, false,
                                            false, true)) &&
           SUCCEEDED(metadata->AddDatabaseFiles(NULL, kComponent, folder.c_str(), file.c_str())) &&
           SUCCEEDED(
               metadata->AddDatabaseLogFiles(NULL, kComponent, folder.c_str(), beside.c_str())) &&
           SUCCEEDED(metadata->SetRestoreMethod(VSS_RME_RESTORE_IF_CAN_REPLACE, NULL, NULL,
                                                VSS_WRE_ALWAYS, false));
  }

  bool STDMETHODCALLTYPE OnPrepareSnapshot() override {
    return IsPathAffected(application_.folder().c_str()) ||
           refuse(VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT,
                  "the database lies on a volume that is not in the shadow copy set");
  }

  bool STDMETHODCALLTYPE OnFreeze() override {
    if (holds()) application_.hold();
    frozen_[session()] = application_.committed();
    return true;
  }
  bool STDMETHODCALLTYPE OnThaw() override {
    if (holds()) application_.resume();
    return true;
  }
  bool STDMETHODCALLTYPE OnAbort() override {
    if (holds()) application_.resume();
    frozen_.erase(session());
    return true;
  }

  // The document tells whoever restores this backup what is in it.
  bool STDMETHODCALLTYPE OnPostSnapshot(IVssWriterComponents* components) override {
    const auto frozen = frozen_.find(session());
    if (frozen == frozen_.end()) return true;
    const std::wstring told = wide(kTransactions + std::to_string(frozen->second));
    const bool all =
        for_each_component(components, [&](IVssComponent& component, const auto&, const auto&) {
          return SUCCEEDED(component.SetBackupMetadata(told.c_str()));
        });
    return all || refuse(VSS_E_WRITERERROR_NONRETRYABLE, "the backup's state cannot be stored");
  }

  bool STDMETHODCALLTYPE OnBackupShutdown(VSS_ID) override {
    frozen_.erase(session());
    return true;
  }

  bool STDMETHODCALLTYPE OnPreRestore(IVssWriterComponents* components) override {
    if (selected(components)) application_.give_files_up();
    return true;
  }

  bool STDMETHODCALLTYPE OnPostRestore(IVssWriterComponents* components) override {
    if (!selected(components)) return true;
    const std::string wrong = what_is_wrong(components);
    if (!wrong.empty()) {
      for_each_component(components, [&](IVssComponent& component, const auto&, const auto&) {
        component.SetPostRestoreFailureMsg(wide(wrong).c_str());
        return true;
      });
      return refuse(VSS_E_WRITERERROR_NONRETRYABLE, wrong);
    }
    application_.resume();
    return true;
  }

 private:
  bool holds() const { return plan_.sqlite.freeze == "hold"; }

  std::string session() const {
    VSS_ID id{};
    GetSessionId(&id);
    return key_of(id);
  }

  bool refuse(HRESULT code, const std::string& why) {
    SetWriterFailure(code);
    log_error(plan_.name, why);
    return false;
  }

  static bool selected(IVssWriterComponents* components) {
    bool any = false;
    for_each_component(components, [&](IVssComponent& component, const auto&, const auto&) {
      bool chosen = false;
      if (SUCCEEDED(component.IsSelectedForRestore(&chosen))) any = any || chosen;
      return true;
    });
    return any;
  }

  // Empty: the database that came back is the one that was frozen, and is open again.
  std::string what_is_wrong(IVssWriterComponents* components) {
    std::string told;
    VSS_FILE_RESTORE_STATUS status = VSS_RS_UNDEFINED;
    for_each_component(components, [&](IVssComponent& component, const auto&, const auto&) {
      component.GetFileRestoreStatus(&status);
      BSTR text = NULL;
      if (component.GetBackupMetadata(&text) == S_OK) told = take(text);
      return true;
    });
    if (status != VSS_RS_ALL) return "the requester did not restore every file of the database";
    const Examination found = examine(plan_.sqlite.database);
    if (found.integrity != "ok") return "the restored database is damaged: " + found.integrity;
    if (!found.complete) return "the restored database lacks transactions";
    const std::string holds = kTransactions + std::to_string(found.transactions);
    if (!told.empty() && told != holds) {
      return "the restored database has " + holds + ", the backup was made with " + told;
    }
    return application_.take_files_back() ? std::string() : application_.error();
  }

  const plan::WriterPlan& plan_;
  Application& application_;
  std::map<std::string, std::int64_t> frozen_;  // by session: transactions at Freeze
};

}  // namespace

int run_sqlite_writer(const plan::WriterPlan& plan, std::uint64_t seed) {
  Application application(plan.sqlite, seed);
  SqliteWriter writer(plan, application);
  return run_until_stopped(
      [&]() -> HRESULT {
        if (!application.start()) {
          log_error(plan.name, application.error());
          return E_FAIL;
        }
        return plan.sqlite.registers ? writer.start() : S_OK;
      },
      [&] {
        if (plan.sqlite.registers) writer.Unsubscribe();
        application.stop();
      });
}

}  // namespace vsslab::mock::sqlite
