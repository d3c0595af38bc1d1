// VSSW-EXPR: express writers, whose stored document takes part in their place.
//
// The calls that make such a document are journalled when they fail, with the class of the writer
// that it will be; the document is there when it is registered. What is refused is the program's
// fault, and what is taken that should be refused is the service's as well: a document that comes
// through LoadMetadata may hold what no call would have let in.
#include <fmt/format.h>

#include <set>
#include <string>
#include <string_view>

#include "rules/examples.h"
#include "rules/families.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

using metadata::WriterMetadata;

constexpr std::uint32_t kDefaultMask = 0x0F0F;  // what a caller gives who leaves the mask out
constexpr std::uint32_t kOtherTypes = 0x000E;   // VSS_FSBT_…_BACKUP_REQUIRED but FULL
constexpr std::uint32_t kRecoveryFlags = 0x3;   // VSS_CF_BACKUP_RECOVERY, APP_ROLLBACK_RECOVERY
// DIFFERENTIAL, INCREMENTAL, EXCLUSIVE_…, TIMESTAMPED, LAST_MODIFY, NEW_TARGET, RESTORE_WITH_MOVE,
// ROLLFORWARD, RENAME, AUTHORITATIVE, PARALLEL
constexpr std::uint32_t kEventSchemas =
    0x1 | 0x2 | 0x4 | 0x20 | 0x40 | 0x100 | 0x200 | 0x1000 | 0x2000 | 0x4000 | 0x8000;

// A call that makes an express writer's document, which a running writer's names no class in.
bool is_express_call(const RunView& run, const Call& call) {
  return call.kind == ActorKind::writer && run.arg(call, "writer_id").has_value() &&
         !run.arg(call, "in").has_value() && call.returned();
}

bool is_registration(const RunView& run, const Call& call) {
  return call.kind == ActorKind::writer && call.name == Ev::register_provider &&
         run.arg(call, "writer_id").has_value();
}

// What is wrong with a call, or with a document; empty: nothing.
struct Breach {
  Ev call;
  std::string (*of_call)(const RunView& run, const Call& call);
  std::string (*of_document)(const WriterMetadata& document);
};

void judge(const RunView& run, Findings& out, const Breach& breach, std::string_view expected) {
  ServiceVerdicts service(out);
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      if (call->name == breach.call && is_express_call(run, *call)) {
        const std::string what = breach.of_call(run, *call);
        if (what.empty()) continue;
        verdicts.fail(std::string(expected), fmt::format("{}: {}", mention(run, *call), what),
                      {call->seq()});
        service.expect(call->hr() == hr::not_supported, "VSS_E_NOT_SUPPORTED",
                       mention(run, *call) + ": " + hresult_name(call->hr()), {call->seq()});
      }
      if (!is_registration(run, *call) || !call->ok()) continue;
      const WriterMetadata* const document = run.writer_metadata(call->enter->document);
      if (document == nullptr) continue;
      const std::string what = breach.of_document(*document);
      verdicts.expect(what.empty(), expected, "the document has " + what, {call->seq()});
    }
  }
}

#define VSSLAB_EX_EXPRESS_ID "writer_id=d61d61c8-d73a-4eee-8cdd-f6f9786b7124"
#define VSSLAB_EX_REGISTER(attributes, method, locations)                                    \
  "1 W1 Register " VSSLAB_EX_EXPRESS_ID                                                      \
  " doc=\"<WRITER_METADATA xmlns='x-schema:#VssWriterMetadataInfo' version='1.2'" attributes \
  ">" VSSLAB_EX_IDENTIFICATION "<RESTORE_METHOD " method                                     \
  " rebootRequired='no'/>"                                                                   \
  "<BACKUP_LOCATIONS>" locations "</BACKUP_LOCATIONS></WRITER_METADATA>\"\n"
#define VSSLAB_EX_SOUND_METHOD "method='RESTORE_IF_CAN_BE_REPLACED' writerRestore='never'"
#define VSSLAB_EX_SOUND_EXPRESS                  \
  VSSLAB_EX_REGISTER("", VSSLAB_EX_SOUND_METHOD, \
                     VSSLAB_EX_GROUP("componentName='Files'", VSSLAB_EX_FILES("C:\\\\data", "*")))

// An express writer only registers metadata; it gets no events, so its writerRestore must be NEVER.
constexpr Breach kEventsInRestore{
    Ev::set_restore_method,
    [](const RunView& run, const Call& call) {
      const std::string_view when = run.arg(call, "writer_restore").value_or("VSS_WRE_NEVER");
      return when == "VSS_WRE_NEVER" ? std::string() : std::string(when);
    },
    [](const WriterMetadata& document) {
      const auto& method = document.restore_method;
      return !method || method->writer_restore == metadata::WriterRestore::never
                 ? std::string()
                 : std::string("a restore method with a writer's part in it");
    }};

