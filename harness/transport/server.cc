#include "transport/server.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/ascii.h"
#include "core/limits.h"
#include "service/impl.h"
#include "service/provider_admin.h"
#include "service/snapshot_mgmt.h"
#include "transport/files.h"
#include "transport/remote_writer.h"
#include "win32/process.h"

namespace vsslab::transport {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::uint32_t kTerminated = 1;  // what TerminateProcess callers usually give

// A provider of another process: one object that answers for the interfaces that it said it has.
class RemoteProvider final : public ComObject<IUnknown> {
 public:
  RemoteProvider(IVssSoftwareSnapshotProvider* software, IVssProviderCreateSnapshotSet* create,
                 IVssProviderNotifications* notifications)
      : software_(software), create_(create), notifications_(notifications) {}

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override {
    for (IUnknown* part :
         {static_cast<IUnknown*>(software_.get()), static_cast<IUnknown*>(create_.get()),
          static_cast<IUnknown*>(notifications_.get())}) {
      if (part != nullptr && SUCCEEDED(part->QueryInterface(iid, out))) return S_OK;
    }
    return ComObject<IUnknown>::QueryInterface(iid, out);
  }

 protected:
  void* query(const Guid& iid) override {
    return iid == Guid::from(__uuidof(IUnknown)) ? static_cast<IUnknown*>(this) : nullptr;
  }

 private:
  ComRef<IVssSoftwareSnapshotProvider> software_;
  ComRef<IVssProviderCreateSnapshotSet> create_;
  ComRef<IVssProviderNotifications> notifications_;
};

// What Windows ends a program with that an exception left, unless it was Ctrl-C.
bool is_crash(std::uint32_t code) {
  constexpr std::uint32_t kErrors = 0xC0000000;
  constexpr std::uint32_t kControlCExit = 0xC000013A;
  return code >= kErrors && code != kControlCExit && code != 0xFFFFFFFF;
}

// Only what a journal can hold as a name.
std::string clean_name(std::string_view wanted) {
  std::string name;
  for (const char letter : wanted.substr(0, limits::kPartyNameBytesMax)) {
    const bool plain =
        ascii::is_letter_or_digit(letter) || letter == '-' || letter == '_' || letter == '.';
    name += plain ? letter : '-';
  }
  return name.empty() ? "program" : name;
}

// What an event log holds of one text.
std::string cut(LPCWSTR text) {
  return text == nullptr
             ? std::string()
             : to_utf8(std::wstring_view(text).substr(0, limits::kEventTextCharactersMax));
}

// What one connected program may ask for.
class Party final : public RootService, public std::enable_shared_from_this<Party> {
 public:
  Party(Lab& lab, LabVss& service, std::shared_ptr<Channel> channel)
      : lab_(lab),
        service_(service),
        connection(std::make_shared<Connection>(lab.scheduler, std::move(channel))) {}

  void come_in(std::string name) {
    process = &create_process(lab_, std::move(name));
    // The process lives as long as this task: it is its main thread.
    process->start_thread(process->name, [self = shared_from_this()]() -> std::uint32_t {
      while (!self->gone_) self->lab_.scheduler.wait(self->end_);
      return 0;
    });
    connection->set_context(process->context());
    add_root(*connection, *this);
  }

  // The process goes first: whoever waits for an answer of it stops with it.
  void leave(std::string_view reason) {
    gone_ = true;
    if (process != nullptr) process->end(reason, exit_code);
    connection->end();
  }

