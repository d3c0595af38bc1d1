#include "transport/client.h"

#include <cstdio>
#include <optional>

#include "core/limits.h"
#include "core/os/program.h"
#include "service/com.h"
#include "service/lab_vss.h"
#include "service/snapshot_mgmt.h"
#include "transport/address.h"
#include "transport/files.h"
#include "transport/remote_writer.h"
#include "win32/process.h"

namespace vsslab::transport {

namespace asio = boost::asio;

namespace {

constexpr int kNoService = 3;

// IVssSnapshotMgmt of a program of its own.
class RemoteMgmt final : public SnapshotMgmt {
 public:
  explicit RemoteMgmt(RootService& root) : root_(root) {}
  HRESULT STDMETHODCALLTYPE GetProviderMgmtInterface(VSS_ID provider, REFIID iid,
                                                     IUnknown** out) override {
    if (out == nullptr) return root_.OpenManagement(provider, iid, nullptr);
    *out = nullptr;
    IVssDifferentialSoftwareSnapshotMgmt3* found = nullptr;
    const HRESULT hr = root_.OpenManagement(provider, iid, &found);
    if (FAILED(hr) || found == nullptr) return hr;
    const HRESULT asked = found->QueryInterface(iid, reinterpret_cast<void**>(out));
    found->Release();
    return asked;
  }
  HRESULT STDMETHODCALLTYPE QueryVolumesSupportedForSnapshots(VSS_ID provider, LONG context,
                                                              IVssEnumMgmtObject** out) override {
    return root_.QueryVolumesSupportedForSnapshots(provider, context, out);
  }
  HRESULT STDMETHODCALLTYPE QuerySnapshotsByVolume(VSS_PWSZ volume, VSS_ID provider,
                                                   IVssEnumObject** out) override {
    return root_.QuerySnapshotsByVolume(volume, provider, out);
  }
  HRESULT STDMETHODCALLTYPE GetMinDiffAreaSize(LONGLONG* out) override {
    return root_.GetMinDiffAreaSize(out);
  }

 private:
  RootService& root_;
};

class Client final : public VssPort, public LabObserver {
 public:
  Client(const ClientOptions& options, std::function<int()> main)
      : options_(options), main_(std::move(main)), signals_(*asio_of(*scheduler_)) {}

  int run() {
    if (options_.service.empty()) {
      return refuse("VSSLAB_SERVICE is not set; start 'vsslab serve', and give its address there");
    }
    const auto address = parse_address(options_.service);
    if (!address) return refuse(address.error().to_text());
    auto socket = connect(*asio_of(*scheduler_), *address);
    if (!socket) return refuse(socket.error().to_text());
    lab_.remote_vss = this;
    lab_.volumes = &volumes_;
    lab_.observers.push_back(this);
    lab_.create_instance = [this](const Guid& clsid, const Guid& iid, void** out) {
      return create_instance(clsid, iid, out);
    };
    lab_.console = [](const LabProcess&, std::string_view text) {
      std::fwrite(text.data(), 1, text.size(), stdout);
      std::fflush(stdout);
    };
    channel_ = std::make_shared<Channel>(std::move(*socket));
    channel_->on_frame = [this](std::string_view frame) { took(frame); };
    channel_->on_closed = [this](std::string_view reason) { lost(reason); };
    connection_ = std::make_shared<Connection>(*scheduler_, channel_);
    root_ = make_remote_root(*connection_);
    channel_->start();
    Hello hello;
    hello.name = options_.name;
    hello.token = options_.token;
    hello.process_id = os::process_id();
    channel_->send(hello_frame(hello));
    hello_timer_ = scheduler_->at(scheduler_->now() + limits::kHelloLimit, [this] {
      channel_->close("the service did not answer within hello_limit");
    });
    scheduler_->expect_foreign(1);
    static_cast<void>(scheduler_->run({.time = Duration::max() / 2}));
    return exit_code_;
  }

  std::int32_t create_writer(CVssWriter* writer, IVssWriterImpl** out, bool extended) override {
    if (writer == nullptr || out == nullptr) return E_INVALIDARG;
    return root_->CreateWriter(extended, writer, out);
  }
  std::int32_t create_backup_components(IVssBackupComponents** out) override {
    if (out == nullptr) return E_INVALIDARG;
    return root_->CreateBackupComponents(out);
  }
  std::int32_t register_provider(const Guid& id, int type, IUnknown* provider) override {
    IVssSoftwareSnapshotProvider* software = nullptr;
    IVssProviderCreateSnapshotSet* create = nullptr;
    IVssProviderNotifications* notifications = nullptr;
    const auto ask = [&](auto** out) {
      using I = std::remove_pointer_t<std::remove_pointer_t<decltype(out)>>;
      return provider->QueryInterface(__uuidof(I), reinterpret_cast<void**>(out));
    };
    if (provider == nullptr || FAILED(ask(&software)) || FAILED(ask(&create))) {
      return E_NOINTERFACE;
    }
    ask(&notifications);  // it may do without
    return root_->RegisterProvider(id.to<VSS_ID>(), L"", static_cast<UINT>(type), software, create,
                                   notifications);
  }
  std::int32_t is_volume_snapshotted(wchar_t* volume, std::int32_t* present,
                                     std::int32_t* compatibility) override {
    return root_->IsVolumeSnapshotted(volume, present, compatibility);
  }
  std::int32_t create_express_writer(IVssExpressWriter** out) override {
    return root_->CreateExpressWriter(out);
  }
  std::int32_t provider_management(const Guid& provider, const Guid& iid, IUnknown** out) override {
    const ComRef<SnapshotMgmt> management(new RemoteMgmt(*root_));
    return management->GetProviderMgmtInterface(provider.to<VSS_ID>(), iid.to<IID>(), out);
  }

