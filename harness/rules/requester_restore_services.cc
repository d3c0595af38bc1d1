// Requester: restore methods that stop a service or wait for a restart (spec: rules 2.14).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "journal/complaint.h"
#include "rules/families.h"
#include "rules/restore_examples.h"
#include "rules/restored_files.h"
#include "rules/support.h"

namespace vsslab::rules {
namespace {

using Method = metadata::RestoreMethodType;

// What each requester asked of services, in order. Once its object is gone that belongs to no
// session.
using ServiceCalls = std::map<std::pair<ActorId, std::string>, std::vector<const Call*>>;

ServiceCalls service_calls_of(const RunView& run) {
  ServiceCalls all;
  for (const Call* call : run.all(Ev::service_control)) {
    if (call->kind != ActorKind::requester) continue;
    all[{call->enter->actor, lower(run.arg(*call, "service").value_or(""))}].push_back(call);
  }
  return all;
}

struct Restart {
  const Call* stop = nullptr;   // after PostRestore; the attempt counts
  const Call* start = nullptr;  // after that
};

void judge_restart(const RunView& run, const RestoreView& restore,
                   const RestoredComponent& component, const std::vector<const Call*>& calls,
                   Verdicts& verdicts) {
  const std::string& service = component.document().restore_method->service;
  const auto end = over(run, *restore.post);
  if (!end) return;
  Restart restart;
  for (const Call* call : calls) {
    const bool stop = run.arg_is(*call, "control", "stop");
    if (call->seq() > restore.pre->seq() && call->seq() < end->seq && stop && call->ok()) {
      verdicts.fail(fmt::format("service '{}' left running until PostRestore is over", service),
                    "it was stopped before", {restore.pre->seq(), call->seq(), end->seq});
      return;
    }
    if (call->seq() < end->seq) continue;
    if (stop && restart.stop == nullptr) restart.stop = call;
    if (!stop && restart.stop != nullptr && restart.start == nullptr) restart.start = call;
  }
  const std::string expected =
      fmt::format("service '{}' stopped and started after PostRestore", service);
  if (restart.stop == nullptr) {
    if (!run.complete()) return verdicts.inconclusive("the journal ends after PostRestore");
    verdicts.fail(expected, "nobody stopped it", {restore.post->seq(), end->seq});
    return;
  }
  if (restart.stop->refused()) return verdicts.saw();  // the user hears of it
  verdicts.expect(restart.start != nullptr, expected, "it was left stopped",
                  {end->seq, restart.stop->seq()});
}

// Services that another component's STOP_RESTORE_START needs stopped meanwhile.
std::set<std::pair<const Session*, std::string>> stopped_for_others(const RunView& run) {
  std::set<std::pair<const Session*, std::string>> services;
  for (const RestoreView& restore : RestoredFiles::of(run).restores()) {
    // A writer that takes no part in the restore has its files put back all the same.
    const metadata::BackupComponents* const backup = document_of(run, *restore.session);
    if (backup == nullptr) continue;
    for (const std::uint32_t index : restore.session->writers) {
      const Participation& part = run.participations()[index];
      const metadata::WriterMetadata* const document = document_of(run, part);
      if (document == nullptr || !document->restore_method ||
          document->restore_method->method != Method::stop_restore_start) {
        continue;
      }
      const std::string id = guid_text(run.writer(part).writer_id);
      const bool in_backup =
          std::any_of(backup->writers.begin(), backup->writers.end(),
                      [&](const auto& writer) { return writer.writer_id.to_string() == id; });
      if (in_backup) services.emplace(restore.session, lower(document->restore_method->service));
    }
  }
  return services;
}

void check_restart(const RunView& run, Findings& out) {
  const ServiceCalls calls = service_calls_of(run);
  const auto others = stopped_for_others(run);
  for_each_component(
      run, out,
      [&](const RestoreView& restore, const RestoredComponent& component, Verdicts& verdicts) {
        if (method_of(component) != Method::restore_stop_start) return;
        if (restore.pre == nullptr || restore.post == nullptr || restore.session->crashed) return;
        if (component.entry == nullptr || component.entry->additional_restores) return;
        if (component.status == nullptr || !run.arg_is(*component.status, "status", "2")) return;
        const std::string service = lower(component.document().restore_method->service);
        if (others.contains({restore.session, service})) return;
        const auto found = calls.find({restore.session->actor, service});
        judge_restart(run, restore, component,
                      found != calls.end() ? found->second : std::vector<const Call*>(), verdicts);
      });
}

#define VSSLAB_EX_RSS(control) "ServiceControl service=Svc control=" control "\n"
#define VSSLAB_EX_RSS_RESTORE VSSLAB_EX_PRE_RESTORED("RESTORE_STOP_START' service='Svc", "")
#define VSSLAB_EX_RSS_DONE                                       \
  VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "digest=aa replaced=yes") \
  VSSLAB_EX_DONE(" selectedForRestore='yes'/>")

constinit const Rule kRestart{
    {.id = "VSSR-REST-015",
     .slug = "restore-stop-start",
     .level = Level::must,
     .title = "RESTORE_STOP_START: the service runs until PostRestore is over, and is stopped and "
              "started then.",
     .source = "ne-vswriter-vss_restoremethod_enum.md, setting-vss-restore-methods.md",
     .cause = "The service was never restarted, or too early, so that it still has the old data.",
     .next_step = "PreRestore, copy, PostRestore, then stop the service and start it.",
     .fails_on = VSSLAB_EX_RSS_RESTORE VSSLAB_EX_RSS_DONE,
     .passes_on = VSSLAB_EX_RSS_RESTORE VSSLAB_EX_RSS_DONE
     "18 s0 R " VSSLAB_EX_RSS("stop") "19 s0 R " VSSLAB_EX_RSS("start")},
    check_restart};

void check_reboot_if_needed(const RunView& run, Findings& out) {
  for_each_component(
      run, out,
      [&](const RestoreView& restore, const RestoredComponent& component, Verdicts& verdicts) {
        if (method_of(component) != Method::restore_at_reboot_if_cannot_replace) return;
        for (const ExpectedFile& expected : component.files) {
          const auto found = restore.written_to.find(expected.place);
          if (found == restore.written_to.end()) continue;
          for (const Call* call : found->second) {
            const bool later =
                call->name == Ev::file_moved && run.arg_is(*call, "at_reboot", "yes");
            verdicts.expect(
                !later || component.refused_home != nullptr,
                "files replaced now, as long as all can be",
                fmt::format("{} was put off to the restart, and none was refused", expected.place),
                {call->seq()});
          }
        }
      });
}

#define VSSLAB_EX_AT_REBOOT                                                                   \
  VSSLAB_EX_WRITTEN("C:\\data\\a.new", "digest=aa replaced=no")                               \
  "14 s2 R FileMoved path=C:\\data\\a.new to=C:\\data\\a.txt at_reboot=yes\n" VSSLAB_EX_DONE( \
      " selectedForRestore='yes'/>")

constinit const Rule kRebootIfNeeded{
    {.id = "VSSR-REST-018",
     .slug = "at-reboot-only-if-it-must",
     .level = Level::must,
     .title = "RESTORE_AT_REBOOT_IF_CANNOT_REPLACE: files wait for the restart only when one of "
              "them could not be replaced.",
     .source = "ne-vswriter-vss_restoremethod_enum.md, setting-vss-restore-methods.md",
     .cause = "The method was taken for RESTORE_AT_REBOOT, and the writer's data are old until "
              "somebody restarts the machine.",
     .next_step = "Try to open every file of the component for writing after PreRestore; put them "
                  "off only if one refuses.",
     .fails_on =
         VSSLAB_EX_PRE_RESTORED("RESTORE_AT_REBOOT_IF_CANNOT_REPLACE", "") VSSLAB_EX_AT_REBOOT,
     .passes_on = VSSLAB_EX_PRE_RESTORED("RESTORE_AT_REBOOT_IF_CANNOT_REPLACE", "")
         VSSLAB_EX_WRITTEN("C:\\data\\a.txt", "hr=0x80070020") VSSLAB_EX_AT_REBOOT},
    check_reboot_if_needed};

// ---- Test Writers ----

// The requester whose PostRestore a writer's handler belongs to; null outside of one.
const Session* restore_around(const RunView& run, const Call& call) {
  const Call* const handler = run.handler_around(call);
  if (handler == nullptr || handler->name != Ev::post_restore) return nullptr;
  return run.session(*handler);
}

void check_test_writer(const RunView& run, Findings& out) {
  for (const Call* call : run.all(Ev::post_restore)) {
    if (call->kind != ActorKind::writer || !call->returned()) continue;
    const Session* const session = run.session(*call);
    if (session == nullptr || session->requester.empty()) continue;
    Verdicts verdicts(out, session->requester);
    verdicts.saw();
  }
  for (const Call* call : run.all(Ev::event_log)) {
    if (call->kind != ActorKind::writer || !run.arg_is(*call, "id", "2")) continue;
    const std::string_view text = run.arg(*call, "text").value_or("");
    if (!text.starts_with(kTestWriterComplaint)) continue;
    const Session* const session = restore_around(run, *call);
    if (session == nullptr || session->requester.empty()) continue;
    Verdicts verdicts(out, session->requester);
    verdicts.fail("a Test Writer that finds its files as they were backed up",
                  fmt::format("{}: {}", run.actor_name(*call), text), {call->seq()});
  }
}

constinit const Rule kTestWriter{
    {.id = "VSSR-REST-037",
     .slug = "test-writer-finds-its-files",
     .level = Level::must,
     .title = "When the status says ALL, a Test Writer that checks its files after the restore "
              "finds nothing wrong.",
     .source = "vss-test-writer-tool.md",
     .cause = "A file is missing, has other content, or came back though it is excluded.",
     .next_step = "Look at the file that the writer names; its entry in the event log says what is "
                  "wrong with it.",
     .fails_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_ALL VSSLAB_EX_POST
     "16 s2 W1 PostRestore enter @7\n16 s0 W1 EventLog @7 source=W1 type=warning id=2 "
     "text=\"PostRestore: component Data: C:\\\\data\\\\a.txt did not come back\"\n"
     "16 s2 W1 PostRestore leave @7 ret=true\n",
     .passes_on = VSSLAB_EX_IN_PLACE VSSLAB_EX_ALL VSSLAB_EX_POST
     "16 s2 W1 PostRestore enter @7\n16 s2 W1 PostRestore leave @7 ret=true\n"},
    check_test_writer};

}  // namespace

RuleSpan requester_restore_service_rules() {
  static constexpr const Rule* kRules[] = {&kRestart, &kRebootIfNeeded, &kTestWriter};
  return kRules;
}

}  // namespace vsslab::rules
