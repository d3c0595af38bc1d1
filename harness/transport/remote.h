// The two halves of an object that lives in another process: a proxy here for each interface, and
// the table through which the other side calls an object of ours.
#pragma once

#include <atomic>
#include <type_traits>

#include "service/com.h"
#include "transport/marshal.h"
#include "transport/root.h"
#include "transport/tables.h"
#include "win32/call.h"

namespace vsslab::transport {

inline constexpr HRESULT kDisconnected = static_cast<HRESULT>(0x80010108);   // RPC_E_DISCONNECTED
inline constexpr HRESULT kInvalidObject = static_cast<HRESULT>(0x80010114);  // RPC_E_INVALID_OBJECT
inline constexpr HRESULT kLate = static_cast<HRESULT>(0x8001011F);           // RPC_E_TIMEOUT

// Why a call did not come back, as a COM caller is told.
HRESULT failure_of(AnswerStatus status);

class RemoteObject {
 public:
  RemoteObject(Connection& connection, std::uint32_t object, std::uint16_t number)
      : connection_(connection.shared_from_this()), object_(object), number_(number) {}
  virtual ~RemoteObject();
  RemoteObject(const RemoteObject&) = delete;
  RemoteObject& operator=(const RemoteObject&) = delete;

 protected:
  ULONG add_reference() { return ++references_; }
  // Tells the other side when the last one goes, and deletes this.
  ULONG drop_reference();
  std::uint32_t object() const { return object_; }
  Connection& connection() const { return *connection_; }

  template <auto M, class... A>
  ResultOf<M> call(std::uint16_t method, A... arguments) {
    using R = ResultOf<M>;
    if (current_scheduler() != nullptr) return call_here<M>(method, arguments...);
    // A thread that the party made for itself.
    if constexpr (std::is_void_v<R>) {
      on_lab<>(0, [&](Lab&) {
        call_here<M>(method, arguments...);
        return 0;
      });
    } else {
      return on_lab<>(no_result<R>(AnswerStatus::lost),
                      [&](Lab&) -> R { return call_here<M>(method, arguments...); });
    }
  }

  template <class R>
  static R no_result(AnswerStatus status) {
    if constexpr (std::is_same_v<R, HRESULT>) {
      return failure_of(status);
    } else {
      return R{};
    }
  }

 private:
  template <auto M, class... A>
  ResultOf<M> call_here(std::uint16_t method, A... arguments) {
    using R = ResultOf<M>;
    const std::tuple<A...> values(arguments...);
    constexpr auto kEach = std::make_index_sequence<sizeof...(A)>{};
    Out out = connection_->begin(object_, number_, method);
    send_arguments<M>(out, kEach, values);
    std::string results;
    const AnswerStatus status = transact(out, results);
    In in(results, connection_.get());
    if constexpr (std::is_void_v<R>) {
      return;
    } else if constexpr (std::is_same_v<R, LPCWSTR*>) {
      return keep_list(status, in);
    } else if constexpr (std::is_same_v<R, IVssExamineWriterMetadata*>) {
      return keep_document(status, in);
    } else {
      if (status != AnswerStatus::ok) return no_result<R>(status);
      const R result = get<R>(in);
      receive_results<M>(in, kEach, values);
      return in.ok() ? result : no_result<R>(AnswerStatus::bad_arguments);
    }
  }

  AnswerStatus transact(Out& out, std::string& results);
  LPCWSTR* keep_list(AnswerStatus status, In& in);
  IVssExamineWriterMetadata* keep_document(AnswerStatus status, In& in);

