// How the arguments of a method cross: one Passed<T> for each type that the published interfaces
// use as a parameter. The caller's side sends what goes in and receives what comes out; the
// callee's side takes what goes in, holds the place for what comes out, and replies with it.
#pragma once

#include <windows.h>

#include <vsadmin.h>
#include <vsbackup.h>
#include <vsmgmt.h>
#include <vsprov.h>
#include <vss.h>
#include <vswriter.h>

#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/limits.h"
#include "transport/connection.h"
#include "transport/enums.h"
#include "win32/wide.h"

namespace vsslab::transport {

template <class T>
inline constexpr bool kScalar =
    (std::is_arithmetic_v<T> && !std::is_same_v<std::remove_cv_t<T>, WCHAR>) || std::is_enum_v<T>;
template <class T>
inline constexpr bool kPlain =
    (kScalar<T> && !std::is_const_v<T>) || std::is_same_v<T, GUID> || std::is_same_v<T, FILETIME>;

// ---- values ----
template <class T>
void put(Out& out, const T& value) {
  if constexpr (std::is_enum_v<T>) {
    out.number(static_cast<std::int32_t>(value));
  } else if constexpr (std::is_same_v<T, bool>) {
    out.number<std::uint8_t>(value ? 1 : 0);
  } else if constexpr (std::is_integral_v<T>) {
    out.number(value);
  } else {
    static_assert(kPlain<T>);
    out.raw(std::string_view(reinterpret_cast<const char*>(&value), sizeof(T)));
  }
}

template <class T>
T get(In& in) {
  if constexpr (std::is_enum_v<T>) {
    const auto value = in.number<std::int32_t>();
    if (value >= Range<T>::kFirst && value <= Range<T>::kLast) return static_cast<T>(value);
    in.fail();
    return T{};
  } else if constexpr (std::is_same_v<T, bool>) {
    return in.number<std::uint8_t>() != 0;
  } else if constexpr (std::is_integral_v<T>) {
    return in.number<T>();
  } else {
    static_assert(kPlain<T>);
    T value{};
    const std::string_view piece = in.raw(sizeof(T));
    if (piece.size() == sizeof(T)) std::memcpy(&value, piece.data(), sizeof(T));
    return value;
  }
}

// A text or none: 1 and the text as UTF-8, or 0.
void put_text(Out& out, const WCHAR* text);
// A BSTR, or null.
BSTR get_bstr(In& in);
VSS_PWSZ get_task_text(In& in);  // from CoTaskMemAlloc

void put_snapshot(Out& out, VSS_SNAPSHOT_PROP& properties);  // frees its texts
void get_snapshot(In& in, VSS_SNAPSHOT_PROP& properties);
void put_object(Out& out, VSS_OBJECT_PROP& object);  // frees its texts
void get_object(In& in, VSS_OBJECT_PROP& object);
void put_object(Out& out, VSS_MGMT_OBJECT_PROP& object);  // the same of vsmgmt.h
void get_object(In& in, VSS_MGMT_OBJECT_PROP& object);
inline bool is_filled(const VSS_OBJECT_PROP& object) { return object.Type != VSS_OBJECT_UNKNOWN; }
inline bool is_filled(const VSS_MGMT_OBJECT_PROP& object) {
  return object.Type != VSS_MGMT_OBJECT_UNKNOWN;
}

// ---- objects; remote.h knows the interfaces ----
// Adds the object, whose reference goes over to the connection, and writes its number.
template <class I>
void put_interface(Out& out, I* object);
// A proxy with one reference, or null.
template <class I>
I* get_interface(In& in);

// By value: an IVssExamineWriterMetadata crosses as its document.
void put_document(Out& out, IVssExamineWriterMetadata* document);  // releases it
IVssExamineWriterMetadataEx2* get_document(In& in);

template <class T>
struct Passed;

template <class T>
  requires kPlain<T>
struct Passed<T> {
  T held{};
  static void send(Out& out, T value) { put(out, value); }
  void take(In& in) { held = get<T>(in); }
  T argument() { return held; }
  void reply(Out&) {}
  static void receive(In&, T) {}
};

// Texts that go in: LPCWSTR, BSTR, VSS_PWSZ. The callee gets a BSTR, which is good for all three.
template <class T>
  requires std::is_same_v<T, const WCHAR*> || std::is_same_v<T, WCHAR*>
struct Passed<T> {
  BSTR held = nullptr;
  ~Passed() { SysFreeString(held); }
  static void send(Out& out, T value) { put_text(out, value); }
  void take(In& in) { held = get_bstr(in); }
  T argument() { return held; }
  void reply(Out&) {}
  static void receive(In&, T) {}
};

// What comes out, or null when the caller wants none.
template <class T>
struct Optional {
  bool wanted = false;
  static void send(Out& out, const void* pointer) { put(out, pointer != nullptr); }
  void take(In& in) { wanted = get<bool>(in); }
};

template <class T>
  requires kPlain<T>
struct Passed<T*> : Optional<T> {
  T held{};
  T* argument() { return this->wanted ? &held : nullptr; }
  void reply(Out& out) {
    if (this->wanted) put(out, held);
  }
  static void receive(In& in, T* to) {
    if (to != nullptr) *to = get<T>(in);
  }
};

// A BSTR, or a text from the task allocator (`task`): two methods give those.
template <>
struct Passed<BSTR*> : Optional<BSTR> {
  BSTR held = nullptr;
  bool task = false;
  ~Passed() { task ? CoTaskMemFree(held) : SysFreeString(held); }
  BSTR* argument() { return this->wanted ? &held : nullptr; }
  void reply(Out& out) {
    if (wanted) put_text(out, held);
  }
  static void receive(In& in, BSTR* to) {
    if (to != nullptr) *to = get_bstr(in);
  }
  static void receive_task(In& in, BSTR* to) {
    if (to != nullptr) *to = get_task_text(in);
  }
};

// Bytes of ours, in and out.
template <>
struct Passed<const std::string*> {
  std::string held;
  static void send(Out& out, const std::string* value) { out.text(*value); }
  void take(In& in) { held = in.text(); }
  const std::string* argument() { return &held; }
  void reply(Out&) {}
  static void receive(In&, const std::string*) {}
};
template <>
struct Passed<std::string*> {
  std::string held;
  static void send(Out&, std::string*) {}
  void take(In&) {}
  std::string* argument() { return &held; }
  void reply(Out& out) { out.text(held); }
  static void receive(In& in, std::string* to) { *to = in.text(); }
};

template <>
struct Passed<VSS_SNAPSHOT_PROP*> : Optional<VSS_SNAPSHOT_PROP> {
  VSS_SNAPSHOT_PROP held{};
  VSS_SNAPSHOT_PROP* argument() { return wanted ? &held : nullptr; }
  void reply(Out& out) {
    if (wanted) put_snapshot(out, held);
  }
  static void receive(In& in, VSS_SNAPSHOT_PROP* to) {
    if (to != nullptr) get_snapshot(in, *to);
  }
};

// An array with its number of items in the parameter behind it, and what IVssEnumObject::Next
// fills.
template <class T>
  requires std::is_same_v<T, GUID> || std::is_same_v<T, BYTE>
struct Passed<const T*> {
  bool given = false;
  std::vector<T> held;
  static void send(Out& out, const T* value, std::size_t count) {
    put(out, value != nullptr);
    if (value == nullptr) return;
    out.number(static_cast<std::uint32_t>(count));
    for (std::size_t i = 0; i < count; ++i) put(out, value[i]);
  }
  void take(In& in) {
    given = get<bool>(in);
    if (!given) return;
    const auto count = in.number<std::uint32_t>();
    if (std::size_t{count} * sizeof(T) > in.left()) return in.fail();
    held.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) held.push_back(get<T>(in));
  }
  const T* argument() { return given ? held.data() : nullptr; }
  void reply(Out&) {}
  static void receive(In&, const T*) {}
};

