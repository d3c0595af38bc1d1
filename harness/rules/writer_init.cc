// VSSW-INIT, VSSW-SEC: how a writer starts, subscribes and shields VSS from its exceptions.
#include <fmt/format.h>

#include <map>

#include "rules/families.h"
#include "rules/outcome.h"
#include "rules/support.h"
#include "rules/templates.h"

namespace vsslab::rules {
namespace {

bool is_initialize(const Call& call) {
  return call.name == Ev::initialize || call.name == Ev::initialize_ex;
}

// Initialize, or InitializeEx, has to succeed before Subscribe.
void check_initialize_first(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    bool initialized = false;
    for (const Call* call : writer.calls) {
      if (is_initialize(*call)) initialized |= call->hr() == hr::ok;
      if (call->name == Ev::uninitialize || call->name == Ev::process_exit) initialized = false;
      if (call->name != Ev::subscribe) continue;
      verdicts.expect(initialized, "Initialize returns S_OK before Subscribe is called",
                      "Subscribe without it", {call->seq()});
    }
  }
}

constexpr Rule kInitializeFirst{
    {.id = "VSSW-INIT-001",
     .slug = "initialize-before-subscribe",
     .level = Level::must,
     .title = "A writer's Initialize succeeds before it calls Subscribe.",
     .source = "nf-vswriter-cvsswriter-initialize.md, writer-metadata-document-life-cycle.md",
     .cause =
         "The result of Initialize was not looked at, or the two calls are in the wrong order.",
     .next_step = "Call Initialize, check for S_OK, then Subscribe.",
     .fails_on = "0 W1 Initialize hr=E_INVALIDARG  0 W1 Subscribe mask=0x6",
     .passes_on = "0 W1 Initialize hr=S_OK  0 W1 Subscribe mask=0x6"},
    check_initialize_first};

// S_FALSE from Initialize means that the writer infrastructure is not active (safe mode, set-up)
// and that the writer is not initialised.
void check_s_false(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    const Call* inactive = nullptr;
    for (const Call* call : writer.calls) {
      if (is_initialize(*call)) {
        inactive = call->hr() == hr::s_false ? call : nullptr;
        if (inactive != nullptr) verdicts.saw();
      } else if (inactive != nullptr &&
                 (call->name == Ev::subscribe || is_writer_handler(call->name))) {
        verdicts.fail("nothing after Initialize returned S_FALSE", mention(run, *call),
                      {inactive->seq(), call->seq()});
        break;
      }
    }
  }
}

constexpr Rule kSFalseIsInactive{
    {.id = "VSSW-INIT-002",
     .slug = "s-false-is-inactive",
     .level = Level::must,
     .title = "A writer whose Initialize returned S_FALSE neither subscribes nor handles events.",
     .source = "nf-vswriter-cvsswriter-initialize.md",
     .cause = "S_FALSE counts as success in SUCCEEDED(hr), so the writer went on.",
     .next_step = "Compare the result of Initialize with S_OK.",
     .fails_on = "0 W1 Initialize hr=S_FALSE  0 W1 Subscribe mask=0x6",
     .passes_on = "0 W1 Initialize hr=S_FALSE"},
    check_s_false};

// The UNDEFINED members of usage and source type mean an error of the writer.
void check_usage_and_source(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      if (!is_initialize(*call)) continue;
      const auto usage = run.arg(*call, "usage"), source = run.arg(*call, "source");
      if (usage) {
        verdicts.expect(usage->starts_with("VSS_UT_") && *usage != "VSS_UT_UNDEFINED",
                        "one of the four usage types", *usage, {call->seq()});
      }
      if (source) {
        verdicts.expect(source->starts_with("VSS_ST_") && *source != "VSS_ST_UNDEFINED",
                        "one of the three source types", *source, {call->seq()});
      }
    }
  }
}

constexpr Rule kUsageDefined{
    {.id = "VSSW-INIT-003",
     .slug = "usage-and-source-defined",
     .level = Level::must,
     .title = "A writer's usage type and source type are defined ones.",
     .source = "nf-vswriter-cvsswriter-initialize.md, ne-vswriter-vss_usage_type.md, "
               "ne-vswriter-vss_source_type.md",
     .cause = "A value-initialised variable was handed to Initialize: zero is UNDEFINED.",
     .next_step = "Name the usage and source type that describe the writer's data.",
     .fails_on = "0 W1 Initialize usage=VSS_UT_UNDEFINED source=VSS_ST_OTHER",
     .passes_on = "0 W1 Initialize usage=VSS_UT_USERDATA source=VSS_ST_OTHER"},
    check_usage_and_source};