constinit const Rule kNoEvents{
    {.id = "VSSW-EXPR-001",
     .slug = "express-writer-takes-no-part",
     .level = Level::must,
     .title = "An express writer's restore method has VSS_WRE_NEVER, since no event reaches it.",
     .source = "nf-vswriter-ivsscreatewritermetadata-setrestoremethod.md",
     .cause = "The description of a running writer was taken over.",
     .next_step = "Use VSS_WRE_NEVER, or make it a writer that subscribes.",
     .fails_on = "1 W1 SetRestoreMethod method=VSS_RME_RESTORE_IF_CAN_REPLACE "
                 "writer_restore=VSS_WRE_ALWAYS hr=VSS_E_NOT_SUPPORTED " VSSLAB_EX_EXPRESS_ID,
     .passes_on = VSSLAB_EX_SOUND_EXPRESS},
    [](const RunView& run, Findings& out) {
      judge(run, out, kEventsInRestore, "a restore method without a writer's part in it");
    }};

bool needs_a_writer(std::string_view method) {
  return method == "VSS_RME_RESTORE_TO_ALTERNATE_LOCATION" || method == "VSS_RME_CUSTOM";
}

constexpr Breach kRefusedMethods{
    Ev::set_restore_method,
    [](const RunView& run, const Call& call) {
      const std::string_view method = run.arg(call, "method").value_or("");
      return needs_a_writer(method) ? std::string(method) : std::string();
    },
    [](const WriterMetadata& document) {
      const auto& method = document.restore_method;
      if (!method) return std::string();
      if (method->method == metadata::RestoreMethodType::custom) {
        return std::string("the restore method CUSTOM");
      }
      const bool elsewhere =
          method->method == metadata::RestoreMethodType::restore_to_alternate_location;
      return std::string(elsewhere ? "the restore method RESTORE_TO_ALTERNATE_LOCATION" : "");
    }};

constinit const Rule kMethods{
    {.id = "VSSW-EXPR-002",
     .slug = "express-restore-methods",
     .level = Level::must,
     .title = "An express writer's restore method is neither CUSTOM nor "
              "RESTORE_TO_ALTERNATE_LOCATION, which VSS refuses.",
     .source = "ne-vswriter-vss_restoremethod_enum.md",
     .cause = "The restore needs a program that runs, and an express writer has none.",
     .next_step = "Use a method by which a requester can restore the files alone.",
     .fails_on = "1 W1 SetRestoreMethod method=VSS_RME_CUSTOM writer_restore=VSS_WRE_NEVER "
                 "hr=VSS_E_NOT_SUPPORTED " VSSLAB_EX_EXPRESS_ID,
     .passes_on = VSSLAB_EX_SOUND_EXPRESS},
    [](const RunView& run, Findings& out) {
      judge(run, out, kRefusedMethods, "a restore method that needs no writer");
    }};

std::string refused_files(std::string_view alternate, std::uint32_t mask) {
  if (!alternate.empty()) return fmt::format("the alternate path {}", alternate);
  if (mask == kDefaultMask || (mask & kOtherTypes) == 0) return {};
  return fmt::format("the backup types {:#x}", mask & kOtherTypes);
}

constexpr Breach kRefusedFiles{
    Ev::add_files_to_file_group,
    [](const RunView& run, const Call& call) {
      return refused_files(run.arg(call, "alternate").value_or(""),
                           run.arg_mask(call, "backup_type").value_or(kDefaultMask));
    },
    [](const WriterMetadata& document) {
      for (const metadata::Component& component : document.components) {
        for (const metadata::FileSet& set : component.files) {
          std::string what = refused_files(set.alternate_path, set.backup_type);
          if (!what.empty()) return what;
        }
      }
      return std::string();
    }};

constinit const Rule kFiles{
    {.id = "VSSW-EXPR-003",
     .slug = "express-file-sets",
     .level = Level::must,
     .title = "An express writer's file sets have no alternate path and no part in differential, "
              "incremental or log backups, which VSS refuses.",
     .source = "nf-vswriter-ivsscreatewritermetadata-addfilestofilegroup.md",
     .cause = "Nobody runs who could put files at an alternate path or tell what has changed.",
     .next_step = "Leave the alternate path and the mask out.",
     .fails_on = "1 W1 AddFilesToFileGroup component=Files file_path=C:\\data filespec=* "
                 "alternate=C:\\elsewhere backup_type=0xf0f "
                 "hr=VSS_E_NOT_SUPPORTED " VSSLAB_EX_EXPRESS_ID,
     .passes_on = VSSLAB_EX_SOUND_EXPRESS},
    [](const RunView& run, Findings& out) {
      judge(run, out, kRefusedFiles, "file sets at their own path, for full backups");
    }};