  HRESULT CreateWriter(bool extended, CVssWriter* writer, IVssWriterImpl** out) override {
    return service_.create_writer(writer, out, extended);
  }
  HRESULT CreateBackupComponents(IVssBackupComponents** out) override {
    return service_.create_backup_components(out);
  }
  HRESULT IsVolumeSnapshotted(VSS_PWSZ volume, BOOL* present, LONG* compatibility) override {
    return IsVolumeSnapshottedInternal(volume, present, compatibility);
  }
  HRESULT CreateExpressWriter(IVssExpressWriter** out) override {
    return CreateVssExpressWriterInternal(out);
  }
  HRESULT CreateAdmin(IVssAdmin** out) override {
    if (out == nullptr) return E_POINTER;
    return make_provider_admin(service_.impl(), Guid::from(__uuidof(IVssAdmin)),
                               reinterpret_cast<void**>(out));
  }
  HRESULT OpenManagement(VSS_ID provider, IID iid,
                         IVssDifferentialSoftwareSnapshotMgmt3** out) override {
    if (out == nullptr) {
      return provider_management(service_.impl(), Guid::from(provider), iid, nullptr);
    }
    *out = nullptr;
    IUnknown* found = nullptr;
    const HRESULT hr = provider_management(service_.impl(), Guid::from(provider), iid, &found);
    if (FAILED(hr) || found == nullptr) return hr;
    const HRESULT asked = found->QueryInterface(out);
    found->Release();
    return asked;
  }
  HRESULT GetMinDiffAreaSize(LONGLONG* out) override {
    return management()->GetMinDiffAreaSize(out);
  }
  HRESULT QueryVolumesSupportedForSnapshots(VSS_ID provider, LONG context,
                                            IVssEnumMgmtObject** out) override {
    return management()->QueryVolumesSupportedForSnapshots(provider, context, out);
  }
  HRESULT QuerySnapshotsByVolume(VSS_PWSZ volume, VSS_ID provider, IVssEnumObject** out) override {
    return management()->QuerySnapshotsByVolume(volume, provider, out);
  }
  HRESULT RegisterProvider(VSS_ID id, LPCWSTR name, UINT type,
                           IVssSoftwareSnapshotProvider* software,
                           IVssProviderCreateSnapshotSet* create,
                           IVssProviderNotifications* notifications) override {
    auto* provider = new RemoteProvider(software, create, notifications);
    const std::string text = expected.empty() ? text_of(name) : expected;
    const Hr result = service_.register_provider(text.empty() ? process->name : clean_name(text),
                                                 Guid::from(id), static_cast<int>(type), provider);
    provider->Release();
    return result;
  }
  HRESULT ComSecurity(DWORD authentication, DWORD impersonation, DWORD capabilities) override {
    const vsslab::ComSecurity asked{authentication, impersonation, capabilities};
    process->security = asked;
    for (LabObserver* observer : lab_.observers) observer->com_security(*process, asked);
    return S_OK;
  }
  HRESULT EventLog(LPCWSTR source, LPCWSTR type, UINT id, LPCWSTR text) override {
    for (LabObserver* observer : lab_.observers) {
      observer->event_log(*process, cut(source), cut(type), id, cut(text));
    }
    return S_OK;
  }
  HRESULT File(UINT operation, const std::string* request, std::string* reply) override {
    if (lab_.volumes == nullptr) return E_UNEXPECTED;
    return serve_file(*lab_.volumes, operation, *request, *reply);
  }

  ComRef<SnapshotMgmt> management() {
    return ComRef<SnapshotMgmt>(make_snapshot_mgmt(service_.impl()));
  }

  Lab& lab_;
  LabVss& service_;
  std::shared_ptr<Connection> connection;
  LabProcess* process = nullptr;
  std::string expected;  // the name of a program that we have started
  bool refused = false;
  std::string refusal;
  bool gone_ = false;
  bool said_goodbye = false;
  std::uint32_t exit_code = kTerminated;
  TimerId hello_timer = 0;
  WaitQueue end_;
};

}  // namespace

class Server::Impl : public LabObserver, public std::enable_shared_from_this<Server::Impl> {
 public:
  Impl(Lab& lab, LabVss& service, ServerOptions options)
      : lab_(lab),
        service_(service),
        options_(std::move(options)),
        io_(*asio_of(lab.scheduler)),
        acceptor_(io_),
        again_(io_) {
    lab_.observers.push_back(this);
  }