// The application level defaults to front-end; UNKNOWN marks an error and AUTO is reserved.
void check_level(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      const auto level = run.arg(*call, "level");
      if (!is_initialize(*call) || !level) continue;
      verdicts.expect(*level == "VSS_APP_SYSTEM" || *level == "VSS_APP_BACK_END" ||
                          *level == "VSS_APP_FRONT_END" || *level == "VSS_APP_SYSTEM_RM",
                      "a level that says when to freeze", *level, {call->seq()});
    }
  }
}

constexpr Rule kLevelDefined{
    {.id = "VSSW-INIT-004",
     .slug = "level-defined",
     .level = Level::must,
     .title = "A writer's application level is neither unknown nor the reserved AUTO.",
     .source = "nf-vswriter-cvsswriter-initialize.md, ne-vss-vss_application_level.md",
     .cause = "VSS_APP_UNKNOWN or VSS_APP_AUTO was handed to Initialize.",
     .next_step = "Leave the argument out (front end), or say VSS_APP_BACK_END or VSS_APP_SYSTEM.",
     .fails_on = "0 W1 Initialize level=VSS_APP_AUTO",
     .passes_on = "0 W1 Initialize level=VSS_APP_BACK_END"},
    check_level};

// The freeze time-out is in milliseconds. The pages give no least value; what is below a second can
// only have been meant in seconds, for no copy is made in that time.
void check_time_out_unit(const RunView& run, Findings& out) {
  constexpr Duration kLeast = std::chrono::seconds(1);
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      const auto limit = run.arg_duration(*call, "timeout");
      if (!is_initialize(*call) || !limit) continue;
      verdicts.expect(*limit >= kLeast, "a freeze time-out of a second or more, in milliseconds",
                      fmt::format("{} ms", *limit / std::chrono::milliseconds(1)), {call->seq()});
    }
  }
}

constexpr Rule kTimeOutUnit{
    {.id = "VSSW-INIT-005",
     .slug = "freeze-time-out-in-milliseconds",
     .level = Level::should,
     .title = "A writer gives its freeze time-out in milliseconds.",
     .source = "nf-vswriter-cvsswriter-initialize.md",
     .cause = "The number of seconds was handed to Initialize.",
     .next_step = "Multiply by 1000, or leave the argument out: it is 60000 then.",
     .fails_on = "0 W1 Initialize timeout=0.060000000",
     .passes_on = "0 W1 Initialize timeout=60.000000000"},
    check_time_out_unit};

// The alternate-writer argument stays VSS_AWS_NO_ALTERNATE_WRITER, the throttling argument false.
void check_reserved(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      if (!is_initialize(*call)) continue;
      if (const auto alternate = run.arg(*call, "alternate")) {
        verdicts.expect(*alternate == "VSS_AWS_NO_ALTERNATE_WRITER", "VSS_AWS_NO_ALTERNATE_WRITER",
                        *alternate, {call->seq()});
      }
      if (const auto throttling = run.arg(*call, "throttling")) {
        verdicts.expect(*throttling == "no", "no I/O throttling (reserved)", "throttling is on",
                        {call->seq()});
      }
    }
  }
}

constexpr Rule kReservedArguments{
    {.id = "VSSW-INIT-006",
     .slug = "reserved-arguments",
     .level = Level::must,
     .title = "A writer leaves the reserved arguments of Initialize at their defaults.",
     .source = "nf-vswriter-cvsswriter-initialize.md, ne-vswriter-vss_alternate_writer_state.md",
     .cause = "The alternate-writer state or the throttling flag was set; VSS has no use for them.",
     .next_step = "Pass VSS_AWS_NO_ALTERNATE_WRITER and false, or leave both out.",
     .fails_on = "0 W1 Initialize alternate=VSS_AWS_THIS_IS_ALTERNATE_WRITER throttling=no",
     .passes_on = "0 W1 Initialize alternate=VSS_AWS_NO_ALTERNATE_WRITER throttling=no"},
    check_reserved};

