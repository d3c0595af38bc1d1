#include "transport/marshal.h"

#include <gtest/gtest.h>

#include <string>

namespace vsslab::transport {
namespace {

std::string integer(std::int32_t value) {
  Out out;
  out.number(value);
  return out.take();
}

TEST(Enumerations, TakeOnlyTheValuesThatTheyHave) {
  for (const auto& [value, good] :
       {std::pair(-2, false), {-1, true}, {4, true}, {5, false}, {0x7FFFFFFF, false}}) {
    const std::string bytes = integer(value);
    In in(bytes);
    const auto level = get<VSS_APPLICATION_LEVEL>(in);
    EXPECT_EQ(in.ok(), good) << value;
    EXPECT_EQ(static_cast<int>(level), good ? value : 0);
  }
}

TEST(Texts, ThatGoInCrossWhateverTheParameterIsCalled) {
  WCHAR name[] = L"C:\\\u00e4";
  Out out;
  Passed<VSS_PWSZ>::send(out, name);
  Passed<LPCWSTR>::send(out, nullptr);
  const std::string bytes = out.take();
  In in(bytes);
  Passed<VSS_PWSZ> first;
  Passed<LPCWSTR> second;
  first.take(in);
  second.take(in);
  EXPECT_TRUE(in.done());
  EXPECT_STREQ(first.argument(), L"C:\\\u00e4");
  EXPECT_EQ(second.argument(), nullptr);
}

TEST(Arrays, AreNoLongerThanTheirBytes) {
  Out out;
  put(out, true);
  out.number<std::uint32_t>(0x10000000);
  const std::string bytes = out.take();
  In in(bytes);
  Passed<const VSS_ID*> array;
  array.take(in);
  EXPECT_FALSE(in.ok());
  EXPECT_TRUE(array.held.empty());
}

TEST(Snapshots, CrossWithTheirTextsOrWithout) {
  VSS_SNAPSHOT_PROP sent{};
  sent.m_SnapshotId.Data1 = 7;
  const std::wstring device = L"\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1";
  const std::size_t size = (device.size() + 1) * sizeof(WCHAR);
  sent.m_pwszSnapshotDeviceObject = static_cast<VSS_PWSZ>(CoTaskMemAlloc(size));
  std::memcpy(sent.m_pwszSnapshotDeviceObject, device.c_str(), size);
  sent.m_eStatus = VSS_SS_CREATED;
  Out out;
  put_snapshot(out, sent);
  EXPECT_EQ(sent.m_pwszSnapshotDeviceObject, nullptr) << "its text was freed";
  const std::string bytes = out.take();
  In in(bytes);
  VSS_SNAPSHOT_PROP got{};
  get_snapshot(in, got);
  EXPECT_TRUE(in.done());
  EXPECT_EQ(got.m_SnapshotId.Data1, 7u);
  EXPECT_EQ(std::wstring(got.m_pwszSnapshotDeviceObject), device);
  EXPECT_EQ(got.m_pwszExposedName, nullptr);
  EXPECT_EQ(got.m_eStatus, VSS_SS_CREATED);
  CoTaskMemFree(got.m_pwszSnapshotDeviceObject);
}

TEST(Variants, ThatPointAreRefused) {
  for (const VARTYPE kind : {9, 12, 13, 0x4003}) {
    Out out;
    out.number<std::uint16_t>(kind);
    out.number<std::uint64_t>(0x1234);
    const std::string bytes = out.take();
    In in(bytes);
    Passed<VARIANT> variant;
    variant.take(in);
    EXPECT_FALSE(in.ok()) << kind;
  }
}

}  // namespace
}  // namespace vsslab::transport
