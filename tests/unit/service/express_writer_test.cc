// Express writers: a registered document takes part in a backup, and gets no event.

#include <gtest/gtest.h>

#include "unit/service/fake_provider.h"
#include "unit/service/lab_fixture.h"

namespace vsslab::test {
namespace {

class Express : public testing::Test {
 protected:
  Express() : provider_(*lab_.scheduler) {
    lab_.add_provider("system", *Guid::parse("b5946137-7b9f-4925-af80-51abd60b20d5"),
                      provider_.unknown());
  }

  // Runs `body` with a new express writer, as a program of the lab does.
  void with_writer(std::function<void(IVssExpressWriter*)> body) {
    spawn_process(lab_.lab, "installer", [body = std::move(body)] {
      IVssExpressWriter* writer = nullptr;
      EXPECT_EQ(CreateVssExpressWriter(&writer), S_OK);
      body(writer);
      writer->Release();
      return 0;
    });
  }

  // A document with one component.
  static IVssCreateExpressWriterMetadata* described(IVssExpressWriter* writer) {
    IVssCreateExpressWriterMetadata* metadata = nullptr;
    EXPECT_EQ(
        writer->CreateMetadata(writer_class(7), L"express", VSS_UT_USERDATA, 1, 2, 0, &metadata),
        S_OK);
    EXPECT_EQ(metadata->SetRestoreMethod(VSS_RME_RESTORE_IF_CAN_REPLACE, nullptr, nullptr,
                                         VSS_WRE_NEVER, false),
              S_OK);
    EXPECT_EQ(metadata->AddComponent(VSS_CT_FILEGROUP, nullptr, L"Files", nullptr, nullptr, 0,
                                     false, false, true),
              S_OK);
    EXPECT_EQ(metadata->AddFilesToFileGroup(nullptr, L"Files", L"C:\\data", L"*", true, nullptr),
              S_OK);
    return metadata;
  }

