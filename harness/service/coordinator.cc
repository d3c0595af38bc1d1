// Making a shadow copy set: the merged sequence of the state machines' section 4.2.

#include <vsbackup.h>
#include <vsprov.h>

#include <algorithm>

#include "core/limits.h"
#include "service/com.h"
#include "service/event_text.h"
#include "service/impl.h"
#include "volume/volume.h"

namespace vsslab {

namespace {

// The volumes of a set, held from writing between hold() and release(). The limit of ten seconds is
// not configurable.
class WriteHold {
 public:
  WriteHold(LabVss::Impl& service, std::shared_ptr<BackupSession> session, Seq cause)
      : service_(service), session_(std::move(session)), cause_(cause) {}

  // All volumes are flushed at once, then all are held.
  Hr hold() {
    if (failed(at_once("FlushVolume", &Volume::flush, limits::kFlushAndHoldLimit))) {
      return hr::flush_writes_timeout;
    }
    held_at_ = service_.scheduler.now();
    session_->set->holds_writes = true;
    if (failed(at_once("HoldWrites", &Volume::hold_writes, left()))) {
      return hr::hold_writes_timeout;
    }
    return hr::ok;
  }

  Duration left() const {
    const Duration used = service_.scheduler.now() - held_at_;
    return std::max(Duration(0), limits::kFlushAndHoldLimit - used);
  }

  void release() {
    if (!session_->set->holds_writes) return;
    for (const SnapshotEntry& entry : session_->set->entries) {
      step(service_, *session_, cause_, "ReleaseWrites", entry.volume, &Volume::release_writes);
    }
    session_->set->holds_writes = false;
    service_.log_vetoes();
  }

 private:
  // One step on every volume. What is not done by `limit` has failed.
  Hr at_once(std::string_view name, void (Volume::*action)(), Duration limit) {
    auto latch = std::make_shared<Latch>(service_.scheduler);
    auto worst = std::make_shared<Hr>(hr::ok);
    for (const SnapshotEntry& entry : session_->set->entries) {
      service_.scheduler.spawn(
          name, {},
          [&service = service_, session = session_, cause = cause_, name = std::string(name),
           volume = entry.volume, action, worst, ticket = std::make_shared<Ticket>(latch)] {
            const Hr result = step(service, *session, cause, name, volume, action);
            if (failed(result)) *worst = result;
            ticket->finish();
          });
    }
    return latch->wait(limit) ? *worst : hr::com_unexpected;
  }

  static Hr step(LabVss::Impl& service, BackupSession& session, Seq cause, std::string_view name,
                 const std::string& volume, void (Volume::*action)()) {
    using plan::FaultAction;
    Wire& wire = service.wire;
    const plan::Fault* fault = wire.fault(
        volume, name, {FaultAction::drop, FaultAction::late, FaultAction::hang, FaultAction::fail});
    if (fault != nullptr && fault->action == FaultAction::drop) return hr::ok;
    const Wire::Crossing crossing{session.number, service.service_actor, name, cause};
    const std::string set = session.set->id.to_string();
    const Seq enter = wire.enter(crossing, {{"volume", volume}, {"set", set}});
    const bool waits = fault != nullptr && fault->action != FaultAction::fail;
    const bool for_ever = waits && fault->delay == Duration(0);
    // The kernel lets writes go by itself, so that nobody waits longer for that.
    const bool lets_go = for_ever && name == "ReleaseWrites";
    if (for_ever && !lets_go) service.scheduler.park_forever();
    if (waits) service.scheduler.sleep_for(lets_go ? limits::kFlushAndHoldLimit : fault->delay);
    Hr result = lets_go ? hr::com_unexpected : hr::ok;
    if (fault != nullptr && fault->action == FaultAction::fail) {
      result = fault->code.value_or(hr::com_fail);
    } else if (name == "HoldWrites" && !session.set->holds_writes) {
      result = hr::hold_writes_timeout;  // the hold was given up meanwhile
    } else if (Volume* found = service.volume(volume)) {
      (found->*action)();
    }
    wire.leave(crossing, enter, result, {{"volume", volume}, {"set", set}});
    return result;
  }

  LabVss::Impl& service_;
  std::shared_ptr<BackupSession> session_;
  Seq cause_;
  Time held_at_{0};
};

class SetMaker {
 public:
  SetMaker(LabVss::Impl& service, std::shared_ptr<BackupSession> session, Seq cause)
      : service_(service), session_(std::move(session)), cause_(cause) {}