  void process_ended(LabProcess&, std::string_view, std::uint32_t code) override {
    exit_code_ = static_cast<int>(code);
    channel_->send(goodbye_frame(code));
    channel_->close_after_sending("the program ended");
    scheduler_->stop();
  }
  void com_security(const LabProcess&, const vsslab::ComSecurity& asked) override {
    root_->ComSecurity(asked.authentication_level, asked.impersonation_level, asked.capabilities);
  }
  void event_log(const LabProcess&, std::string_view source, std::string_view type,
                 std::uint32_t id, std::string_view text) override {
    root_->EventLog(to_wide(source).c_str(), to_wide(type).c_str(), id, to_wide(text).c_str());
  }

 private:
  HRESULT create_instance(const Guid& clsid, const Guid& iid, void** out) {
    if (clsid == Guid::from(CLSID_VssSnapshotMgmt)) {
      const ComRef<SnapshotMgmt> made(new RemoteMgmt(*root_));
      return made->QueryInterface(iid.to<IID>(), out);
    }
    if (clsid != Guid::from(CLSID_VSSCoordinator)) return REGDB_E_CLASSNOTREG;
    IVssAdmin* admin = nullptr;
    const HRESULT hr = root_->CreateAdmin(&admin);
    if (FAILED(hr) || admin == nullptr) return hr;
    const HRESULT asked = admin->QueryInterface(iid.to<IID>(), out);
    admin->Release();
    return asked;
  }

  int refuse(const std::string& text) {
    std::fprintf(stderr, "vsslab: %s\n", text.c_str());
    return kNoService;
  }

  void took(std::string_view frame) {
    const auto kind = static_cast<FrameKind>(frame.front());
    const std::string_view body = frame.substr(1);
    if (kind == FrameKind::refuse) {
      problem_ = "the service refused this program: " + std::string(In(body).text());
    } else if (kind == FrameKind::welcome && process_ == nullptr) {
      start();
    } else if (kind == FrameKind::console && process_ != nullptr) {
      process_->raise_console_event(In(body).number<std::uint32_t>());
    } else if (!connection_->take(kind, body)) {
      channel_->close("a frame that cannot be read");
    }
  }

  void start() {
    scheduler_->cancel(hello_timer_);
    LabProcess& process = spawn_process(lab_, options_.name, [this]() -> int {
      if (!fetch_volumes(*root_, volumes_)) return kNoService;
      return main_();
    });
    process_ = &process;
    set_default_process(&process);
    connection_->set_context(process.context());
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    wait_signal();
  }

  void wait_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      process_->raise_console_event(0);  // CTRL_C_EVENT
      wait_signal();
    });
  }

  void lost(std::string_view reason) {
    connection_->end();
    if (process_ != nullptr) return without_service(reason);
    if (problem_.empty()) problem_ = std::string(reason);
    exit_code_ = refuse(problem_);
    scheduler_->stop();
  }

  // Calls fail from now on. The program is asked to end, and is ended when it does not.
  void without_service(std::string_view reason) {
    if (process_->ended()) return;
    std::fprintf(stderr, "vsslab: the service is gone: %s\n", std::string(reason).c_str());
    process_->raise_console_event(0);  // CTRL_C_EVENT
    scheduler_->at(scheduler_->now() + limits::kServiceGoneLimit, [this] {
      std::fprintf(stderr, "vsslab: the program did not end within service_gone_limit\n");
      exit_code_ = kNoService;
      scheduler_->stop();
    });
  }

  ClientOptions options_;
  std::function<int()> main_;
  std::unique_ptr<Scheduler> scheduler_ = make_real_scheduler();
  Lab lab_{*scheduler_};
  VolumeSet volumes_{scheduler_.get()};
  asio::signal_set signals_;
  std::shared_ptr<Channel> channel_;
  std::shared_ptr<Connection> connection_;
  std::unique_ptr<RootService> root_;
  LabProcess* process_ = nullptr;
  TimerId hello_timer_ = 0;
  std::string problem_;
  int exit_code_ = kNoService;
};

}  // namespace

int run_party(const ClientOptions& options, const std::function<int()>& main) {
  // Never taken down: threads of the program's own may still use it while the process ends.
  auto* const client = new Client(options, main);
  return client->run();
}

}  // namespace vsslab::transport