std::string refused_schema(std::uint32_t schema) {
  const std::uint32_t refused = schema & kEventSchemas;
  return refused == 0 ? std::string() : fmt::format("the backup schema {:#x}", refused);
}

constexpr Breach kRefusedSchema{
    Ev::set_backup_schema,
    [](const RunView& run, const Call& call) {
      return refused_schema(run.arg_mask(call, "schema").value_or(0));
    },
    [](const WriterMetadata& document) { return refused_schema(document.backup_schema); }};

constinit const Rule kSchema{
    {.id = "VSSW-EXPR-004",
     .slug = "express-backup-schema",
     .level = Level::must,
     .title = "An express writer's backup schema names nothing for which a writer has to run; VSS "
              "refuses it.",
     .source = "ne-vss-vss_backup_schema.md",
     .cause = "The schema of a running writer was taken over.",
     .next_step = "Leave SetBackupSchema out, or name what the page allows express writers.",
     .fails_on = "1 W1 SetBackupSchema schema=0x1 hr=VSS_E_NOT_SUPPORTED " VSSLAB_EX_EXPRESS_ID,
     .passes_on = VSSLAB_EX_SOUND_EXPRESS},
    [](const RunView& run, Findings& out) {
      judge(run, out, kRefusedSchema, "a schema that needs no writer");
    }};

std::string refused_flags(std::uint32_t flags) {
  const std::uint32_t refused = flags & kRecoveryFlags;
  return refused == 0 ? std::string() : fmt::format("the component flags {:#x}", refused);
}

constexpr Breach kRefusedFlags{Ev::add_component,
                               [](const RunView& run, const Call& call) {
                                 return refused_flags(run.arg_mask(call, "flags").value_or(0));
                               },
                               [](const WriterMetadata& document) {
                                 for (const metadata::Component& component : document.components) {
                                   std::string what = refused_flags(component.flags);
                                   if (!what.empty()) return what;
                                 }
                                 return std::string();
                               }};

constinit const Rule kFlags{
    {.id = "VSSW-EXPR-005",
     .slug = "express-component-flags",
     .level = Level::must,
     .title = "An express writer's components have neither VSS_CF_BACKUP_RECOVERY nor "
              "VSS_CF_APP_ROLLBACK_RECOVERY, which VSS refuses.",
     .source = "ne-vswriter-vss_component_flags.md",
     .cause = "Recovery on the shadow copy is a writer's work in PostSnapshot, and none runs.",
     .next_step = "Leave the flags out, or make it a writer that subscribes.",
     .fails_on = "1 W1 AddComponent component=Files flags=0x1 "
                 "hr=VSS_E_NOT_SUPPORTED " VSSLAB_EX_EXPRESS_ID,
     .passes_on = VSSLAB_EX_SOUND_EXPRESS},
    [](const RunView& run, Findings& out) {
      judge(run, out, kRefusedFlags, "components without recovery flags");
    }};

// Usage type is 1, 2 or 3 (OTHER is refused).
void check_usage(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      if (call->name != Ev::create_metadata) continue;
      const std::string_view usage = run.arg(*call, "usage").value_or("");
      const bool allowed = usage == "VSS_UT_BOOTABLESYSTEMSTATE" ||
                           usage == "VSS_UT_SYSTEMSERVICE" || usage == "VSS_UT_USERDATA";
      verdicts.expect(allowed,
                      "VSS_UT_BOOTABLESYSTEMSTATE, VSS_UT_SYSTEMSERVICE or VSS_UT_USERDATA", usage,
                      {call->seq()});
      if (allowed) continue;
      service.expect(call->refused(), "a refusal",
                     mention(run, *call) + ": " + hresult_name(call->hr()), {call->seq()});
    }
  }
}

constinit const Rule kUsage{
    {.id = "VSSW-EXPR-008",
     .slug = "express-usage-type",
     .level = Level::must,
     .title = "An express writer's usage is bootable system state, system service or user data.",
     .source = "nf-vswriter-ivssexpresswriter-createmetadata.md",
     .cause = "VSS_UT_OTHER, which running writers may have, was taken over.",
     .next_step = "Use VSS_UT_USERDATA for an application's data.",
     .fails_on = "1 W1 CreateMetadata usage=VSS_UT_OTHER hr=E_INVALIDARG " VSSLAB_EX_EXPRESS_ID,
     .passes_on = "1 W1 CreateMetadata usage=VSS_UT_USERDATA " VSSLAB_EX_EXPRESS_ID},
    check_usage};

