#include "transport/remote.h"

#include <stdexcept>

#include "transport/remote_writer.h"

namespace vsslab::transport {

HRESULT failure_of(AnswerStatus status) {
  switch (status) {
    case AnswerStatus::ok:
      return S_OK;
    case AnswerStatus::no_object:
      return kInvalidObject;
    case AnswerStatus::bad_arguments:
      return E_INVALIDARG;
    case AnswerStatus::exception:
      return E_UNEXPECTED;
    case AnswerStatus::lost:
      return kDisconnected;
    case AnswerStatus::late:
      return kLate;
  }
  return E_UNEXPECTED;
}

RemoteObject::~RemoteObject() = default;

ULONG RemoteObject::drop_reference() {
  const ULONG left = --references_;
  if (left != 0) return left;
  const auto tell = [this] {
    Out out = connection_->begin(object_, number_, kRelease);
    std::string results;
    if (connection_->patience()) {
      connection_->tell(finish_frame(out));  // the service does not wait for a program to let go
    } else {
      connection_->call(finish_frame(out), results);
    }
    return 0;
  };
  if (current_scheduler() != nullptr) {
    tell();
  } else {
    on_lab<>(0, [&](Lab&) { return tell(); });
  }
  delete this;
  return 0;
}

AnswerStatus RemoteObject::transact(Out& out, std::string& results) {
  // A writer's event ends with the writer's process: whoever waits for it stops with it. A provider
  // is waited for in the requester's own task, which is told.
  const bool writer = number_ == static_cast<std::uint16_t>(Number::writer);
  std::optional<BlockedScope> blocked;
  if (writer) blocked.emplace(connection_->scheduler());
  const auto limit = writer ? std::nullopt : connection_->patience();
  const std::vector<std::uint32_t> lent = connection_->take_lent();
  const AnswerStatus status = connection_->call(finish_frame(out), results, limit);
  for (const std::uint32_t object : lent) connection_->withdraw(object);
  // What left the writer's handler leaves it here too.
  if (writer && status == AnswerStatus::exception) throw std::runtime_error(results);
  return status;
}

LPCWSTR* RemoteObject::keep_list(AnswerStatus status, In& in) {
  texts_.clear();
  list_.clear();
  const auto count = status == AnswerStatus::ok ? in.number<std::uint32_t>() : 0;
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    if (get<bool>(in)) texts_.push_back(to_wide(in.text()));
  }
  for (const std::wstring& text : texts_) list_.push_back(text.c_str());
  return list_.empty() ? nullptr : list_.data();
}

IVssExamineWriterMetadata* RemoteObject::keep_document(AnswerStatus status, In& in) {
  document_ =
      ComRef<IVssExamineWriterMetadata>(status == AnswerStatus::ok ? get_document(in) : nullptr);
  return document_.get();
}