// Whether the writer wants restore events; nothing when no document of it says so.
std::optional<bool> wants_restore_events(const RunView& run, const WriterInfo& writer) {
  for (const std::uint32_t index : writer.sessions) {
    const auto* document = document_of(run, run.participations()[index]);
    if (document == nullptr || !document->restore_method) continue;
    return document->restore_method->writer_restore != metadata::WriterRestore::never;
  }
  return std::nullopt;
}

// A class that runs several instances and wants restore events gives each a name of its own.
void check_instance_names(const RunView& run, Findings& out) {
  std::map<std::string, std::vector<const WriterInfo*>> classes;
  for (const WriterInfo& writer : run.writers()) {
    if (!writer.writer_id.empty()) classes[guid_text(writer.writer_id)].push_back(&writer);
  }
  for (const auto& [id, writers] : classes) {
    std::map<std::string_view, const WriterInfo*> names;
    for (const WriterInfo* writer : writers) {
      Verdicts verdicts(out, writer->name);
      if (writers.size() < 2 || !wants_restore_events(run, *writer).value_or(false)) continue;
      const std::string_view name = run.arg(*writer->initialize, "instance_name").value_or("");
      const auto [known, fresh] = names.emplace(name, writer);
      verdicts.expect(!name.empty(), "an instance name", "none", {writer->initialize->seq()});
      if (name.empty() || fresh) continue;
      verdicts.fail("an instance name of its own",
                    fmt::format("'{}', as {} has", name, known->second->name),
                    {known->second->initialize->seq(), writer->initialize->seq()});
    }
  }
}

constexpr Rule kInstanceNames{
    {.id = "VSSW-INIT-007",
     .slug = "instance-names-differ",
     .level = Level::must,
     .title = "Instances of one writer class that want restore events have names of their own.",
     .source = "nf-vswriter-cvsswriter-initialize.md, writer-backup-schema-support.md",
     .cause = "Several instances of the class run and Initialize was given no instance name, so a "
              "restore cannot tell them apart.",
     .next_step = "Pass a persistent name per instance as wszWriterInstanceName.",
     .fails_on =
         "0 W1 Initialize writer_id=5affb034-969f-4919-8875-88f830d0ef89 instance_name=a\n"
         "0 W2 Initialize writer_id=5affb034-969f-4919-8875-88f830d0ef89 instance_name=a\n"
         "1 C WriterMetadata writer=W1 doc=\"<WRITER_METADATA "
         "xmlns='x-schema:#VssWriterMetadataInfo' version='1.2'><IDENTIFICATION "
         "writerId='5affb034-969f-4919-8875-88f830d0ef89' "
         "instanceId='11111111-969f-4919-8875-88f830d0ef89' friendlyName='a' usage='USER_DATA' "
         "dataSource='OTHER'/><RESTORE_METHOD method='RESTORE_IF_CAN_BE_REPLACED' "
         "writerRestore='always' rebootRequired='no'/><BACKUP_LOCATIONS/></WRITER_METADATA>\"\n"
         "1 C WriterMetadata writer=W2 doc=\"<WRITER_METADATA "
         "xmlns='x-schema:#VssWriterMetadataInfo' version='1.2'><IDENTIFICATION "
         "writerId='5affb034-969f-4919-8875-88f830d0ef89' "
         "instanceId='22222222-969f-4919-8875-88f830d0ef89' friendlyName='a' usage='USER_DATA' "
         "dataSource='OTHER'/><RESTORE_METHOD method='RESTORE_IF_CAN_BE_REPLACED' "
         "writerRestore='always' rebootRequired='no'/><BACKUP_LOCATIONS/></WRITER_METADATA>\"",
     .passes_on =
         "0 W1 Initialize writer_id=5affb034-969f-4919-8875-88f830d0ef89 instance_name=a\n"
         "0 W2 Initialize writer_id=5affb034-969f-4919-8875-88f830d0ef89 instance_name=b\n"
         "1 C WriterMetadata writer=W2 doc=\"<WRITER_METADATA "
         "xmlns='x-schema:#VssWriterMetadataInfo' version='1.2'><IDENTIFICATION "
         "writerId='5affb034-969f-4919-8875-88f830d0ef89' "
         "instanceId='22222222-969f-4919-8875-88f830d0ef89' friendlyName='a' usage='USER_DATA' "
         "dataSource='OTHER'/><RESTORE_METHOD method='RESTORE_IF_CAN_BE_REPLACED' "
         "writerRestore='always' rebootRequired='no'/><BACKUP_LOCATIONS/></WRITER_METADATA>\""},
    check_instance_names};