template <class T>
inline constexpr bool kListed =
    std::is_same_v<T, VSS_OBJECT_PROP> || std::is_same_v<T, VSS_MGMT_OBJECT_PROP>;
template <class T>
  requires kListed<T>
struct Passed<T*> : Optional<T> {
  std::vector<T> held;
  T* argument() { return this->wanted ? held.data() : nullptr; }
  void reply(Out& out) {
    if (!this->wanted) return;
    std::uint32_t filled = 0;
    while (filled < held.size() && is_filled(held[filled])) ++filled;
    out.number(filled);
    for (std::uint32_t i = 0; i < filled; ++i) put_object(out, held[i]);
  }
  static void receive(In& in, T* to, std::size_t room) {
    if (to == nullptr) return;
    const auto count = in.number<std::uint32_t>();
    if (count > room) return in.fail();
    for (std::uint32_t i = 0; i < count && in.ok(); ++i) get_object(in, to[i]);
  }
};

template <>
struct Passed<VSS_VOLUME_PROTECTION_INFO*> : Optional<VSS_VOLUME_PROTECTION_INFO> {
  VSS_VOLUME_PROTECTION_INFO held{};
  VSS_VOLUME_PROTECTION_INFO* argument() { return wanted ? &held : nullptr; }
  void reply(Out& out);
  static void receive(In& in, VSS_VOLUME_PROTECTION_INFO* to);
};
// A bitmap that no provider gives: the call itself says so.
template <>
struct Passed<BYTE**> : Optional<BYTE*> {
  BYTE* held = nullptr;
  BYTE** argument() { return wanted ? &held : nullptr; }
  void reply(Out&) {}
  static void receive(In&, BYTE** to) {
    if (to != nullptr) *to = nullptr;
  }
};