  std::shared_ptr<Connection> connection_;
  std::uint32_t object_;
  std::uint16_t number_;
  std::atomic<ULONG> references_{1};
  std::vector<std::wstring> texts_;
  std::vector<LPCWSTR> list_;
  ComRef<IVssExamineWriterMetadata> document_;
};

#define VSSLAB_PROXY_0(I, M) \
  ResultOf<&I::M> STDMETHODCALLTYPE M() override { return call<&I::M>(k##M); }
#define VSSLAB_PROXY_1(I, M) \
  ResultOf<&I::M> STDMETHODCALLTYPE M(Param<&I::M, 0> a) override { return call<&I::M>(k##M, a); }
#define VSSLAB_PROXY_2(I, M)                                                           \
  ResultOf<&I::M> STDMETHODCALLTYPE M(Param<&I::M, 0> a, Param<&I::M, 1> b) override { \
    return call<&I::M>(k##M, a, b);                                                    \
  }
#define VSSLAB_PROXY_3(I, M)                                                                   \
  ResultOf<&I::M> STDMETHODCALLTYPE M(Param<&I::M, 0> a, Param<&I::M, 1> b, Param<&I::M, 2> c) \
      override {                                                                               \
    return call<&I::M>(k##M, a, b, c);                                                         \
  }
#define VSSLAB_PROXY_4(I, M)                                                                   \
  ResultOf<&I::M> STDMETHODCALLTYPE M(Param<&I::M, 0> a, Param<&I::M, 1> b, Param<&I::M, 2> c, \
                                      Param<&I::M, 3> d) override {                            \
    return call<&I::M>(k##M, a, b, c, d);                                                      \
  }
#define VSSLAB_PROXY_5(I, M)                                                                   \
  ResultOf<&I::M> STDMETHODCALLTYPE M(Param<&I::M, 0> a, Param<&I::M, 1> b, Param<&I::M, 2> c, \
                                      Param<&I::M, 3> d, Param<&I::M, 4> e) override {         \
    return call<&I::M>(k##M, a, b, c, d, e);                                                   \
  }
#define VSSLAB_PROXY_6(I, M)                                                                   \
  ResultOf<&I::M> STDMETHODCALLTYPE M(Param<&I::M, 0> a, Param<&I::M, 1> b, Param<&I::M, 2> c, \
                                      Param<&I::M, 3> d, Param<&I::M, 4> e, Param<&I::M, 5> f) \
      override {                                                                               \
    return call<&I::M>(k##M, a, b, c, d, e, f);                                                \
  }
#define VSSLAB_PROXY_7(I, M)                                                                   \
  ResultOf<&I::M> STDMETHODCALLTYPE M(Param<&I::M, 0> a, Param<&I::M, 1> b, Param<&I::M, 2> c, \
                                      Param<&I::M, 3> d, Param<&I::M, 4> e, Param<&I::M, 5> f, \
                                      Param<&I::M, 6> g) override {                            \
    return call<&I::M>(k##M, a, b, c, d, e, f, g);                                             \
  }
#define VSSLAB_PROXY_8(I, M)                                                                   \
  ResultOf<&I::M> STDMETHODCALLTYPE M(Param<&I::M, 0> a, Param<&I::M, 1> b, Param<&I::M, 2> c, \
                                      Param<&I::M, 3> d, Param<&I::M, 4> e, Param<&I::M, 5> f, \
                                      Param<&I::M, 6> g, Param<&I::M, 7> h) override {         \
    return call<&I::M>(k##M, a, b, c, d, e, f, g, h);                                          \
  }
#define VSSLAB_PROXY_11(I, M)                                                                  \
  ResultOf<&I::M> STDMETHODCALLTYPE M(Param<&I::M, 0> a, Param<&I::M, 1> b, Param<&I::M, 2> c, \
                                      Param<&I::M, 3> d, Param<&I::M, 4> e, Param<&I::M, 5> f, \
                                      Param<&I::M, 6> g, Param<&I::M, 7> h, Param<&I::M, 8> i, \
                                      Param<&I::M, 9> j, Param<&I::M, 10> k) override {        \
    return call<&I::M>(k##M, a, b, c, d, e, f, g, h, i, j, k);                                 \
  }

#define VSSLAB_NUMBER(n, I, M) k##M,
#define VSSLAB_PROXY(n, I, M) VSSLAB_PROXY_##n(I, M)
#define VSSLAB_STUB(n, I, M) stub<I, &I::M>,

// Of each interface: the class that its methods are called on, and its number on the wire.
enum class Number : std::uint16_t {
  root,
  async,
  enum_object,
  filedesc,
  components,
  component,
  create_metadata,
  writer_impl,
  writer,
  backup,
  software,
  create_set,
  notifications,
  express,
  express_metadata,
  management,
  managed,
  admin
};

template <class I>
const Interface& interface_of();

}  // namespace vsslab::transport