namespace {

// The reference counting of a proxy whose interface has IUnknown, and the interfaces it answers
// for.
#define VSSLAB_UNKNOWN()                                                \
  ULONG STDMETHODCALLTYPE AddRef() override { return add_reference(); } \
  ULONG STDMETHODCALLTYPE Release() override { return drop_reference(); }

template <class... I, class P>
HRESULT answer_query(P* self, REFIID iid, void** out) {
  if (out == nullptr) return E_POINTER;
  const Guid wanted = Guid::from(iid);
  *out = nullptr;
  ((wanted == Guid::from(__uuidof(I)) ? void(*out = static_cast<I*>(self)) : void()), ...);
  if (*out == nullptr) return E_NOINTERFACE;
  self->AddRef();
  return S_OK;
}

// VSSLAB_REMOTE(class, table, number, table, interfaces it answers for…)
#define VSSLAB_REMOTE(P, I, N, TABLE, ...)                                           \
  class P final : public I, public RemoteObject {                                    \
   public:                                                                           \
    P(Connection& connection, std::uint32_t object)                                  \
        : RemoteObject(connection, object, static_cast<std::uint16_t>(Number::N)) {} \
    enum { TABLE(VSSLAB_NUMBER) };                                                   \
    VSSLAB_UNKNOWN()                                                                 \
    HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override {      \
      return answer_query<__VA_ARGS__>(this, iid, out);                              \
    }                                                                                \
    TABLE(VSSLAB_PROXY)                                                              \
  };

VSSLAB_REMOTE(RemoteAsync, IVssAsync, async, VSSLAB_TABLE_ASYNC, IUnknown, IVssAsync)
VSSLAB_REMOTE(RemoteEnum, IVssEnumObject, enum_object, VSSLAB_TABLE_ENUM, IUnknown, IVssEnumObject)
VSSLAB_REMOTE(RemoteFiledesc, IVssWMFiledesc, filedesc, VSSLAB_TABLE_FILEDESC, IUnknown)
VSSLAB_REMOTE(RemoteComponent, IVssComponentEx2, component, VSSLAB_TABLE_COMPONENT, IUnknown,
              IVssComponent, IVssComponentEx, IVssComponentEx2)
VSSLAB_REMOTE(RemoteWriterImpl, IVssWriterImpl, writer_impl, VSSLAB_TABLE_WRITER_IMPL, IUnknown)
VSSLAB_REMOTE(RemoteBackup, IVssBackupComponentsEx4, backup, VSSLAB_TABLE_BACKUP, IUnknown,
              IVssBackupComponents, IVssBackupComponentsEx, IVssBackupComponentsEx2,
              IVssBackupComponentsEx3, IVssBackupComponentsEx4)
VSSLAB_REMOTE(RemoteSoftware, IVssSoftwareSnapshotProvider, software, VSSLAB_TABLE_SOFTWARE,
              IUnknown, IVssSoftwareSnapshotProvider)
VSSLAB_REMOTE(RemoteCreateSet, IVssProviderCreateSnapshotSet, create_set, VSSLAB_TABLE_CREATE_SET,
              IUnknown, IVssProviderCreateSnapshotSet)
VSSLAB_REMOTE(RemoteNotifications, IVssProviderNotifications, notifications,
              VSSLAB_TABLE_NOTIFICATIONS, IUnknown, IVssProviderNotifications)

VSSLAB_REMOTE(RemoteExpress, IVssExpressWriter, express, VSSLAB_TABLE_EXPRESS, IUnknown,
              IVssExpressWriter)
VSSLAB_REMOTE(RemoteExpressMetadata, IVssCreateExpressWriterMetadata, express_metadata,
              VSSLAB_TABLE_EXPRESS_METADATA, IUnknown, IVssCreateExpressWriterMetadata)
VSSLAB_REMOTE(RemoteManagement, IVssDifferentialSoftwareSnapshotMgmt3, management,
              VSSLAB_TABLE_MANAGEMENT, IUnknown, IVssDifferentialSoftwareSnapshotMgmt,
              IVssDifferentialSoftwareSnapshotMgmt2, IVssDifferentialSoftwareSnapshotMgmt3)
VSSLAB_REMOTE(RemoteManaged, IVssEnumMgmtObject, managed, VSSLAB_TABLE_MANAGED, IUnknown,
              IVssEnumMgmtObject)
VSSLAB_REMOTE(RemoteAdmin, IVssAdmin, admin, VSSLAB_TABLE_ADMIN, IUnknown, IVssAdmin)

class RemoteComponents final : public IVssWriterComponentsExt, public RemoteObject {
 public:
  RemoteComponents(Connection& connection, std::uint32_t object)
      : RemoteObject(connection, object, static_cast<std::uint16_t>(Number::components)) {}
  enum { VSSLAB_TABLE_COMPONENTS(VSSLAB_NUMBER) };
  VSSLAB_UNKNOWN()
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override {
    return answer_query<IUnknown>(this, iid, out);
  }
  VSSLAB_TABLE_COMPONENTS(VSSLAB_PROXY)
};

// Lent for one event: counting references keeps nothing alive.
class RemoteCreateMetadata final : public IVssCreateWriterMetadataEx, public RemoteObject {
 public:
  RemoteCreateMetadata(Connection& connection, std::uint32_t object)
      : RemoteObject(connection, object, static_cast<std::uint16_t>(Number::create_metadata)) {}
  enum { VSSLAB_TABLE_CREATE_METADATA(VSSLAB_NUMBER) };
  ULONG STDMETHODCALLTYPE AddRef() override { return 2; }
  ULONG STDMETHODCALLTYPE Release() override { return 1; }
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override {
    return answer_query<IUnknown, IVssCreateWriterMetadataEx>(this, iid, out);
  }
  VSSLAB_TABLE_CREATE_METADATA(VSSLAB_PROXY)
};

class RemoteRoot final : public RootService, public RemoteObject {
 public:
  explicit RemoteRoot(Connection& connection)
      : RemoteObject(connection, 1, static_cast<std::uint16_t>(Number::root)) {}
  enum { VSSLAB_TABLE_ROOT(VSSLAB_NUMBER) };
  VSSLAB_TABLE_ROOT(VSSLAB_PROXY)
};

#define VSSLAB_TABLE(I, N, TABLE)                                                  \
  constexpr Stub k##N##Stubs[] = {TABLE(VSSLAB_STUB)};                             \
  constexpr Interface k##N{static_cast<std::uint16_t>(Number::N), #I, k##N##Stubs, \
                           static_cast<std::uint16_t>(std::size(k##N##Stubs))};

VSSLAB_TABLE(IVssAsync, async, VSSLAB_TABLE_ASYNC)
VSSLAB_TABLE(IVssEnumObject, enum_object, VSSLAB_TABLE_ENUM)
VSSLAB_TABLE(IVssWMFiledesc, filedesc, VSSLAB_TABLE_FILEDESC)
VSSLAB_TABLE(IVssWriterComponents, components, VSSLAB_TABLE_COMPONENTS)
VSSLAB_TABLE(IVssComponent, component, VSSLAB_TABLE_COMPONENT)
VSSLAB_TABLE(IVssCreateWriterMetadata, create_metadata, VSSLAB_TABLE_CREATE_METADATA)
VSSLAB_TABLE(IVssWriterImpl, writer_impl, VSSLAB_TABLE_WRITER_IMPL)
VSSLAB_TABLE(CVssWriter, writer, VSSLAB_TABLE_WRITER)
VSSLAB_TABLE(IVssBackupComponents, backup, VSSLAB_TABLE_BACKUP)
VSSLAB_TABLE(IVssSoftwareSnapshotProvider, software, VSSLAB_TABLE_SOFTWARE)
VSSLAB_TABLE(IVssProviderCreateSnapshotSet, create_set, VSSLAB_TABLE_CREATE_SET)
VSSLAB_TABLE(IVssProviderNotifications, notifications, VSSLAB_TABLE_NOTIFICATIONS)
VSSLAB_TABLE(RootService, root, VSSLAB_TABLE_ROOT)
VSSLAB_TABLE(IVssExpressWriter, express, VSSLAB_TABLE_EXPRESS)
VSSLAB_TABLE(IVssCreateExpressWriterMetadata, express_metadata, VSSLAB_TABLE_EXPRESS_METADATA)
VSSLAB_TABLE(IVssDifferentialSoftwareSnapshotMgmt, management, VSSLAB_TABLE_MANAGEMENT)
VSSLAB_TABLE(IVssEnumMgmtObject, managed, VSSLAB_TABLE_MANAGED)
VSSLAB_TABLE(IVssAdmin, admin, VSSLAB_TABLE_ADMIN)

// `wire`: the most derived table that crosses for it.
template <class I>
struct Wire {};
#define VSSLAB_WIRE(I, T, N, P)                           \
  template <>                                             \
  struct Wire<I> {                                        \
    using Target = T;                                     \
    using Proxy = P;                                      \
    static constexpr const Interface* kInterface = &k##N; \
  };
VSSLAB_WIRE(IVssAsync, IVssAsync, async, RemoteAsync)
VSSLAB_WIRE(IVssEnumObject, IVssEnumObject, enum_object, RemoteEnum)
VSSLAB_WIRE(IVssWMFiledesc, IVssWMFiledesc, filedesc, RemoteFiledesc)
VSSLAB_WIRE(IVssWriterComponentsExt, IVssWriterComponents, components, RemoteComponents)
VSSLAB_WIRE(IVssComponent, IVssComponentEx2, component, RemoteComponent)
VSSLAB_WIRE(IVssWriterImpl, IVssWriterImpl, writer_impl, RemoteWriterImpl)
VSSLAB_WIRE(IVssBackupComponents, IVssBackupComponentsEx4, backup, RemoteBackup)
VSSLAB_WIRE(IVssSoftwareSnapshotProvider, IVssSoftwareSnapshotProvider, software, RemoteSoftware)
VSSLAB_WIRE(IVssProviderCreateSnapshotSet, IVssProviderCreateSnapshotSet, create_set,
            RemoteCreateSet)
VSSLAB_WIRE(IVssProviderNotifications, IVssProviderNotifications, notifications,
            RemoteNotifications)
VSSLAB_WIRE(IVssExpressWriter, IVssExpressWriter, express, RemoteExpress)
VSSLAB_WIRE(IVssCreateExpressWriterMetadata, IVssCreateExpressWriterMetadata, express_metadata,
            RemoteExpressMetadata)
VSSLAB_WIRE(IVssDifferentialSoftwareSnapshotMgmt3, IVssDifferentialSoftwareSnapshotMgmt3,
            management, RemoteManagement)
VSSLAB_WIRE(IVssEnumMgmtObject, IVssEnumMgmtObject, managed, RemoteManaged)
VSSLAB_WIRE(IVssAdmin, IVssAdmin, admin, RemoteAdmin)

}  // namespace

template <class I>
void put_interface(Out& out, I* object) {
  if (object == nullptr) return out.number<std::uint32_t>(0);
  auto* target = static_cast<typename Wire<I>::Target*>(object);
  const std::uint32_t number =
      out.connection()->add_object(target, *Wire<I>::kInterface, [object] { object->Release(); });
  if (number == 0) object->Release();
  out.number(number);
}

template <class I>
I* get_interface(In& in) {
  const auto number = in.number<std::uint32_t>();
  if (number == 0 || in.connection() == nullptr) return nullptr;
  return new typename Wire<I>::Proxy(*in.connection(), number);
}

template <>
void put_interface(Out& out, CVssWriter* object) {
  // RemoteWriter asks OnIdentifyEx only of a writer that said it is extended (CreateWriter).
  out.number(object == nullptr ? 0 : out.connection()->add_object(object, kwriter, nullptr));
}

template <>
CVssWriter* get_interface(In& in) {
  const auto number = in.number<std::uint32_t>();
  if (number == 0 || in.connection() == nullptr) return nullptr;
  auto writer = std::make_shared<RemoteWriter>(*in.connection(), number);
  in.connection()->own(writer);
  return writer.get();
}

#define VSSLAB_CROSSES(I)                   \
  template void put_interface<I>(Out&, I*); \
  template I* get_interface<I>(In&);
VSSLAB_CROSSES(IVssAsync)
VSSLAB_CROSSES(IVssEnumObject)
VSSLAB_CROSSES(IVssWMFiledesc)
VSSLAB_CROSSES(IVssWriterComponentsExt)
VSSLAB_CROSSES(IVssComponent)
VSSLAB_CROSSES(IVssWriterImpl)
VSSLAB_CROSSES(IVssBackupComponents)
VSSLAB_CROSSES(IVssSoftwareSnapshotProvider)
VSSLAB_CROSSES(IVssProviderCreateSnapshotSet)
VSSLAB_CROSSES(IVssProviderNotifications)
VSSLAB_CROSSES(IVssExpressWriter)
VSSLAB_CROSSES(IVssCreateExpressWriterMetadata)
VSSLAB_CROSSES(IVssDifferentialSoftwareSnapshotMgmt3)
VSSLAB_CROSSES(IVssEnumMgmtObject)
VSSLAB_CROSSES(IVssAdmin)

namespace {

template <class Target, class I>
void lend(Out& out, I* object, const Interface& table) {
  if (object == nullptr) return out.number<std::uint32_t>(0);
  out.number(out.connection()->lend(static_cast<Target*>(object), table));
}

template <class P>
P* borrow(In& in) {
  const auto number = in.number<std::uint32_t>();
  if (number == 0 || in.connection() == nullptr) return nullptr;
  auto proxy = std::make_shared<P>(*in.connection(), number);
  in.connection()->keep(proxy);
  return proxy.get();
}

}  // namespace

template <Lent I>
void lend_object(Out& out, I* object) {
  if constexpr (std::is_same_v<I, IVssWriterComponents>) {
    lend<IVssWriterComponents>(out, object, kcomponents);
  } else {
    // The service hands out an IVssCreateWriterMetadataEx whichever is asked for.
    lend<IVssCreateWriterMetadataEx>(out, object, kcreate_metadata);
  }
}

template <Lent I>
I* borrow_object(In& in) {
  if constexpr (std::is_same_v<I, IVssWriterComponents>) {
    return borrow<RemoteComponents>(in);
  } else {
    return borrow<RemoteCreateMetadata>(in);
  }
}

template void lend_object<IVssCreateWriterMetadata>(Out&, IVssCreateWriterMetadata*);
template IVssCreateWriterMetadata* borrow_object<IVssCreateWriterMetadata>(In&);
template void lend_object<IVssCreateWriterMetadataEx>(Out&, IVssCreateWriterMetadataEx*);
template IVssCreateWriterMetadataEx* borrow_object<IVssCreateWriterMetadataEx>(In&);
template void lend_object<IVssWriterComponents>(Out&, IVssWriterComponents*);
template IVssWriterComponents* borrow_object<IVssWriterComponents>(In&);

std::unique_ptr<RootService> make_remote_root(Connection& connection) {
  return std::make_unique<RemoteRoot>(connection);
}

std::uint32_t add_root(Connection& connection, RootService& root) {
  return connection.add_object(&root, kroot, nullptr);
}

// ---- a writer in another process ----------------------------------------------------------------

RemoteWriter::RemoteWriter(Connection& connection, std::uint32_t object)
    : RemoteObject(connection, object, static_cast<std::uint16_t>(Number::writer)) {}

}  // namespace vsslab::transport
