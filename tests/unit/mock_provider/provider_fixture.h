// A provider over two volumes, driven as the service drives it.
#pragma once

#include <vsprov.h>

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/guid.h"
#include "core/scheduler.h"
#include "mock-provider/system/provider.h"
#include "mock-provider/system/text.h"
#include "volume/volume_set.h"

namespace vsslab {

inline VSS_ID id_of(std::uint32_t number) {
  return Guid{number, 7, 7, {1, 2, 3, 4, 5, 6, 7, 8}}.to<VSS_ID>();
}

// Properties that free their strings.
struct Properties : VSS_SNAPSHOT_PROP {
  Properties() : VSS_SNAPSHOT_PROP{} {}
  ~Properties() {
    for (WCHAR* text :
         {m_pwszSnapshotDeviceObject, m_pwszOriginalVolumeName, m_pwszOriginatingMachine,
          m_pwszServiceMachine, m_pwszExposedName, m_pwszExposedPath}) {
      CoTaskMemFree(text);
    }
  }
};

class ProviderFixture : public testing::Test {
 protected:
  ProviderFixture() {
    c = *volumes.add({.root = "C:\\", .guid = {0xc, 0, 0, {}}});
    d = *volumes.add({.root = "D:\\", .guid = {0xd, 0, 0, {}}});
    use(make_system_provider(volumes));
  }
  ~ProviderFixture() override { drop(); }

  void use(IUnknown* provider) {
    drop();
    ASSERT_EQ(provider->QueryInterface(&software), S_OK);
    ASSERT_EQ(provider->QueryInterface(&create), S_OK);
    ASSERT_EQ(provider->QueryInterface(&notifications), S_OK);
    provider->Release();
  }
  void drop() {
    if (software == nullptr) return;
    software->Release();
    create->Release();
    notifications->Release();
    software = nullptr;
  }

  HRESULT begin(std::uint32_t set, std::uint32_t copy, std::string volume = "C:\\",
                LONG context = VSS_CTX_BACKUP) {
    std::wstring name = widen(volume);
    return software->BeginPrepareSnapshot(id_of(set), id_of(copy), name.data(), context);
  }
  // Up to and with CommitSnapshots.
  void commit(std::uint32_t set) {
    ASSERT_EQ(create->EndPrepareSnapshots(id_of(set)), S_OK);
    ASSERT_EQ(create->PreCommitSnapshots(id_of(set)), S_OK);
    ASSERT_EQ(create->CommitSnapshots(id_of(set)), S_OK);
  }
  void finish(std::uint32_t set, LONG count = 1) {
    ASSERT_EQ(create->PostCommitSnapshots(id_of(set), count), S_OK);
    ASSERT_EQ(create->PreFinalCommitSnapshots(id_of(set)), S_OK);
    ASSERT_EQ(create->PostFinalCommitSnapshots(id_of(set)), S_OK);
  }
  void take(std::uint32_t set, std::uint32_t copy, std::string volume = "C:\\",
            LONG context = VSS_CTX_APP_ROLLBACK) {
    ASSERT_EQ(begin(set, copy, std::move(volume), context), S_OK);
    commit(set);
    finish(set);
  }
  std::string device(std::uint32_t copy) {
    Properties properties;
    if (FAILED(software->GetSnapshotProperties(id_of(copy), &properties))) return "";
    return narrow(properties.m_pwszSnapshotDeviceObject);
  }
  std::string read(std::uint32_t copy, const std::string& path) {
    Volume* const content = volumes.find_device(device(copy));
    return content == nullptr ? "no device" : content->read_file(path).value_or("no file");
  }
  HRESULT remove(std::uint32_t copy) {
    LONG deleted = 0;
    VSS_ID left;
    return software->DeleteSnapshots(id_of(copy), VSS_OBJECT_SNAPSHOT, FALSE, &deleted, &left);
  }

  std::unique_ptr<Scheduler> scheduler = make_virtual_scheduler();
  VolumeSet volumes{scheduler.get()};
  Volume* c = nullptr;
  Volume* d = nullptr;
  IVssSoftwareSnapshotProvider* software = nullptr;
  IVssProviderCreateSnapshotSet* create = nullptr;
  IVssProviderNotifications* notifications = nullptr;
};

}  // namespace vsslab