// Each start of a writer gets a fresh instance id from VSS. A few of Windows' own have the same one
// on every machine, in use once.
void check_instance_ids(const RunView& run, Findings& out) {
  std::map<std::string, const Call*> known;
  Verdicts verdicts(out, kService);
  std::size_t starts = 0;
  for (const WriterInfo& writer : run.writers()) {
    for (const Call* call : writer.calls) {
      const auto id = run.arg(*call, "instance");
      if (!is_initialize(*call) || !id || id->empty() || call->hr() != hr::ok) continue;
      if (++starts == 2) verdicts.saw();
      const auto [first, fresh] = known.emplace(guid_text(*id), call);
      if (fresh) continue;
      const bool own = first->second->writer == call->writer;
      if (own && run.arg(*call, "instance_kept") == "true") continue;
      verdicts.fail(
          "a new instance id for each start of a writer",
          fmt::format("{} got that of {}", mention(run, *call), mention(run, *first->second)),
          {first->second->seq(), call->seq()});
    }
  }
}

constexpr Rule kFreshInstanceIds{
    {.id = "VSSW-INIT-008",
     .slug = "fresh-instance-ids",
     .level = Level::must,
     .title = "No two starts of writers get the same instance id.",
     .source = "vssgloss-w.md, writer-metadata-document-contents.md",
     .cause = "The instance id was kept from an earlier start or copied from another writer.",
     .next_step = "Let VSS make the id at Initialize, and store nothing under it.",
     .fails_on = "0 W1 Initialize instance=11111111-969f-4919-8875-88f830d0ef89\n"
                 "0 W2 Initialize instance=11111111-969f-4919-8875-88f830d0ef89",
     .passes_on = "0 W1 Initialize instance=11111111-969f-4919-8875-88f830d0ef89\n"
                  "0 W2 Initialize instance=22222222-969f-4919-8875-88f830d0ef89"},
    check_instance_ids};

// Subscribe may be called once; a second call returns VSS_E_WRITER_ALREADY_SUBSCRIBED.
void check_subscribe_once(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    const Call* subscribed = nullptr;
    for (const Call* call : writer.calls) {
      if (call->name == Ev::unsubscribe || call->name == Ev::uninitialize ||
          call->name == Ev::process_exit) {
        subscribed = nullptr;
      }
      if (call->name != Ev::subscribe) continue;
      if (subscribed == nullptr) {
        verdicts.saw();
        if (call->ok()) subscribed = call;
        continue;
      }
      verdicts.fail("one Subscribe", fmt::format("{} again", mention(run, *call)),
                    {subscribed->seq(), call->seq()});
      Verdicts service(out, kService);
      service.expect(call->hr() == hr::writer_already_subscribed, "VSS_E_WRITER_ALREADY_SUBSCRIBED",
                     hresult_name(call->hr()), {call->seq()});
    }
  }
}

constexpr Rule kSubscribeOnce{
    {.id = "VSSW-INIT-009",
     .slug = "subscribe-once",
     .level = Level::must,
     .title = "A writer calls Subscribe once, and VSS refuses a second call.",
     .source = "nf-vswriter-cvsswriter-subscribe.md",
     .cause = "Start-up code runs twice, or a restart path forgets Unsubscribe.",
     .next_step = "Subscribe once per writer object; call Unsubscribe before subscribing again.",
     .fails_on = "0 W1 Subscribe mask=0x6  1 W1 Subscribe mask=0x6 "
                 "hr=VSS_E_WRITER_ALREADY_SUBSCRIBED",
     .passes_on = "0 W1 Subscribe mask=0x6  1 W1 Unsubscribe  2 W1 Subscribe mask=0x6"},
    check_subscribe_once};

