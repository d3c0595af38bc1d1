#include "plan/step_calls.h"

#include <optional>
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace vsslab::plan {
namespace {

Step step(std::string call, std::vector<std::pair<std::string, std::string>> args = {}) {
  Step made;
  made.call = std::move(call);
  made.args = std::move(args);
  return made;
}

TEST(StepCalls, HasEveryMethodOfTheInterfacesOnce) {
  // vsbackup.h, IVssBackupComponents to Ex4, and IVssAsync.
  const std::set<std::string_view> wanted = {"GetWriterComponentsCount",
                                             "GetWriterComponents",
                                             "InitializeForBackup",
                                             "SetBackupState",
                                             "InitializeForRestore",
                                             "SetRestoreState",
                                             "GatherWriterMetadata",
                                             "GetWriterMetadataCount",
                                             "GetWriterMetadata",
                                             "FreeWriterMetadata",
                                             "AddComponent",
                                             "PrepareForBackup",
                                             "AbortBackup",
                                             "GatherWriterStatus",
                                             "GetWriterStatusCount",
                                             "FreeWriterStatus",
                                             "GetWriterStatus",
                                             "SetBackupSucceeded",
                                             "SetBackupOptions",
                                             "SetSelectedForRestore",
                                             "SetRestoreOptions",
                                             "SetAdditionalRestores",
                                             "SetPreviousBackupStamp",
                                             "SaveAsXML",
                                             "BackupComplete",
                                             "AddAlternativeLocationMapping",
                                             "AddRestoreSubcomponent",
                                             "SetFileRestoreStatus",
                                             "AddNewTarget",
                                             "SetRangesFilePath",
                                             "PreRestore",
                                             "PostRestore",
                                             "SetContext",
                                             "StartSnapshotSet",
                                             "AddToSnapshotSet",
                                             "DoSnapshotSet",
                                             "DeleteSnapshots",
                                             "ImportSnapshots",
                                             "BreakSnapshotSet",
                                             "GetSnapshotProperties",
                                             "Query",
                                             "IsVolumeSupported",
                                             "DisableWriterClasses",
                                             "EnableWriterClasses",
                                             "DisableWriterInstances",
                                             "ExposeSnapshot",
                                             "RevertToSnapshot",
                                             "QueryRevertStatus",
                                             "GetWriterMetadataEx",
                                             "SetSelectedForRestoreEx",
                                             "UnexposeSnapshot",
                                             "SetAuthoritativeRestore",
                                             "SetRollForward",
                                             "SetRestoreName",
                                             "BreakSnapshotSetEx",
                                             "PreFastRecovery",
                                             "FastRecovery",
                                             "GetWriterStatusEx",
                                             "AddSnapshotToRecoverySet",
                                             "RecoverSet",
                                             "GetSessionId",
                                             "GetRootAndLogicalPrefixPaths",
                                             "Wait",
                                             "QueryStatus",
                                             "Cancel"};
  std::set<std::string_view> seen;
  for (const CallSpec& call : step_calls()) {
    EXPECT_TRUE(seen.insert(call.name).second) << call.name;
    EXPECT_FALSE(call.meaning.empty()) << call.name;
    EXPECT_EQ(find_step_call(call.name), &call);
  }
  for (const std::string_view name : wanted) EXPECT_TRUE(seen.contains(name)) << name;
}

TEST(StepCalls, DefaultsAreOfTheirType) {
  for (const CallSpec& call : step_calls()) {
    std::set<std::string_view> names;
    for (const ArgSpec& arg : call.args) {
      EXPECT_TRUE(names.insert(arg.name).second) << call.name << " " << arg.name;
      EXPECT_FALSE(is_common_step_attribute(arg.name)) << call.name;
      EXPECT_EQ(arg.words != nullptr, arg.type == ArgType::word || arg.type == ArgType::mask);
      if (arg.required || arg.default_value.empty() || arg.default_value == "all") continue;
      Step written = step(std::string(call.name));
      for (const ArgSpec& other : call.args) {
        if (!other.required) continue;
        std::string value = "x";
        if (other.type == ArgType::number) value = "1";
        if (other.type == ArgType::duration) value = "1s";
        if (other.words != nullptr) value = other.words()[0].word;
        written.args.emplace_back(other.name, value);
      }
      written.args.emplace_back(arg.name, arg.default_value);
      const auto checked = check_step(written);
      EXPECT_TRUE(checked.has_value()) << checked.error().message;
    }
  }
}

TEST(StepCalls, RefusesUnknownNamesAndWrongValues) {
  const auto call = check_step(step("PrepareForBackupp"));
  ASSERT_FALSE(call.has_value());
  EXPECT_EQ(call.error().message, "unknown step 'PrepareForBackupp'");
  EXPECT_EQ(call.error().hint, "did you mean 'PrepareForBackup'?");

  const auto name = check_step(step("AddToSnapshotSet", {{"volumes", "C:\\"}}));
  ASSERT_FALSE(name.has_value());
  EXPECT_EQ(name.error().hint, "did you mean 'volume'?");

  const auto lacks = check_step(step("AddToSnapshotSet"));
  ASSERT_FALSE(lacks.has_value());
  EXPECT_EQ(lacks.error().message, "step AddToSnapshotSet lacks its attribute 'volume'");

  EXPECT_FALSE(check_step(step("SetBackupState", {{"components", "true"}})).has_value());
  EXPECT_FALSE(check_step(step("SetBackupState", {{"type", "FUL"}})).has_value());
  EXPECT_FALSE(check_step(step("Sleep", {{"for", "5"}})).has_value());
  EXPECT_FALSE(check_step(step("GetWriterStatus", {{"index", "one"}})).has_value());
  EXPECT_FALSE(
      check_step(step("AddToSnapshotSet", {{"volume", "C:\\"}, {"provider", "me"}})).has_value());
}

TEST(StepArgs, ReadsWrittenValuesAndDefaults) {
  const Step state = step("SetBackupState", {{"type", "VSS_BT_COPY"}, {"bootable", "yes"}});
  const StepArgs args(state);
  EXPECT_TRUE(args.flag("components"));
  EXPECT_TRUE(args.flag("bootable"));
  EXPECT_EQ(args.word("type"), 5u);
  EXPECT_TRUE(args.given("type"));
  EXPECT_FALSE(args.given("partial"));

  const Step context =
      step("SetContext", {{"context", "VSS_CTX_APP_ROLLBACK | VSS_VOLSNAP_ATTR_TRANSPORTABLE"}});
  EXPECT_EQ(StepArgs(context).word("context"), 0x29u);
  const Step odd = step("SetContext", {{"context", "0x60000"}});
  EXPECT_EQ(StepArgs(odd).word("context"), 0x60000u);

  const Step gather = step("GatherWriterMetadata", {{"timeout", "250ms"}});
  EXPECT_EQ(StepArgs(gather).duration("timeout"), std::chrono::milliseconds(250));
  const Step wait = step("Wait");
  EXPECT_EQ(StepArgs(wait).duration("timeout"), std::nullopt);

  const Step classes = step("EnableWriterClasses", {{"writers", "a b , c"}});
  EXPECT_EQ(StepArgs(classes).list("writers"), (std::vector<std::string>{"a b", "c"}));
}

TEST(StepCalls, SizesAreBytesWithAUnitOrAWord) {
  const auto size = [](std::string text) {
    Step written = step("AddDiffArea");
    written.args = {{"volume", "C:\\"}, {"storage", "D:\\"}, {"maximum", std::move(text)}};
    return check_step(written) ? std::optional(StepArgs(written).size("maximum")) : std::nullopt;
  };
  EXPECT_EQ(size("320MiB"), std::int64_t{320} << 20);
  EXPECT_EQ(size("2TiB"), std::int64_t{2} << 40);
  EXPECT_EQ(size("512B"), 512);
  EXPECT_EQ(size("17"), 17);
  EXPECT_EQ(size("unbounded"), -1);
  EXPECT_EQ(size("remove"), 0);
  for (const char* wrong : {"", "MiB", "-1", "1.5GiB", "1 GiB", "9000000TiB", "many"}) {
    EXPECT_FALSE(size(wrong).has_value()) << wrong;
  }
}

TEST(Words, EveryWordHasItsNumberAndAliasesAgree) {
  EXPECT_EQ(value_of(restore_methods(), "RESTORE_IF_CAN_REPLACE"),
            value_of(restore_methods(), "RESTORE_IF_CAN_BE_REPLACED"));
  EXPECT_EQ(word_of(writer_states(), 9), "VSS_WS_FAILED_AT_FREEZE");
  EXPECT_EQ(word_of(writer_states(), 99), "");
  EXPECT_EQ(parse_word(application_levels(), "VSS_APP_AUTO"), 0xFFFFFFFFu);
  const auto slip = parse_word(usage_types(), "USERDATA");
  ASSERT_FALSE(slip.has_value());
  EXPECT_EQ(slip.error().hint, "did you mean 'USER_DATA'?");
  EXPECT_FALSE(parse_mask(component_flags(), "VSS_CF_BACKUP_RECOVERY|").has_value());
  EXPECT_FALSE(parse_word(usage_types(), "0x").has_value());
  EXPECT_FALSE(parse_word(usage_types(), "0x1ffffffff").has_value());
}

}  // namespace
}  // namespace vsslab::plan
