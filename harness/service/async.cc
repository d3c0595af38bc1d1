#include "service/async.h"

#include "service/com.h"

namespace vsslab {

namespace {

// Shared by the requester's object and the service's task.
struct Operation {
  std::string name;
  std::string call;
  bool pending = true;
  Hr result = hr::ok;
  WaitQueue done;
};

class Async : public ComObject<IVssAsync> {
 public:
  Async(LabVss::Impl& service, std::shared_ptr<BackupSession> session,
        std::shared_ptr<Operation> operation)
      : service_(service), session_(std::move(session)), operation_(std::move(operation)) {}

  // On a finished operation FINISHED, on a cancelled one CANCELLED, on a failed one its error.
  HRESULT STDMETHODCALLTYPE Cancel() override {
    Hr result = hr::ok;
    if (const auto stopped = service_.requester_fault(*session_->process, "Cancel")) {
      result = *stopped;
    } else if (operation_->pending) {
      service_.request_cancel(*session_);
    } else {
      result = status();
    }
    result = service_.wire.told(session_->requester, "Cancel", result);
    service_.wire.instant(crossing("Cancel"), result,
                          {{"async", operation_->name}, {"op", operation_->call}});
    return result;
  }

  // S_OK says only that the wait is over; an operation that fails meanwhile is told at once.
  HRESULT STDMETHODCALLTYPE Wait(DWORD milliseconds) override {
    const std::string limit = milliseconds == INFINITE
                                  ? std::string("infinite")
                                  : exact_seconds(std::chrono::milliseconds(milliseconds));
    const Seq enter = service_.wire.enter(
        crossing("Wait"),
        {{"async", operation_->name}, {"op", operation_->call}, {"timeout", limit}});
    const std::shared_ptr<Operation> operation = operation_;
    if (const auto stopped = service_.requester_fault(*session_->process, "Wait")) {
      service_.wire.leave(crossing("Wait"), enter, *stopped,
                          {{"async", operation->name}, {"op", operation->call}});
      return *stopped;
    }
    const bool was_pending = operation->pending;
    if (was_pending && milliseconds == INFINITE) {
      while (operation->pending) service_.scheduler.wait(operation->done);
    } else if (was_pending) {
      const Time deadline = service_.scheduler.now() + std::chrono::milliseconds(milliseconds);
      while (operation->pending && service_.scheduler.now() < deadline) {
        service_.scheduler.wait(operation->done, deadline - service_.scheduler.now());
      }
    }
    Hr result = hr::ok;
    if (was_pending && !operation->pending && failed(operation->result) &&
        operation->result != kCancelled) {
      result = operation->result;
    }
    result = service_.wire.told(session_->requester, "Wait", result);
    service_.wire.leave(crossing("Wait"), enter, result,
                        {{"async", operation->name}, {"op", operation->call}});
    return result;
  }

  HRESULT STDMETHODCALLTYPE QueryStatus(HRESULT* result, INT* reserved) override {
    if (result == nullptr) return E_INVALIDARG;
    if (const auto stopped = service_.requester_fault(*session_->process, "QueryStatus")) {
      service_.wire.instant(crossing("QueryStatus"), *stopped,
                            {{"async", operation_->name}, {"op", operation_->call}});
      return *stopped;
    }
    *result = service_.wire.told(session_->requester, operation_->call, status());
    if (reserved != nullptr) *reserved = 0;
    service_.wire.instant(
        crossing("QueryStatus"), hr::ok,
        {{"async", operation_->name}, {"op", operation_->call}, {"status", hresult_name(*result)}});
    return S_OK;
  }

 protected:
  void* query(const Guid& iid) override {
    const bool mine =
        iid == Guid::from(__uuidof(IUnknown)) || iid == Guid::from(__uuidof(IVssAsync));
    return mine ? static_cast<IVssAsync*>(this) : nullptr;
  }
  void final_release() override {
    service_.wire.instant(crossing("ReleaseAsync"), std::nullopt, {{"async", operation_->name}});
    delete this;
  }

 private:
  Hr status() const {
    if (operation_->pending) return hr::async_pending;
    if (operation_->result == kCancelled) return hr::async_cancelled;
    return failed(operation_->result) ? operation_->result : hr::async_finished;
  }
  Wire::Crossing crossing(std::string_view name) const {
    return {session_->number, session_->actor, name, 0};
  }

  LabVss::Impl& service_;
  std::shared_ptr<BackupSession> session_;
  std::shared_ptr<Operation> operation_;
};

}  // namespace

StartedAsync start_async(LabVss::Impl& service, const std::shared_ptr<BackupSession>& session,
                         std::string_view call, Seq enter, std::function<Hr()> operation,
                         std::function<void(Hr)> finished) {
  auto shared = std::make_shared<Operation>();
  shared->name = "A" + std::to_string(++service.asyncs_made);
  shared->call = call;
  session->running = true;
  session->cancel_requested = false;
  service.scheduler.spawn(call, {},
                          [&service, session, shared, enter, operation = std::move(operation),
                           finished = std::move(finished)] {
                            Hr result = operation();
                            if (session->cancel_requested && !session->closed && succeeded(result))
                              result = kCancelled;
                            session->running = false;
                            if (shared->call != "GatherWriterStatus")
                              session->last_operation = shared->call;
                            finished(result);
                            shared->result = result;
                            shared->pending = false;
                            service.fact(session.get(), "AsyncFinished", enter,
                                         {{"async", shared->name}, {"op", shared->call}}, -1,
                                         result == kCancelled ? hr::async_cancelled : result);
                            service.scheduler.notify_all(shared->done);
                            service.scheduler.notify_all(session->idle);
                          });
  return {new Async(service, session, shared), shared->name};
}

}  // namespace vsslab
