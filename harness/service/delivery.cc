// Events to writers: one task each, so that a writer that hangs holds up nobody but itself.

#include <vswriter.h>

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "core/limits.h"
#include "service/impl.h"
#include "service/writer_calls.h"
#include "win32/process.h"

namespace vsslab {

namespace {

constexpr Duration kTimerFirst = std::chrono::seconds(1);

using plan::FaultAction;

// One delivery, from the gate to the writer's new state.
class Delivery {
 public:
  Delivery(LabVss::Impl& service, std::shared_ptr<BackupSession> session, WriterSession& writer,
           WriterEvent event, Seq cause, std::shared_ptr<Ticket> ticket)
      : service_(service),
        session_(std::move(session)),
        in_(writer),
        record_(*writer.writer),
        event_(event),
        cause_(cause),
        ticket_(std::move(ticket)) {}

  void run() {
    if (!crosses()) {
      ticket_->finish();
      return;
    }
    if (event_ != WriterEvent::identify) lock();
    if (record_.gone) {
      not_responding();
    } else if (!given_up()) {
      call();
    }
    if (event_ != WriterEvent::identify) unlock();
    ticket_->finish();
  }

 private:
  // What the wire does to the event on its way. The writer knows nothing of it, so its gate is open
  // meanwhile: an Abort overtakes an event that is late.
  bool crosses() {
    Wire& wire = service_.wire;
    if (!wire.has_faults() || record_.gone) return true;
    const plan::Fault* fault =
        wire.fault(record_.name, info(event_).name,
                   {FaultAction::drop, FaultAction::late, FaultAction::hang, FaultAction::fail},
                   Wire::Origin::wire);
    if (fault == nullptr) return true;
    if (fault->action == FaultAction::drop) {
      settle(true, HandlerFrame{});
      return false;
    }
    if (fault->action == FaultAction::fail) {
      HandlerFrame frame;
      frame.enter = cause_;
      frame.code_set = true;
      frame.code = fault->code.value_or(hr::writer_not_responding);
      if (!ticket_->done()) settle(false, frame);
      return false;
    }
    if (fault->delay == Duration(0)) service_.scheduler.park_forever();
    service_.scheduler.sleep_for(fault->delay);
    return true;
  }

  // A time-out gave the event up while it waited for the gate. Abort and BackupShutdown still come.
  bool given_up() const {
    return ticket_->done() && event_ != WriterEvent::abort &&
           event_ != WriterEvent::backup_shutdown;
  }

  void lock() {
    while (record_.busy) service_.scheduler.wait(record_.gate);
    record_.busy = true;
  }
  void unlock() {
    record_.busy = false;
    service_.scheduler.notify_one(record_.gate);
  }

  void not_responding() {
    in_.state = info(event_).failed;
    in_.code = hr::writer_not_responding;
    in_.active = false;
    service_.record_state(*session_, in_, cause_);
  }

  void call() {
    const std::string_view name = info(event_).name;
    cross();
    if (service_.wire.has_faults() &&
        service_.wire.fault(record_.name, name, {FaultAction::twice}) != nullptr) {
      cross();
    }
  }

  void cross() {
    Wire& wire = service_.wire;
    HandlerFrame frame;
    frame.event = event_;
    frame.session = session_.get();
    frame.in = &in_;
    frame.task = service_.scheduler.current();
    const Wire::Crossing crossing{session_->number, record_.actor, info(event_).name, cause_};
    ComponentsForWriter components(session_, in_, event_, frame, service_);
    const std::string set = current_set();
    set_ = Guid::parse(set).value_or(Guid{});
    if (event_ == WriterEvent::freeze) {
      frame.enter = wire.enter(
          crossing,
          {{"set", set}, {"components", "no"}, {"limit", exact_seconds(record_.freeze_limit)}});
    } else if (event_ == WriterEvent::identify) {
      frame.enter = wire.enter(crossing);
    } else {
      frame.enter =
          wire.enter(crossing, {{"set", set}, {"components", journal_bool(components.given())}});
    }
    in_.in_freeze = event_ == WriterEvent::freeze;
    if (event_ != WriterEvent::identify) in_.in_operation = true;
    record_.frames.push_back(&frame);

    std::string exception;
    const bool result = apply_faults(frame, components, exception);

    std::erase(record_.frames, &frame);
    in_.in_freeze = false;
    bool told = result && exception.empty();
    if (const plan::Fault* lie = false_result()) {
      frame.code = lie->code.value_or(hr::ok);
      frame.code_set = failed(frame.code);
      told = !frame.code_set;
    }
    if (event_ == WriterEvent::identify) components.take_document(told);
    if (!exception.empty()) {
      wire.leave(crossing, frame.enter, std::nullopt, {{"exception", exception}});
    } else {
      wire.leave(crossing, frame.enter, std::nullopt, {{"ret", result ? "true" : "false"}});
    }
    settle(told, frame);
  }