  Hr run() {
    const std::uint64_t logged_before = service_.events_logged;
    Hr result = steps();
    if (succeeded(result)) result = record_snapshots();
    if (failed(result)) {
      if (result != kCancelled && service_.events_logged == logged_before) log_failure(result);
      service_.abort_writers(session_, cause_);
      // An abort before the providers were told to prepare is not announced (VSSP-ABORT-001, -005).
      if (told_providers_) service_.call_set(session_, "AbortSnapshots", cause_);
      service_.end_set(*session_, cause_, session_->cancel_requested ? "aborted" : "failed");
      return result;
    }
    service_.end_set(*session_, cause_, "created");
    return hr::ok;
  }

 private:
  Hr steps() {
    Hr result = providers("EndPrepareSnapshots");
    if (failed(result)) return result;
    if (with_writers()) {
      writers(WriterEvent::prepare_for_snapshot);
      if (cancelled()) return kCancelled;
      if (result = transactions("FreezeTransactions", hr::transaction_freeze_timeout);
          failed(result)) {
        return result;
      }
      freeze();
      if (cancelled()) return kCancelled;
    }
    if (result = point_in_time(); failed(result)) return result;
    if (with_writers()) {
      writers(WriterEvent::thaw);
      if (result = transactions("ThawTransactions", hr::transaction_thaw_timeout); failed(result)) {
        return result;
      }
      if (cancelled()) return kCancelled;
    }
    if (result = providers("PreFinalCommitSnapshots"); failed(result)) return result;
    if (with_writers()) writers(WriterEvent::post_snapshot);
    if (cancelled()) return kCancelled;
    return providers("PostFinalCommitSnapshots");
  }

  bool with_writers() const { return !session_->without_writers(); }
  bool cancelled() const { return session_->cancel_requested; }

  // From PreCommit to PostCommit: writers are frozen, and for a moment nobody writes at all.
  Hr point_in_time() {
    if (const Hr result = providers("PreCommitSnapshots"); failed(result)) return result;
    WriteHold writes(service_, session_, cause_);
    if (const Hr result = writes.hold(); failed(result)) {
      writes.release();
      log_hold_failure(result);
      return result;
    }
    Hr committed = commit(writes);
    writes.release();
    if (failed(committed)) return committed;
    return providers("PostCommitSnapshots");
  }

  Hr commit(WriteHold& writes) {
    service_.let_go_before(session_, "CommitSnapshots", cause_);
    Hr committed = service_.call_set(session_, "CommitSnapshots", cause_, writes.left());
    if (committed == hr::hold_writes_timeout) {
      service_.fact(session_.get(), "HoldLimitPassed", cause_,
                    {{"set", session_->set->id.to_string()}});
      log_hold_failure(committed);
    }
    if (succeeded(committed) && cancelled()) committed = kCancelled;
    service_.let_go_after(session_, "CommitSnapshots");
    return committed;
  }

  void log_failure(Hr result) {
    service_.event_log(session_.get(), cause_, "error", 8193,
                       unexpected_error_text("DoSnapshotSet", result), "vss");
  }

  void log_hold_failure(Hr result) {
    const bool flush = result == hr::flush_writes_timeout;
    // The limit is the set's: an entry for each of its volumes, as the service writes them.
    std::size_t index = 0;
    for (const SnapshotEntry& entry : session_->set->entries) {
      const auto* const volume = service_.volume(entry.volume);
      const std::string name = volume != nullptr ? volume->guid_path() : entry.volume;
      service_.event_log(session_.get(), cause_, "error", flush ? 12297 : 12298,
                         hold_text(flush, name, index++, result), "vss");
    }
  }

  Hr providers(std::string_view method) {
    if (cancelled()) return kCancelled;
    told_providers_ = true;
    service_.let_go_before(session_, method, cause_);
    Hr result = hr::ok;
    auto& done = session_->provider_calls_done;
    if (std::find(done.begin(), done.end(), method) == done.end()) {
      result = service_.call_set(session_, method, cause_);
    }
    service_.let_go_after(session_, method);
    return result;
  }

