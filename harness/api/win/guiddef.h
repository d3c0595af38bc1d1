// GUID and what goes with it (learn.microsoft.com, guiddef.h), and __uuidof for g++ and clang.
#ifndef VSSLAB_WIN_GUIDDEF_H
#define VSSLAB_WIN_GUIDDEF_H

#if defined(__clang__) && defined(__has_declspec_attribute)
#if __has_declspec_attribute(uuid)
#define VSSLAB_DECLSPEC_UUID
#endif
#endif

#include <cstdint>
#include <cstring>

typedef struct _GUID {
  std::uint32_t Data1;
  std::uint16_t Data2;
  std::uint16_t Data3;
  std::uint8_t Data4[8];
} GUID;

typedef GUID* LPGUID;
typedef const GUID* LPCGUID;
typedef GUID IID, *LPIID;
typedef GUID CLSID, *LPCLSID;
typedef GUID FMTID, *LPFMTID;
typedef GUID UUID;

#define REFGUID const GUID&
#define REFIID const IID&
#define REFCLSID const CLSID&
#define REFFMTID const FMTID&

#ifndef EXTERN_C
#define EXTERN_C extern "C"
#endif

// As in the SDK: a declaration, or in a file that includes <initguid.h> first, the definition too.
#ifdef INITGUID
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8) \
  EXTERN_C const GUID name;                                          \
  EXTERN_C const GUID name __attribute__((weak)) = {l, w1, w2, {b1, b2, b3, b4, b5, b6, b7, b8}}
#else
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8) EXTERN_C const GUID name
#endif

inline int IsEqualGUID(REFGUID a, REFGUID b) { return std::memcmp(&a, &b, sizeof(GUID)) == 0; }
#define IsEqualIID(a, b) IsEqualGUID(a, b)
#define IsEqualCLSID(a, b) IsEqualGUID(a, b)
inline int InlineIsEqualGUID(REFGUID a, REFGUID b) { return IsEqualGUID(a, b); }
inline bool operator==(REFGUID a, REFGUID b) { return IsEqualGUID(a, b) != 0; }
#if __cplusplus < 202002L
inline bool operator!=(REFGUID a, REFGUID b) { return !(a == b); }
#endif

// A name that Windows' libraries define: declared, and defined, weakly, where the lab's library is
// built.
#ifdef VSSLAB_DEFINES_GUIDS
#define VSSLAB_GUID(name, l, w1, w2, ...) \
  EXTERN_C const GUID name;               \
  EXTERN_C const GUID name __attribute__((weak)) = {l, w1, w2, {__VA_ARGS__}};
#else
#define VSSLAB_GUID(name, l, w1, w2, ...) EXTERN_C const GUID name;
#endif

VSSLAB_GUID(GUID_NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
#define IID_NULL GUID_NULL
#define CLSID_NULL GUID_NULL

namespace vsslab_uuid {

// The GUID of an interface or a coclass; specialised by VSSLAB_ATTACH_UUID. Needs C++17. Clang with
// Microsoft's extensions also knows the GUID of a class that was declared with DECLSPEC_UUID.
#ifdef VSSLAB_DECLSPEC_UUID
template <class T>
struct Of {
  static constexpr const GUID& value = __uuidof(T);
};
#else
template <class T>
struct Of;
#endif
template <class T>
struct Of<T*> : Of<T> {};
template <class T>
struct Of<T&> : Of<T> {};
template <class T>
struct Of<const T> : Of<T> {};

}  // namespace vsslab_uuid

#define VSSLAB_ATTACH_UUID(type, l, w1, w2, ...)              \
  template <>                                                 \
  struct vsslab_uuid::Of<type> {                              \
    static constexpr GUID value = {l, w1, w2, {__VA_ARGS__}}; \
  };

// Of a type or of an expression that points to an object of that type.
#undef __uuidof
#define __uuidof(what) (::vsslab_uuid::Of<__typeof__(what)>::value)

#endif
