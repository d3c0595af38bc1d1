// VSSW-ORDER: who gets the events of an operation, and who does not.
#include <set>

#include "rules/families.h"
#include "rules/support.h"
#include "rules/templates.h"

namespace vsslab::rules {
namespace {

// Ids and names under which the requester added components of this session.
std::set<std::string> selected_writers(const RunView& run, const Session& session) {
  std::set<std::string> selected;
  for (const Call* call : session.calls) {
    if (call->name != Ev::add_component || !call->ok()) continue;
    const auto instance = run.arg(*call, "instance"), writer = run.arg(*call, "writer"),
               id = run.arg(*call, "writer_id");
    if (instance && !is_null_guid(*instance)) {
      selected.insert(guid_text(*instance));
    } else if (id) {
      selected.insert(guid_text(*id));
    }
    if (writer) selected.insert("=" + std::string(*writer));
  }
  return selected;
}

bool is_selected(const WriterInfo& writer, const std::set<std::string>& selected) {
  if (selected.count("=" + std::string(writer.name)) != 0) return true;
  if (!writer.instance.empty() && selected.count(guid_text(writer.instance)) != 0) return true;
  return !writer.writer_id.empty() && selected.count(guid_text(writer.writer_id)) != 0;
}

// In component mode a writer without an explicitly included component gets no further events of the
// operation (X35: also no PrepareForBackup). BackupShutdown is tolerated.
void check_unselected(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    const Call* mode = session.calls.first_ok(Ev::set_backup_state);
    if (mode == nullptr || !session.component_mode || session.restore) continue;
    const std::set<std::string> selected = selected_writers(run, session);
    for (const std::uint32_t index : session.writers) {
      const Participation& part = run.participations()[index];
      const WriterInfo& writer = run.writer(part);
      Verdicts verdicts(out, writer.name);
      if (is_selected(writer, selected)) continue;
      verdicts.saw();
      for (const Call* call : part.calls) {
        if (!is_writer_handler(call->name) || call->name == Ev::identify ||
            call->name == Ev::backup_shutdown) {
          continue;
        }
        verdicts.fail("no event but Identify, for no component of it was added",
                      mention(run, *call), {mode->seq(), call->seq()});
        break;
      }
    }
  }
}

constexpr Rule kUnselectedDropsOut{
    {.id = "VSSW-ORDER-010",
     .slug = "unselected-drops-out",
     .level = Level::must,
     .title = "In component mode a writer without an added component gets no further events.",
     .source = "definition-of-components-by-writers.md, "
               "working-with-selectability-and-logical-paths.md, "
               "backup-components-document-contents.md",
     .cause = "The service sent the events of the backup to every writer, not to those selected.",
     .next_step = "Compare the requester's AddComponent calls with the writers that were frozen.",
     .fails_on = "1 R SetBackupState components=yes  2 R AddComponent writer=W1\n"
                 "3 W1 PrepareForBackup  3 W2 PrepareForBackup",
     .passes_on = "1 R SetBackupState components=yes  2 R AddComponent writer=W1  3 W2 Identify\n"
                  "3 W1 PrepareForBackup"},
    check_unselected};

// A restarted writer does not get the rest of the old instance's sequence.
void check_restarted(const RunView& run, Findings& out) {
  for (const WriterInfo& writer : run.writers()) {
    Verdicts verdicts(out, writer.name);
    std::set<std::uint32_t> before, old;  // sessions that the running and the old instances were in
    bool restarted = false;
    for (const Call* call : writer.calls) {
      if (call->name == Ev::process_exit || call->name == Ev::uninitialize) {
        old.insert(before.begin(), before.end());
        before.clear();
        restarted = true;
      } else if (is_writer_handler(call->name) && call->name != Ev::identify) {
        before.insert(call->session);
        if (!restarted) continue;
        verdicts.expect(old.count(call->session) == 0,
                        "no event of an operation that the old instance took part in",
                        mention(run, *call), {call->seq()});
      }
    }
  }
}

constexpr Rule kRestartedStaysOut{
    {.id = "VSSW-ORDER-013",
     .slug = "restarted-stays-out",
     .level = Level::must,
     .title = "A restarted writer does not get the rest of its old instance's events.",
     .source = "stopping-services-for-restore-by-requestors.md, "
               "ne-vswriter-vss_restoremethod_enum.md",
     .cause = "Events were sent by the writer's class or name, not to the instance.",
     .next_step = "Compare the instance ids at both Initialize calls.",
     .fails_on = "1 W1 PreRestore  2 W1 ProcessExit  3 W1 Initialize  4 W1 PostRestore",
     .passes_on = "1 W1 PreRestore  2 W1 ProcessExit  3 W1 Initialize  4 s2 W1 PreRestore"},
    check_restarted};

bool is_snapshot_event(Ev name) {
  return name == Ev::prepare_for_snapshot || name == Ev::freeze || name == Ev::thaw ||
         name == Ev::post_snapshot;
}

// On contexts without writers no PrepareForSnapshot, Freeze, Thaw or PostSnapshot is generated.
void check_context_without_writers(const RunView& run, Findings& out) {
  for (const Session& session : run.sessions()) {
    Verdicts verdicts(out, kService);
    if (!session.no_writers()) continue;
    if (session.calls.has(Ev::do_snapshot_set)) verdicts.saw();
    for (const std::uint32_t index : session.writers) {
      for (const Call* call : run.participations()[index].calls) {
        if (!is_snapshot_event(call->name)) continue;
        verdicts.fail("no writer is asked to freeze in this context", mention(run, *call),
                      {call->seq()});
      }
    }
  }
}

constexpr Rule kContextWithoutWriters{
    {.id = "VSSW-ORDER-014",
     .slug = "context-without-writers",
     .level = Level::must,
     .title = "In a context without writers no writer gets snapshot events.",
     .source = "shadow-copy-creation-details.md",
     .cause = "The NO_WRITERS bit of the context was not looked at.",
     .next_step = "Look at the requester's SetContext and the writers' PrepareForSnapshot.",
     .fails_on = "1 R SetContext context=0x00000010  2 R DoSnapshotSet  3 W1 Freeze",
     .passes_on = "1 R SetContext context=0x00000010  2 R DoSnapshotSet"},
    check_context_without_writers};

}  // namespace

RuleSpan writer_taking_part_rules() {
  static constexpr const Rule* kRules[] = {&kUnselectedDropsOut, &kRestartedStaysOut,
                                           &kContextWithoutWriters};
  return kRules;
}

}  // namespace vsslab::rules