  // The service hears another result than the writer gave.
  const plan::Fault* false_result() {
    if (!service_.wire.has_faults()) return nullptr;
    return service_.wire.fault(record_.name, info(event_).name, {FaultAction::result},
                               Wire::Origin::wire);
  }

  std::string current_set() {
    const bool in_set = session_->set.has_value() &&
                        (event_ != WriterEvent::backup_shutdown || session_->snapshot_made) &&
                        event_ != WriterEvent::pre_restore && event_ != WriterEvent::post_restore;
    std::string set = (in_set ? session_->set->id : Guid{}).to_string();
    if (event_ != WriterEvent::backup_shutdown) return set;
    return service_.wire.told_value(record_.name, "BackupShutdown", "set", std::move(set));
  }

  // The handler, after what the scenario does to it.
  bool apply_faults(HandlerFrame& frame, ComponentsForWriter& components, std::string& exception) {
    const plan::Fault* fault = nullptr;
    if (service_.wire.has_faults()) {
      fault = service_.wire.fault(
          record_.name, info(event_).name,
          {FaultAction::fail, FaultAction::veto, FaultAction::silent, FaultAction::hang,
           FaultAction::late, FaultAction::crash, FaultAction::exception, FaultAction::wrong_code},
          Wire::Origin::party);
      if (fault == nullptr) {
        fault = service_.wire.fault(record_.name, info(event_).name, {FaultAction::crash},
                                    Wire::Origin::wire);
      }
    }
    if (fault == nullptr) return handler(components, exception);
    switch (fault->action) {
      case FaultAction::late:
        service_.scheduler.sleep_for(fault->delay);
        return handler(components, exception);
      case FaultAction::hang:
        if (fault->delay == Duration(0)) service_.scheduler.park_forever();
        service_.scheduler.sleep_for(fault->delay);
        return handler(components, exception);
      case FaultAction::crash:
        record_.process->end("crash", 0xC0000005);
        service_.scheduler.park_forever();
        return false;
      case FaultAction::exception:
        exception = "std::runtime_error: made by the scenario";
        return false;
      case FaultAction::silent:
        return false;
      default:
        frame.code_set = true;
        frame.code = fault->code.has_value() ? *fault->code : usual_code(*fault);
        service_.wire.instant({session_->number, record_.actor, "SetWriterFailure", frame.enter},
                              hr::ok,
                              {{"code", hresult_name(frame.code)}, {"in", info(event_).name}});
        return fault->action == FaultAction::veto;
    }
  }

  // retryable="yes" leaves the choice among the retryable codes to the seed.
  Hr usual_code(const plan::Fault& fault) {
    static constexpr Hr kRetryable[] = {hr::writererror_outofresources, hr::writererror_timeout,
                                        hr::writererror_retryable};
    if (fault.action == FaultAction::wrong_code) return hr::com_fail;
    if (!fault.retryable) return hr::writererror_nonretryable;
    return kRetryable[service_.prng.below(std::size(kRetryable))];
  }

  bool handler(ComponentsForWriter& components, std::string& exception) {
    try {
      return call_handler(*record_.object, event_, components, set_, record_.extended);
    } catch (const std::exception& error) {
      exception = fmt::format("C++ exception: {}", error.what());
    } catch (...) {
      exception = "an exception that is no std::exception";
    }
    return false;
  }

  void settle(bool result, const HandlerFrame& frame) {
    note_progress(result);
    if (event_ == WriterEvent::identify) return;
    if (in_.aborted && event_ != WriterEvent::abort && event_ != WriterEvent::backup_shutdown)
      return;
    // The freeze limit has passed meanwhile: the verdict stands.
    if (ticket_->done() && !in_.active && event_ != WriterEvent::abort) return;
    const bool failed_code = frame.code_set && failed(frame.code);
    if (!result || failed_code) {
      fail(result, frame, failed_code);
    } else if (in_.code == hr::ok && info(event_).succeeded != VSS_WS_UNKNOWN) {
      in_.state = info(event_).succeeded;
      service_.record_state(*session_, in_, cause_);
    }
  }

  void note_progress(bool result) {
    if (event_ == WriterEvent::freeze) in_.froze = true;
    if (event_ == WriterEvent::thaw) in_.thawed = true;
    if (event_ == WriterEvent::post_snapshot) in_.past_post_snapshot = true;
    if (event_ == WriterEvent::identify) in_.identified = result && in_.metadata != nullptr;
  }