// The documents that are stored, as the calls that succeeded tell.
template <class Look>
void for_each_store_call(const RunView& run, Findings& out, Look look) {
  std::set<std::string> stored;     // class ids
  std::set<std::string_view> made;  // programs that have a document to register
  ServiceVerdicts service(out);
  for (const Call* call : run.calls()) {
    if (call->kind != ActorKind::writer) continue;
    const bool makes = call->name == Ev::create_metadata || call->name == Ev::load_metadata;
    const bool comes = call->name == Ev::register_provider;
    const bool goes = call->name == Ev::unregister_provider;
    if (!makes && !comes && !goes) continue;
    const std::string_view program = run.actor_name(*call);
    const std::string id = guid_text(run.arg(*call, "writer_id").value_or(""));
    if (makes && call->ok()) made.insert(program);
    if (comes || goes) {
      Verdicts verdicts(out, program);
      look(*call, made.contains(program), stored.contains(id), verdicts, service);
    }
    if (comes && call->ok()) stored.insert(id);
    if (goes && call->ok()) stored.erase(id);
  }
}

// Register needs CreateMetadata or LoadMetadata first; a writer already stored gives
// VSS_E_OBJECT_ALREADY_EXISTS.
void check_register(const RunView& run, Findings& out) {
  for_each_store_call(
      run, out,
      [&](const Call& call, bool made, bool stored, Verdicts& verdicts, ServiceVerdicts& service) {
        if (call.name != Ev::register_provider) return;
        verdicts.saw();
        if (!made) {
          verdicts.fail("CreateMetadata or LoadMetadata before Register",
                        mention(run, call) + " has no document", {call.seq()});
          service.expect(call.refused(), "a refusal", mention(run, call) + ": S_OK", {call.seq()});
        } else if (stored) {
          verdicts.fail("Register of a writer that is not stored yet",
                        mention(run, call) + " came when it was", {call.seq()});
          service.expect(call.hr() == hr::object_already_exists, "VSS_E_OBJECT_ALREADY_EXISTS",
                         mention(run, call) + ": " + hresult_name(call.hr()), {call.seq()});
        }
      });
}

constinit const Rule kRegister{
    {.id = "VSSW-EXPR-009",
     .slug = "register-a-new-document",
     .level = Level::must,
     .title = "Register follows CreateMetadata or LoadMetadata, for a writer that is not stored "
              "yet; VSS answers VSS_E_OBJECT_ALREADY_EXISTS when it is.",
     .source = "nf-vswriter-ivssexpresswriter-register.md",
     .cause = "A set-up program runs a second time, or registers before it has described anything.",
     .next_step = "Call Unregister before Register when the description may be there already.",
     .fails_on = "1 W1 CreateMetadata usage=VSS_UT_USERDATA " VSSLAB_EX_EXPRESS_ID
                 "  2 W1 Register " VSSLAB_EX_EXPRESS_ID "  3 W1 Register " VSSLAB_EX_EXPRESS_ID
                 " hr=VSS_E_OBJECT_ALREADY_EXISTS",
     .passes_on = "1 W1 CreateMetadata usage=VSS_UT_USERDATA " VSSLAB_EX_EXPRESS_ID
                  "  2 W1 Register " VSSLAB_EX_EXPRESS_ID},
    check_register};

// Unregister of an unknown writer id gives VSS_E_OBJECT_NOT_FOUND.
void check_unregister(const RunView& run, Findings& out) {
  for_each_store_call(
      run, out,
      [&](const Call& call, bool, bool stored, Verdicts& verdicts, ServiceVerdicts& service) {
        if (call.name != Ev::unregister_provider) return;
        verdicts.saw();
        if (stored) return;
        // A set-up program may well ask for it, to be sure that nothing is left.
        service.expect(call.hr() == hr::object_not_found, "VSS_E_OBJECT_NOT_FOUND",
                       mention(run, call) + ": " + hresult_name(call.hr()), {call.seq()});
      });
}

constinit const Rule kUnregister{
    {.id = "VSSW-EXPR-011",
     .slug = "unregister-unknown",
     .level = Level::must,
     .title = "Unregister of a writer that is not stored gives VSS_E_OBJECT_NOT_FOUND.",
     .source = "nf-vswriter-ivssexpresswriter-unregister.md",
     .cause = "VSS claims to have taken away what it never had.",
     .next_step = "Compare the class id with that of Register.",
     .fails_on = "1 W1 Unregister hr=S_OK " VSSLAB_EX_EXPRESS_ID,
     .passes_on = "1 W1 Unregister hr=VSS_E_OBJECT_NOT_FOUND " VSSLAB_EX_EXPRESS_ID},
    check_unregister};

}  // namespace

RuleSpan writer_express_rules() {
  static constexpr const Rule* kRules[] = {&kNoEvents, &kMethods, &kFiles,    &kSchema,
                                           &kFlags,    &kUsage,   &kRegister, &kUnregister};
  return kRules;
}

}  // namespace vsslab::rules