  Result<void> listen() {
    const Address& address = options_.address;
    if (address.descriptor >= 0) {
      return fail(Error{"fd: is where programs find a service, not where one can listen",
                        {},
                        0,
                        {},
                        "valid: unix:/path, tcp:PORT"});
    }
    if (!address.unix_socket && options_.token.empty()) {
      return fail(Error{"TCP needs a token", {}, 0, {}, "add --token-file FILE"});
    }
    error_code error;
    const auto endpoint = endpoint_of(address);
    acceptor_.open(endpoint.protocol(), error);
    if (!error && !address.unix_socket) {
      acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    }
    if (!error) acceptor_.bind(endpoint, error);
    if (error == asio::error::address_in_use && remove_stale(address)) {
      acceptor_.bind(endpoint, error);
    }
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return fail(fmt::format("cannot listen at '{}': {}", to_text(address), error.message()));
    }
    lab_.scheduler.expect_foreign(1);
    listening_ = true;
    accept();
    return {};
  }

  void accept() {
    acceptor_.async_accept([self = shared_from_this()](error_code error, Socket socket) {
      if (!self->listening_) return;
      if (error) {
        // Out of descriptors: those who wait are served when somebody has left.
        self->again_.expires_after(std::chrono::milliseconds(100));
        self->again_.async_wait([self](error_code) {
          if (self->listening_) self->accept();
        });
        return;
      }
      self->came(std::move(socket));
      self->accept();
    });
  }

  void came(Socket socket) {
    auto channel = std::make_shared<Channel>(std::move(socket));
    if (open_.size() >= limits::kConnectionsMax) {
      return refuse(*channel, fmt::format("more than {} programs (connections_max)",
                                          limits::kConnectionsMax));
    }
    welcome(std::make_shared<Party>(lab_, service_, channel), channel, limits::kHelloLimit,
            "no hello within hello_limit");
  }

  void adopt(int descriptor, const std::string& name) {
    Socket socket(io_);
    error_code error;
    socket.assign(asio::local::stream_protocol(), descriptor, error);
    auto channel = std::make_shared<Channel>(std::move(socket));
    auto party = std::make_shared<Party>(lab_, service_, channel);
    party->expected = name;
    names_.insert(name);
    welcome(party, channel, limits::kProgramStartLimit, "no hello within program_start_limit");
  }

  void welcome(const std::shared_ptr<Party>& party, const std::shared_ptr<Channel>& channel,
               Duration limit, std::string_view too_late) {
    open_.insert(party);
    const std::weak_ptr<Impl> weak = weak_from_this();
    channel->on_frame = [weak, raw = party.get()](std::string_view frame) {
      if (const auto self = weak.lock()) self->took(*raw, frame);
    };
    channel->on_closed = [weak, raw = party.get()](std::string_view reason) {
      if (const auto self = weak.lock()) self->lost(*raw, reason);
    };
    party->hello_timer =
        lab_.scheduler.at(lab_.scheduler.now() + limit, [channel, too_late, raw = party.get()] {
          raw->hello_timer = 0;
          channel->close(too_late);
        });
    channel->start();
  }

  void refuse(Party& party, const std::string& reason) {
    party.refused = true;
    party.refusal = reason;
    if (party.hello_timer != 0) lab_.scheduler.cancel(std::exchange(party.hello_timer, 0));
    note("PartyRefused", party.expected, reason);
    party.connection->channel().send(refuse_frame(reason));
    party.connection->channel().close_after_sending(reason);
  }

  void refuse(Channel& channel, const std::string& reason) {
    note("PartyRefused", "", reason);
    channel.send(refuse_frame(reason));
    channel.close_after_sending(reason);
  }

  void took(Party& party, std::string_view frame) {
    Channel& channel = party.connection->channel();
    const auto kind = static_cast<FrameKind>(frame.front());
    const std::string_view body = frame.substr(1);
    if (party.refused) return;
    if (party.process == nullptr) return greeted(party, channel, kind, body);
    if (kind == FrameKind::goodbye) {
      In in(body);
      party.exit_code = in.number<std::uint32_t>();
      party.said_goodbye = in.done();
      return channel.close("the program ended");
    }
    if (!party.connection->take(kind, body)) {
      channel.close(
          fmt::format("a frame of kind {} that cannot be read", static_cast<unsigned>(kind)));
    }
  }

  void greeted(Party& party, Channel& channel, FrameKind kind, std::string_view body) {
    const auto hello = kind == FrameKind::hello ? read_hello(body) : std::nullopt;
    if (!hello) return refuse(party, "the first frame is no hello of this protocol");
    if (hello->version != kVersion) {
      return refuse(party, fmt::format("protocol version {} is not spoken here, only {}",
                                       hello->version, kVersion));
    }
    if (!options_.token.empty() && hello->token != options_.token) {
      return refuse(party, hello->token.empty()
                               ? "it gave no token: VSSLAB_TOKEN has to hold the service's"
                               : "its token (VSSLAB_TOKEN) is not the service's");
    }
    if (seen_ >= limits::kProgramsMax) {
      return refuse(party, fmt::format("more than {} programs in one run (programs_max)",
                                       limits::kProgramsMax));
    }
    const std::string name = party.expected.empty() ? own_name(hello->name) : party.expected;
    if (party.hello_timer != 0) lab_.scheduler.cancel(std::exchange(party.hello_timer, 0));
    ++seen_;
    party.connection->set_patience(options_.answer_limit);
    party.come_in(name);
    note("PartyConnected", name, fmt::format("process {}", hello->process_id));
    channel.send(welcome_frame(name));
    if (options_.came && !party.expected.empty()) options_.came(*party.process);
  }

  std::string own_name(std::string_view wanted) {
    const std::string name = clean_name(wanted);
    std::string own = name;
    while (!names_.insert(own).second) own = fmt::format("{}-{}", name, ++same_names_[name] + 1);
    return own;
  }

  // The scenario or the lab ended it, not its program.
  void process_ended(LabProcess& process, std::string_view, std::uint32_t) override {
    const auto found = std::find_if(open_.begin(), open_.end(),
                                    [&](const auto& party) { return party->process == &process; });
    if (found != open_.end()) (*found)->connection->channel().close("the lab ended its process");
  }

  void lost(Party& party, std::string_view reason) {
    if (party.hello_timer != 0) lab_.scheduler.cancel(std::exchange(party.hello_timer, 0));
    if (party.process != nullptr) {
      note("PartyDisconnected", party.process->name, reason);
    } else {
      if (!party.refused) note("PartyRefused", party.expected, reason);
      if (options_.refused && !party.expected.empty()) {
        options_.refused(party.expected, party.refused ? party.refusal : reason);
      }
    }
    const bool well = party.said_goodbye && !is_crash(party.exit_code);
    party.leave(well ? "exit" : closing_ && !party.said_goodbye ? "killed" : "crash");
    const auto found = std::find_if(open_.begin(), open_.end(),
                                    [&](const auto& each) { return each.get() == &party; });
    if (found == open_.end()) return;
    // The service may still point to what stood in for the program's objects.
    if (party.process != nullptr) past_.push_back(*found);
    open_.erase(found);
  }

  void note(std::string_view event, std::string_view party, std::string_view text) {
    if (options_.note) options_.note(event, party, text);
  }

  // Empty: everybody.
  void dismiss(std::string_view name) {
    for (const auto& party : open_) {
      if (party->process == nullptr || (!name.empty() && party->process->name != name)) continue;
      party->connection->channel().send(console_frame(0));
    }
  }

  void close() {
    if (std::exchange(listening_, false)) {
      error_code ignored;
      acceptor_.close(ignored);
      again_.cancel();
      if (options_.address.unix_socket) std::remove(options_.address.path.c_str());
      lab_.scheduler.expect_foreign(-1);
    }
    closing_ = true;
    const auto open = open_;
    for (const auto& party : open) party->connection->channel().close("the service ended");
  }

  void forget() {
    std::erase(lab_.observers, this);
    for (const auto& party : past_) party->connection->forget();
    past_.clear();
  }

  Lab& lab_;
  LabVss& service_;
  ServerOptions options_;
  asio::io_context& io_;
  asio::basic_socket_acceptor<asio::generic::stream_protocol> acceptor_;
  asio::steady_timer again_;
  std::set<std::shared_ptr<Party>> open_;
  std::vector<std::shared_ptr<Party>> past_;
  std::set<std::string> names_;
  std::map<std::string, std::size_t> same_names_;
  std::size_t seen_ = 0;
  bool listening_ = false;
  bool closing_ = false;  // who is here now is ended by the lab
};

Server::Server(Lab& lab, LabVss& service, ServerOptions options)
    : impl_(std::make_shared<Impl>(lab, service, std::move(options))) {}
Server::~Server() {
  impl_->close();
  impl_->forget();
}
Result<void> Server::listen() { return impl_->listen(); }
void Server::adopt(int socket, const std::string& name) { impl_->adopt(socket, name); }
void Server::dismiss() { impl_->dismiss({}); }
void Server::dismiss(std::string_view party) { impl_->dismiss(party); }
void Server::close() { impl_->close(); }
std::size_t Server::connected() const { return impl_->open_.size(); }
std::size_t Server::seen() const { return impl_->seen_; }

}  // namespace vsslab::transport