  void fail(bool result, const HandlerFrame& frame, bool failed_code) {
    if (info(event_).failed != VSS_WS_UNKNOWN) in_.state = info(event_).failed;
    in_.code = failed_code ? frame.code : hr::writererror_nonretryable;
    in_.application_code = frame.application_code;
    in_.application_text = frame.application_text;
    service_.record_state(*session_, in_, frame.enter);
    service_.event_log(session_.get(), frame.enter, "error", 8229,
                       fmt::format("A VSS writer has rejected an event with error {}, {}.",
                                   hresult_hex(in_.code), hresult_name(in_.code)),
                       record_.name);
    if (result) return;  // the writer goes on: only `false` takes it out (X01)
    in_.active = false;
    if (event_ == WriterEvent::freeze || event_ == WriterEvent::thaw) {
      if (in_.freeze_timer != 0) service_.scheduler.cancel(in_.freeze_timer);
      in_.freeze_timer = 0;
      service_.send_abort(session_, in_, frame.enter);
    }
  }

  LabVss::Impl& service_;
  std::shared_ptr<BackupSession> session_;
  WriterSession& in_;
  WriterRecord& record_;
  WriterEvent event_;
  Seq cause_;
  std::shared_ptr<Ticket> ticket_;
  Guid set_;  // as the writer is told it
};

}  // namespace

std::shared_ptr<Ticket> LabVss::Impl::deliver(const std::shared_ptr<BackupSession>& session,
                                              WriterSession& writer, WriterEvent event, Seq cause,
                                              const std::shared_ptr<Latch>& latch) {
  auto ticket = std::make_shared<Ticket>(latch);
  writer.pending = ticket;
  writer.pending_event = event;
  if (event == WriterEvent::freeze) start_freeze_timer(session, writer, cause);
  if (event == WriterEvent::thaw && writer.freeze_timer != 0) {
    scheduler.cancel(writer.freeze_timer);
    writer.freeze_timer = 0;
  }
  scheduler.spawn(info(event).name, writer.writer->context,
                  [this, session, &writer, event, cause, ticket] {
                    Delivery(*this, session, writer, event, cause, ticket).run();
                  });
  return ticket;
}

void LabVss::Impl::start_freeze_timer(const std::shared_ptr<BackupSession>& session,
                                      WriterSession& writer, Seq cause) {
  if (writer.freeze_timer != 0) scheduler.cancel(writer.freeze_timer);
  const Duration limit = writer.writer->freeze_limit;
  writer.freeze_timer = scheduler.at(scheduler.now() + limit, [this, session, &writer, cause] {
    writer.freeze_timer = 0;
    if (!writer.active || writer.thawed || writer.aborted) return;
    const Seq passed = fact(
        session.get(), "FreezeLimitPassed", cause,
        {{"writer", writer.writer->name}, {"limit", exact_seconds(writer.writer->freeze_limit)}});
    writer.active = false;
    writer.state = writer.froze ? VSS_WS_FAILED_AT_THAW : VSS_WS_FAILED_AT_FREEZE;
    writer.code = hr::writererror_timeout;
    record_state(*session, writer, passed);
    if (writer.pending && writer.pending_event == WriterEvent::freeze) writer.pending->finish();
    send_abort(session, writer, passed);
  });
}

void LabVss::Impl::send_abort(const std::shared_ptr<BackupSession>& session, WriterSession& writer,
                              Seq cause) {
  if (writer.aborted) return;
  writer.aborted = true;
  // Nobody waits for it: a writer that is still busy gets it when its handler returns.
  deliver(session, writer, WriterEvent::abort, cause, std::make_shared<Latch>(scheduler));
}

void LabVss::Impl::deliver_all(const std::shared_ptr<BackupSession>& session, WriterEvent event,
                               Seq cause, const std::function<bool(const WriterSession&)>& wanted) {
  auto latch = std::make_shared<Latch>(scheduler);
  std::vector<std::pair<WriterSession*, std::shared_ptr<Ticket>>> sent;
  for (const auto& writer : session->writers) {
    if (!wanted(*writer)) continue;
    if ((writer->delivered_early & bit(event)) != 0) continue;
    const std::string_view name = info(event).name;
    // Nothing of the session is without the document: Identify cannot be held back.
    if (event != WriterEvent::identify && wire.has_faults() &&
        wire.has_fault(writer->writer->name, name, FaultAction::after)) {
      const plan::Fault* fault = wire.fault(writer->writer->name, name, {FaultAction::after});
      if (fault != nullptr) {
        WriterSession* held = writer.get();
        session->held_back.emplace(fault->relative_to, [this, session, held, event, cause] {
          auto alone = std::make_shared<Latch>(scheduler);
          deliver(session, *held, event, cause, alone);
          alone->wait(writer_response_limit);
        });
        continue;
      }
    }
    sent.emplace_back(writer.get(), deliver(session, *writer, event, cause, latch));
  }
  Duration limit = writer_response_limit;
  // Freeze has a limit of its own, which a timer watches.
  for (const auto& [writer, ticket] : sent) {
    if (event != WriterEvent::freeze) break;
    limit = std::max(limit, writer->writer->freeze_limit + kTimerFirst);
  }
  if (latch->wait(limit)) return;
  for (const auto& [writer, ticket] : sent) {
    if (ticket->done()) continue;
    ticket->finish();
    writer->active = false;
    writer->state = info(event).failed;
    writer->code = hr::writer_not_responding;
    record_state(*session, *writer, cause);
  }
}

void LabVss::Impl::abort_writers(const std::shared_ptr<BackupSession>& session, Seq cause) {
  auto latch = std::make_shared<Latch>(scheduler);
  for (const auto& writer : session->writers) {
    if (!writer->in_operation || writer->past_post_snapshot || writer->aborted) continue;
    writer->aborted = true;
    writer->active = false;
    if (writer->freeze_timer != 0) scheduler.cancel(writer->freeze_timer);
    writer->freeze_timer = 0;
    // Nobody is there to hear it: what the writer failed at, or that nothing is known, stays.
    if (writer->writer->gone) continue;
    // A writer that is still busy gets it when its handler returns; nobody waits for that.
    deliver(session, *writer, WriterEvent::abort, cause,
            writer->writer->busy ? std::make_shared<Latch>(scheduler) : latch);
  }
  latch->wait(writer_response_limit);
}

void LabVss::Impl::writer_lost(WriterRecord& writer, std::string_view reason) {
  if (writer.gone) return;
  writer.gone = true;
  writer.subscribed = false;
  fact(nullptr, "WriterGone", 0, {{"writer", writer.name}, {"reason", reason}});
  for (HandlerFrame* frame : writer.frames) {
    wire.leave({frame->session->number, writer.actor, info(frame->event).name, 0}, frame->enter,
               std::nullopt, {{"crash", "yes"}});
  }
  writer.frames.clear();
  writer.busy = false;
  scheduler.notify_all(writer.gate);
  for (const auto& session : sessions) {
    for (const auto& in : session->writers) {
      if (in->writer != &writer) continue;
      if (in->freeze_timer != 0) scheduler.cancel(in->freeze_timer);
      in->freeze_timer = 0;
      if (!in->pending || in->pending->done()) {
        if (in->in_operation && in->active) {
          in->state = VSS_WS_UNKNOWN;
          in->code = hr::writer_not_responding;
          in->active = false;
          record_state(*session, *in, 0);
        }
        continue;
      }
      in->state = info(in->pending_event).failed;
      in->code = hr::writer_not_responding;
      in->active = false;
      if (in->pending_event != WriterEvent::identify) record_state(*session, *in, 0);
      in->pending->finish();
    }
  }
}

void LabVss::Impl::let_go_before(const std::shared_ptr<BackupSession>& session,
                                 std::string_view call, Seq cause) {
  if (!wire.has_faults()) return;
  for (const plan::Fault* fault : wire.early_before(call)) {
    for (std::size_t i = 0; i < kWriterEvents.size(); ++i) {
      const auto event = static_cast<WriterEvent>(i);
      if (info(event).name != fault->event) continue;
      auto latch = std::make_shared<Latch>(scheduler);
      for (const auto& writer : session->writers) {
        // Before Identify nobody knows who takes part.
        if (session->for_restore ? !writer->identified
                                 : call != "Identify" && !takes_part(*session, *writer)) {
          continue;
        }
        if ((writer->delivered_early & bit(event)) != 0) continue;
        if (!fault->party.empty() && fault->party != writer->writer->name) continue;
        wire.count_use(*fault, writer->writer->name);
        writer->delivered_early |= bit(event);
        deliver(session, *writer, event, cause, latch);
      }
      latch->wait(writer_response_limit);
    }
    if (session->set.has_value() && is_set_call(fault->event)) {
      wire.count_use(*fault, fault->party);
      call_set(session, fault->event, cause);
      session->provider_calls_done.push_back(fault->event);
    }
  }
}

void LabVss::Impl::let_go_after(const std::shared_ptr<BackupSession>& session,
                                std::string_view call) {
  for (;;) {
    const auto held = session->held_back.find(call);
    if (held == session->held_back.end()) return;
    const auto action = std::move(held->second);
    session->held_back.erase(held);
    action();
  }
}

}  // namespace vsslab