// The only supported mask is BACKUP_EVENTS or-ed with RESTORE_EVENTS.
void check_mask(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      const auto mask = run.arg_mask(*call, "mask");
      if (call->name != Ev::subscribe || !mask) continue;
      verdicts.saw();
      if (*mask == 0x6) continue;
      verdicts.fail("VSS_SM_BACKUP_EVENTS_FLAG | VSS_SM_RESTORE_EVENTS_FLAG (0x6)",
                    fmt::format("{:#x}", *mask), {call->seq()});
    }
  }
}

constexpr Rule kSubscribeMask{
    {.id = "VSSW-INIT-010",
     .slug = "subscribe-mask",
     .level = Level::must,
     .title = "A writer subscribes to backup and restore events together and to nothing else.",
     .source = "ne-vswriter-vss_subscribe_mask.md",
     .cause = "One of the two flags was left out, or a reserved flag was added.",
     .next_step = "Leave the mask out, or pass both flags.",
     .fails_on = "0 W1 Subscribe mask=0x2",
     .passes_on = "0 W1 Subscribe mask=0x6"},
    check_mask};

// A writer uses Initialize or InitializeEx, not both, and once.
void check_one_initialize(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    const Call* plain = writer.calls.first(Ev::initialize);
    const Call* extended = writer.calls.first(Ev::initialize_ex);
    if (plain == nullptr && extended == nullptr) continue;
    verdicts.saw();
    if (plain != nullptr && extended != nullptr) {
      verdicts.fail("Initialize or InitializeEx", "both", {plain->seq(), extended->seq()});
    }
    const Call* good = nullptr;  // until the writer leaves
    for (const Call* call : writer.calls) {
      if (call->name == Ev::uninitialize || call->name == Ev::unsubscribe ||
          call->name == Ev::process_exit) {
        good = nullptr;
      }
      if (!is_initialize(*call)) continue;
      if (good != nullptr && call->hr() == hr::bad_state) {
        verdicts.fail("Initialize once", fmt::format("{} again", mention(run, *call)),
                      {good->seq(), call->seq()});
      }
      if (call->hr() == hr::ok) good = call;
    }
  }
}

constexpr Rule kOneInitialize{
    {.id = "VSSW-INIT-013",
     .slug = "one-initialize",
     .level = Level::must,
     .title = "A writer calls Initialize or InitializeEx, not both, and once.",
     .source = "nf-vswriter-cvsswriterex-initializeex.md, nf-vswriter-cvsswriterex-onidentifyex.md",
     .cause = "A class was moved from CVssWriter to CVssWriterEx and kept its old start-up code.",
     .next_step = "Call InitializeEx alone when the writer derives from CVssWriterEx.",
     .fails_on = "0 W1 Initialize  0 W1 InitializeEx",
     .passes_on = "0 W1 InitializeEx"},
    check_one_initialize};

// Handlers never let an exception escape.
void check_no_exception(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    for (const Call* call : writer.calls) {
      if (!is_writer_handler(call->name) || !call->returned()) continue;
      verdicts.saw();
      const auto exception = run.arg(*call, "exception");
      if (!exception) continue;
      verdicts.fail("handlers catch their exceptions",
                    fmt::format("{} let one escape: {}", mention(run, *call), *exception),
                    {call->seq(), call->leave->seq});
    }
  }
}

constexpr Rule kNoException{
    {.id = "VSSW-SEC-005",
     .slug = "no-exception-escapes",
     .level = Level::must,
     .title = "No exception leaves a writer's event handler.",
     .source = "nf-vswriter-cvsswriter-onidentify.md, nf-vswriter-cvsswriter-onfreeze.md and every "
               "other handler page",
     .cause = "The handler calls code that throws and has no catch block around it.",
     .next_step = "Catch everything in the handler, call SetWriterFailure and return false.",
     .fails_on = "1 W1 Freeze enter  2 W1 Freeze leave exception=std::bad_alloc",
     .passes_on = "1 W1 Freeze enter  2 W1 Freeze leave ret=false"},
    check_no_exception};

}  // namespace

RuleSpan writer_init_rules() {
  static constexpr const Rule* kRules[] = {
      &kInitializeFirst, &kSFalseIsInactive,  &kUsageDefined,  &kLevelDefined,
      &kTimeOutUnit,     &kReservedArguments, &kInstanceNames, &kFreshInstanceIds,
      &kSubscribeOnce,   &kSubscribeMask,     &kOneInitialize, &kNoException,
  };
  return kRules;
}

}  // namespace vsslab::rules