// Objects that come out.
template <class I>
  requires std::is_class_v<I>
struct Passed<I**> : Optional<I> {
  I* held = nullptr;
  I** argument() { return this->wanted ? &held : nullptr; }
  void reply(Out& out) {
    if (!this->wanted) return;
    if constexpr (std::is_base_of_v<IVssExamineWriterMetadata, I>) {
      put_document(out, std::exchange(held, nullptr));
    } else {
      put_interface<I>(out, std::exchange(held, nullptr));
    }
  }
  static void receive(In& in, I** to) {
    if (to == nullptr) return;
    if constexpr (std::is_base_of_v<IVssExamineWriterMetadata, I>) {
      *to = get_document(in);
    } else {
      *to = get_interface<I>(in);
    }
  }
};
// No document object model here; the call itself says so.
template <>
struct Passed<IXMLDOMDocument**> : Optional<IXMLDOMDocument> {
  IXMLDOMDocument* held = nullptr;
  IXMLDOMDocument** argument() { return wanted ? &held : nullptr; }
  void reply(Out&) {}
  static void receive(In&, IXMLDOMDocument** to) {
    if (to != nullptr) *to = nullptr;
  }
};
// A text that the callee keeps; the caller's half keeps a copy of it (RemoteObject::keep_text).
template <>
struct Passed<LPCWSTR*> : Optional<LPCWSTR> {
  LPCWSTR held = nullptr;
  LPCWSTR* argument() { return wanted ? &held : nullptr; }
  void reply(Out& out) {
    if (wanted) put_text(out, held);
  }
  static void receive(In& in, LPCWSTR* to) {
    if (to != nullptr) *to = get_bstr(in);  // kept by its caller
  }
};

// The callback that OnLoad is given: VSS gives none.
template <>
struct Passed<IUnknown*> {
  static void send(Out&, IUnknown*) {}
  void take(In&) {}
  IUnknown* argument() { return nullptr; }
  void reply(Out&) {}
  static void receive(In&, IUnknown*) {}
};

template <>
struct Passed<VARIANT> {
  VARIANT held{};
  ~Passed() { VariantClear(&held); }
  static void send(Out& out, const VARIANT& value);
  void take(In& in);
  VARIANT argument() { return held; }
  void reply(Out&) {}
  static void receive(In&, const VARIANT&) {}
};

// Objects that go in, for as long as the call lasts: what a writer is handed in an event.
template <class I>
concept Lent =
    std::is_same_v<I, IVssCreateWriterMetadata> || std::is_same_v<I, IVssCreateWriterMetadataEx> ||
    std::is_same_v<I, IVssWriterComponents>;
template <Lent I>
void lend_object(Out& out, I* object);  // the caller withdraws what it lent
template <Lent I>
I* borrow_object(In& in);
template <Lent I>
struct Passed<I*> {
  I* held = nullptr;
  static void send(Out& out, I* object) { lend_object<I>(out, object); }
  void take(In& in) { held = borrow_object<I>(in); }
  I* argument() { return held; }
  void reply(Out&) {}
  static void receive(In&, I*) {}
};
// Objects that go in to stay.
template <class I>
  requires std::is_same_v<I, CVssWriter> || std::is_same_v<I, IVssSoftwareSnapshotProvider> ||
           std::is_same_v<I, IVssProviderCreateSnapshotSet> ||
           std::is_same_v<I, IVssProviderNotifications>
struct Passed<I*> {
  I* held = nullptr;
  static void send(Out& out, I* object) { put_interface<I>(out, object); }
  void take(In& in) { held = get_interface<I>(in); }
  I* argument() { return held; }
  void reply(Out&) {}
  static void receive(In&, I*) {}
};