  LabFixture lab_;
  FakeProvider provider_;
};

TEST_F(Express, a_registered_writer_takes_part_in_a_backup_without_events) {
  with_writer([](IVssExpressWriter* writer) {
    described(writer)->Release();
    EXPECT_EQ(writer->Register(), S_OK);
  });
  TestWriter& running = lab_.add_writer("running", 1);
  lab_.add_requester([](Requester& requester) {
    requester.up_to_prepared();
    UINT writers = 0;
    requester.base->GetWriterMetadataCount(&writers);
    EXPECT_EQ(writers, 2u);
    EXPECT_EQ(requester.snap(), VSS_S_ASYNC_FINISHED);
    EXPECT_EQ(requester.status(L"express").state, VSS_WS_STABLE);
    requester.succeed_all();
    EXPECT_EQ(requester.complete(), VSS_S_ASYNC_FINISHED);
  });
  lab_.run();
  EXPECT_EQ(running.events.back(), "BackupShutdown");
  EXPECT_EQ(lab_.lines({"WriterMetadata", "writer=express", "accepted=yes"}).size(), 1u);
  EXPECT_TRUE(lab_.lines({"writer:express"}).empty()) << "an event reached an express writer";
  const int call = lab_.at({"s0 writer:installer Register -", "hr=S_OK", "doc="});
  ASSERT_GE(call, 0);
  EXPECT_EQ(
      lab_.at({"service:vss", "ExpressWriter", "^" + std::to_string(call) + " ", "registered=yes"}),
      call + 1);
  EXPECT_EQ(lab_.lines({"writer:installer CreateMetadata -", "hr=S_OK", "usage=VSS_UT_USERDATA",
                        "name=express", "version=1.2"})
                .size(),
            1u);
}

TEST_F(Express, register_and_unregister_answer_as_documented) {
  with_writer([](IVssExpressWriter* writer) {
    EXPECT_EQ(writer->Register(), VSS_E_BAD_STATE) << "nothing was created or loaded";
    EXPECT_EQ(writer->Unregister(writer_class(7)), VSS_E_OBJECT_NOT_FOUND);
    described(writer)->Release();
    EXPECT_EQ(writer->Register(), S_OK);
    EXPECT_EQ(writer->Register(), VSS_E_OBJECT_ALREADY_EXISTS);
    EXPECT_EQ(writer->Unregister(writer_class(7)), S_OK);
    EXPECT_EQ(writer->Unregister(writer_class(7)), VSS_E_OBJECT_NOT_FOUND);
    EXPECT_EQ(writer->Register(), S_OK);
  });
  lab_.run();
}

TEST_F(Express, a_saved_document_loads_and_registers) {
  with_writer([](IVssExpressWriter* writer) {
    IVssCreateExpressWriterMetadata* metadata = described(writer);
    BSTR xml = nullptr;
    EXPECT_EQ(metadata->SaveAsXML(&xml), S_OK);
    metadata->Release();
    IVssExpressWriter* other = nullptr;
    EXPECT_EQ(CreateVssExpressWriter(&other), S_OK);
    EXPECT_EQ(other->LoadMetadata(L"<nothing/>", 0), VSS_E_INVALID_XML_DOCUMENT);
    EXPECT_EQ(other->LoadMetadata(xml, 1), E_INVALIDARG) << "reserved";
    EXPECT_EQ(other->LoadMetadata(xml, 0), S_OK);
    EXPECT_EQ(other->Register(), S_OK);
    other->Release();
    SysFreeString(xml);
  });
  lab_.run();
}

TEST_F(Express, what_a_stored_document_cannot_do_is_refused) {
  with_writer([](IVssExpressWriter* writer) {
    IVssCreateExpressWriterMetadata* none = nullptr;
    EXPECT_EQ(writer->CreateMetadata(writer_class(7), L"x", VSS_UT_OTHER, 1, 0, 0, &none),
              E_INVALIDARG);
    EXPECT_EQ(none, nullptr);
    IVssCreateExpressWriterMetadata* metadata = described(writer);
    EXPECT_EQ(metadata->SetRestoreMethod(VSS_RME_CUSTOM, nullptr, nullptr, VSS_WRE_NEVER, false),
              VSS_E_NOT_SUPPORTED);
    EXPECT_EQ(metadata->SetRestoreMethod(VSS_RME_RESTORE_IF_CAN_REPLACE, nullptr, nullptr,
                                         VSS_WRE_ALWAYS, false),
              VSS_E_NOT_SUPPORTED);
    EXPECT_EQ(metadata->SetBackupSchema(VSS_BS_INCREMENTAL), VSS_E_NOT_SUPPORTED);
    EXPECT_EQ(metadata->SetBackupSchema(VSS_BS_COPY), S_OK);
    EXPECT_EQ(metadata->AddFilesToFileGroup(nullptr, L"Files", L"C:\\x", L"*", false, L"C:\\y"),
              VSS_E_NOT_SUPPORTED);
    EXPECT_EQ(metadata->AddFilesToFileGroup(nullptr, L"Files", L"C:\\x", L"*", false, nullptr,
                                            VSS_FSBT_LOG_BACKUP_REQUIRED),
              VSS_E_NOT_SUPPORTED);
    EXPECT_EQ(metadata->AddFilesToFileGroup(nullptr, L"None", L"C:\\x", L"*", false, nullptr),
              VSS_E_OBJECT_NOT_FOUND);
    EXPECT_EQ(metadata->AddComponent(VSS_CT_FILEGROUP, nullptr, L"B", nullptr, nullptr, 0, false,
                                     false, true, false, VSS_CF_BACKUP_RECOVERY),
              VSS_E_NOT_SUPPORTED);
    EXPECT_EQ(metadata->AddComponent(VSS_CT_FILEGROUP, nullptr, L"Files", nullptr, nullptr, 0,
                                     false, false, true),
              VSS_E_OBJECT_ALREADY_EXISTS);
    metadata->Release();
  });
  lab_.run();
  const auto refused = [&](std::vector<std::string> parts) {
    parts.insert(parts.begin(), {"writer:installer", "hr=VSS_E_NOT_SUPPORTED"});
    return lab_.lines(parts).size();
  };
  EXPECT_EQ(refused({"SetRestoreMethod", "method=VSS_RME_CUSTOM"}), 1u);
  EXPECT_EQ(refused({"SetRestoreMethod", "writer_restore=VSS_WRE_ALWAYS"}), 1u);
  EXPECT_EQ(refused({"SetBackupSchema", "schema=0x00000002"}), 1u);
  EXPECT_EQ(refused({"AddFilesToFileGroup", "alternate=C:\\y"}), 1u);
  EXPECT_EQ(refused({"AddFilesToFileGroup", "backup_type=0x00000008"}), 1u);
  EXPECT_EQ(refused({"AddComponent", "flags=0x00000001"}), 1u);
  EXPECT_EQ(lab_.lines({"CreateMetadata", "hr=E_INVALIDARG", "usage=VSS_UT_OTHER"}).size(), 1u);
  EXPECT_EQ(lab_.lines({"SetRestoreMethod"}).size(), 2u) << "what succeeds shows in the document";
}

}  // namespace
}  // namespace vsslab::test
