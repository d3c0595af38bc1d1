// What the compiler makes of harness/api: slots, sizes, values, __uuidof.

#include <windows.h>

#include <vsadmin.h>
#include <vsbackup.h>
#include <vsmgmt.h>
#include <vsprov.h>
#include <vss.h>
#include <vswriter.h>

#include <gtest/gtest.h>

#include <cstring>

namespace {

// The slot of a virtual method: the Itanium C++ ABI stores its byte offset plus one.
template <class T>
std::size_t slot(T method) {
  std::ptrdiff_t value = 0;
  std::memcpy(&value, &method, sizeof(value));
  EXPECT_EQ(value % 8, 1) << "not a virtual method";
  return static_cast<std::size_t>(value) / sizeof(void*);
}

TEST(Layout, interfaces_begin_with_iunknown_and_have_no_destructor_slot) {
  EXPECT_EQ(slot(&IVssAsync::Release), 2u);
  EXPECT_EQ(slot(&IVssAsync::Cancel), 3u);
  EXPECT_EQ(slot(&IVssBackupComponents::GetWriterComponentsCount), 3u);
  EXPECT_EQ(slot(&IVssBackupComponents::QueryRevertStatus), 50u);
  EXPECT_EQ(slot(&IVssBackupComponentsEx4::GetRootAndLogicalPrefixPaths), 64u);
  EXPECT_EQ(slot(&IVssProviderCreateSnapshotSet::CommitSnapshots), 5u);
}

TEST(Layout, interfaces_without_iunknown_begin_with_their_first_method) {
  EXPECT_EQ(slot(&IVssWriterComponents::GetComponentCount), 0u);
  EXPECT_EQ(slot(&IVssCreateWriterMetadata::AddIncludeFiles), 0u);
  EXPECT_EQ(slot(&IVssCreateWriterMetadataEx::AddExcludeFilesFromSnapshot), 12u);
  EXPECT_EQ(sizeof(IVssCreateWriterMetadataEx), 2 * sizeof(void*)) << "two bases, two tables";
  EXPECT_EQ(sizeof(IVssWriterComponentsExt), 2 * sizeof(void*));
}

TEST(Layout, writer_events_follow_the_destructor_in_the_published_order) {
  // This ABI has two destructor slots where Microsoft's has one.
  const std::size_t first = slot(&CVssWriter::OnIdentify);
  EXPECT_EQ(first, 2u);
  EXPECT_EQ(slot(&CVssWriter::OnPrepareBackup), first + 1);
  EXPECT_EQ(slot(&CVssWriter::OnPrepareSnapshot), first + 2);
  EXPECT_EQ(slot(&CVssWriter::OnFreeze), first + 3);
  EXPECT_EQ(slot(&CVssWriter::OnThaw), first + 4);
  EXPECT_EQ(slot(&CVssWriter::OnAbort), first + 5);
  EXPECT_EQ(slot(&CVssWriter::OnBackupComplete), first + 6);
  EXPECT_EQ(slot(&CVssWriter::OnBackupShutdown), first + 7);
  EXPECT_EQ(slot(&CVssWriter::OnPreRestore), first + 8);
  EXPECT_EQ(slot(&CVssWriter::OnPostRestore), first + 9);
  EXPECT_EQ(slot(&CVssWriter::OnPostSnapshot), first + 10);
  EXPECT_EQ(slot(&CVssWriter::OnBackOffIOOnVolume), first + 11);
  EXPECT_EQ(slot(&CVssWriter::OnContinueIOOnVolume), first + 12);
  EXPECT_EQ(slot(&CVssWriter::OnVSSShutdown), first + 13);
  EXPECT_EQ(slot(&CVssWriter::OnVSSApplicationStartup), first + 14);
  EXPECT_EQ(slot(&CVssWriterEx::OnIdentifyEx), first + 15);
  EXPECT_EQ(sizeof(CVssWriter), 16u);
  EXPECT_EQ(sizeof(CVssWriterEx2), 16u);
}

TEST(Layout, contexts_are_the_documented_bit_sums) {
  EXPECT_EQ(VSS_CTX_BACKUP, 0x00);
  EXPECT_EQ(VSS_CTX_APP_ROLLBACK, 0x09);
  EXPECT_EQ(VSS_CTX_CLIENT_ACCESSIBLE_WRITERS, 0x0D);
  EXPECT_EQ(VSS_CTX_FILE_SHARE_BACKUP, 0x10);
  EXPECT_EQ(VSS_CTX_NAS_ROLLBACK, 0x19);
  EXPECT_EQ(VSS_CTX_CLIENT_ACCESSIBLE, 0x1D);
  EXPECT_EQ(static_cast<DWORD>(VSS_CTX_ALL), 0xFFFFFFFFu);
  EXPECT_EQ(VSS_E_WRITERERROR_TIMEOUT, static_cast<HRESULT>(0x800423F2u));
  EXPECT_TRUE(FAILED(VSS_E_BAD_STATE));
  EXPECT_TRUE(SUCCEEDED(VSS_S_ASYNC_PENDING));
  EXPECT_EQ(HRESULT_FROM_WIN32(ERROR_ACCESS_DENIED), E_ACCESSDENIED);
}

TEST(Layout, types_have_windows_widths) {
  EXPECT_EQ(sizeof(LONG), 4u);
  EXPECT_EQ(sizeof(DWORD), 4u);
  EXPECT_EQ(sizeof(HRESULT), 4u);
  EXPECT_EQ(sizeof(LONGLONG), 8u);
  EXPECT_EQ(sizeof(VARIANT), 24u);
  EXPECT_EQ(sizeof(VSS_SNAPSHOT_PROP), 128u);
  EXPECT_EQ(sizeof(VSS_OBJECT_PROP), 136u);
}

TEST(Layout, uuidof_takes_types_and_expressions) {
  IVssAsync* async = nullptr;
  EXPECT_TRUE(IsEqualGUID(__uuidof(IVssAsync), IID_IVssAsync));
  EXPECT_TRUE(IsEqualGUID(__uuidof(async), IID_IVssAsync));
  EXPECT_TRUE(IsEqualGUID(__uuidof(*async), IID_IVssAsync));
  EXPECT_TRUE(IsEqualGUID(__uuidof(IVssComponentEx2), IID_IVssComponentEx2));
  EXPECT_FALSE(IsEqualGUID(__uuidof(IVssComponentEx2), __uuidof(IVssComponentEx)));
  EXPECT_TRUE(IsEqualGUID(__uuidof(VSSCoordinator), CLSID_VSSCoordinator));
  EXPECT_EQ(IID_IVssBackupComponents.Data1, 0x665c1d5fu);
}

}  // namespace