// ---- methods ----
template <class F>
struct Method;
template <class R, class C, class... A>
struct Method<R (C::*)(A...)> {
  using Result = R;
  using Class = C;
  using Arguments = std::tuple<A...>;
  static constexpr std::size_t kCount = sizeof...(A);
};
template <auto M>
using ResultOf = typename Method<decltype(M)>::Result;
template <auto M, std::size_t I>
using Param = std::tuple_element_t<I, typename Method<decltype(M)>::Arguments>;

template <auto M>
inline constexpr bool kTaskTexts = false;
template <>
inline constexpr bool kTaskTexts<& IVssBackupComponentsEx4::ExposeSnapshot> = true;
template <>
inline constexpr bool kTaskTexts<& IVssBackupComponentsEx4::GetRootAndLogicalPrefixPaths> = true;

template <class T>
inline constexpr bool kCountedArray =
    std::is_same_v<T, const GUID*> || std::is_same_v<T, const BYTE*>;

template <auto M, std::size_t... I>
void send_arguments(Out& out, std::index_sequence<I...>, const auto& arguments) {
  (
      [&] {
        using T = Param<M, I>;
        if constexpr (kCountedArray<T>) {
          Passed<T>::send(out, std::get<I>(arguments), std::get<I + 1>(arguments));
        } else {
          Passed<T>::send(out, std::get<I>(arguments));
        }
      }(),
      ...);
}

template <auto M, std::size_t... I>
void receive_results(In& in, std::index_sequence<I...>, const auto& arguments) {
  (
      [&] {
        using T = Param<M, I>;
        if constexpr (kListed<std::remove_pointer_t<T>>) {
          Passed<T>::receive(in, std::get<I>(arguments), std::get<I - 1>(arguments));
        } else if constexpr (kTaskTexts<M> && std::is_same_v<T, BSTR*>) {
          Passed<T>::receive_task(in, std::get<I>(arguments));
        } else {
          Passed<T>::receive(in, std::get<I>(arguments));
        }
      }(),
      ...);
}

// What a method returns. LPCWSTR* is GetCurrentVolumeArray, as many as GetCurrentVolumeCount says.
template <class R>
void put_result(Out& out, const R& result) {
  if constexpr (std::is_same_v<R, IVssExamineWriterMetadata*>) {
    if (result != nullptr) result->AddRef();
    put_document(out, result);
  } else {
    put(out, result);
  }
}

template <class I, auto M, std::size_t... N>
bool run_stub(void* object, In& in, Out& out, std::index_sequence<N...>) {
  using Info = Method<decltype(M)>;
  std::tuple<Passed<Param<M, N>>...> places;
  (std::get<N>(places).take(in), ...);
  if (!in.done()) return false;
  // Counts that do not fit their arrays would make the callee read what is not there.
  bool fits = true;
  (
      [&] {
        if constexpr (kCountedArray<Param<M, N>>) {
          const auto& array = std::get<N>(places);
          if (array.given && array.held.size() != std::get<N + 1>(places).held) fits = false;
        } else if constexpr (kListed<std::remove_pointer_t<Param<M, N>>>) {
          const auto room = std::get<N - 1>(places).held;
          if (room > limits::kArrayItemsMax) fits = false;
          if (fits) std::get<N>(places).held.resize(room);
        } else if constexpr (kTaskTexts<M> && std::is_same_v<Param<M, N>, BSTR*>) {
          std::get<N>(places).task = true;
        }
      }(),
      ...);
  if (!fits) return false;
  I* const target = static_cast<I*>(object);
  if constexpr (std::is_void_v<typename Info::Result>) {
    (target->*M)(std::get<N>(places).argument()...);
  } else if constexpr (std::is_same_v<typename Info::Result, LPCWSTR*>) {
    LPCWSTR* const list = (target->*M)();
    const UINT count = list != nullptr ? target->GetCurrentVolumeCount() : 0;
    out.number<std::uint32_t>(count);
    for (UINT i = 0; i < count; ++i) put_text(out, list[i]);
  } else {
    put_result(out, (target->*M)(std::get<N>(places).argument()...));
  }
  (std::get<N>(places).reply(out), ...);
  return true;
}

template <class I, auto M>
bool stub(void* object, In& in, Out& out) {
  return run_stub<I, M>(object, in, out, std::make_index_sequence<Method<decltype(M)>::kCount>{});
}

}  // namespace vsslab::transport