  void writers(WriterEvent event) {
    service_.let_go_before(session_, info(event).name, cause_);
    service_.deliver_all(session_, event, cause_, [&](const WriterSession& writer) {
      return writer.active && service_.takes_part(*session_, writer);
    });
    service_.let_go_after(session_, info(event).name);
  }

  // Front-end writers first, then back-end, then system; SYSTEM_RM, of which nothing is said, last.
  void freeze() {
    service_.let_go_before(session_, "Freeze", cause_);
    for (const VSS_APPLICATION_LEVEL level :
         {VSS_APP_FRONT_END, VSS_APP_BACK_END, VSS_APP_SYSTEM, VSS_APP_SYSTEM_RM}) {
      service_.deliver_all(session_, WriterEvent::freeze, cause_, [&](const WriterSession& writer) {
        const bool odd_level =
            writer.writer->level < VSS_APP_SYSTEM || writer.writer->level > VSS_APP_SYSTEM_RM;
        const auto at = odd_level ? VSS_APP_FRONT_END : writer.writer->level;
        return writer.active && at == level && service_.takes_part(*session_, writer);
      });
    }
    service_.let_go_after(session_, "Freeze");
  }

  // KTM and DTC are frozen with the writers, unless the requester gave that up.
  Hr transactions(std::string_view name, Hr failure) {
    if ((session_->context & VSS_VOLSNAP_ATTR_NOT_TRANSACTED) != 0) return hr::ok;
    const plan::Fault* fault = service_.wire.fault(
        "vss", name, {plan::FaultAction::fail, plan::FaultAction::drop, plan::FaultAction::late});
    if (fault != nullptr && fault->action == plan::FaultAction::drop) return hr::ok;
    if (fault != nullptr && fault->action == plan::FaultAction::late) {
      service_.scheduler.sleep_for(fault->delay);
      fault = nullptr;
    }
    const Hr result = fault != nullptr ? fault->code.value_or(failure) : hr::ok;
    service_.fact(session_.get(), name, cause_, {{"set", session_->set->id.to_string()}}, -1,
                  result);
    if (failed(result)) {
      service_.event_log(session_.get(), cause_, "error", 12289, unexpected_step_text(name, result),
                         "vss");
    }
    return result;
  }

  Hr record_snapshots();

  bool told_providers_ = false;  // EndPrepareSnapshots was sent
  LabVss::Impl& service_;
  std::shared_ptr<BackupSession> session_;
  Seq cause_;
};

Hr SetMaker::record_snapshots() {
  std::vector<SnapshotRecord> made;
  for (const SnapshotEntry& entry : session_->set->entries) {
    VSS_SNAPSHOT_PROP properties{};
    const auto called = service_.snapshot_properties(session_->number, *entry.provider,
                                                     entry.snapshot_id, cause_, properties);
    if (called.hr != hr::ok) {
      return service_.translate(*session_, *entry.provider, "GetSnapshotProperties", called.hr,
                                called.leave);
    }
    SnapshotRecord record;
    record.id = entry.snapshot_id;
    record.set_id = session_->set->id;
    record.volume = entry.volume;
    record.device = text_of(properties.m_pwszSnapshotDeviceObject);
    record.provider = entry.provider;
    record.attributes = static_cast<std::uint32_t>(properties.m_lSnapshotAttributes);
    record.session = session_->number;
    VssFreeSnapshotProperties(&properties);
    made.push_back(std::move(record));
  }
  for (SnapshotRecord& record : made) {
    service_.fact(session_.get(), "SnapshotCreated", cause_,
                  {{"snapshot", record.id.to_string()},
                   {"set", record.set_id.to_string()},
                   {"volume", record.volume},
                   {"device", record.device},
                   {"attributes", journal_hex(record.attributes)}});
    service_.snapshots.push_back(std::move(record));
  }
  return hr::ok;
}

}  // namespace

Hr LabVss::Impl::make_set(const std::shared_ptr<BackupSession>& session, Seq cause) {
  return SetMaker(*this, session, cause).run();
}

void LabVss::Impl::end_set(BackupSession& session, Seq cause, std::string_view result) {
  if (!session.set.has_value() || creating != &session) return;
  session.set->created = result == "created";
  session.snapshot_made = session.set->created;
  creating = nullptr;
  fact(&session, "SnapshotSetEnded", cause,
       {{"set", session.set->id.to_string()}, {"result", result}});
}

}  // namespace vsslab
