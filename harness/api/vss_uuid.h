// How the headers beside this one attach a GUID to an interface, for every compiler they serve:
// g++ and clang on Linux (win/guiddef.h), clang as Microsoft's compiler, and mingw-w64.
#ifndef VSSLAB_API_VSS_UUID_H
#define VSSLAB_API_VSS_UUID_H

#include <windows.h>

#if defined(_MSC_VER)
#define VSS_UUID(text) __declspec(uuid(text))
#define VSS_ATTACH_UUID(type, ...)
#elif defined(__CRT_UUID_DECL)
#define VSS_UUID(text)
#define VSS_ATTACH_UUID(type, ...) __CRT_UUID_DECL(type, __VA_ARGS__)
#else
#define VSS_UUID(text)
#define VSS_ATTACH_UUID(type, ...) VSSLAB_ATTACH_UUID(type, __VA_ARGS__)
#endif

// IID_IVssX and __uuidof(IVssX); CLSID_X and __uuidof(X). On Linux the names are declared here and
// defined by the lab, as uuid.lib has them, so that a source may define its own.
#ifdef VSSLAB_GUID
#define VSS_GUID_NAME(name, l, w1, w2, ...) VSSLAB_GUID(name, l, w1, w2, __VA_ARGS__)
#else
#define VSS_GUID_NAME(name, l, w1, w2, ...) static constexpr GUID name = {l, w1, w2, {__VA_ARGS__}};
#endif
#define VSS_IID(type, l, w1, w2, ...)               \
  VSS_GUID_NAME(IID_##type, l, w1, w2, __VA_ARGS__) \
  VSS_ATTACH_UUID(type, l, w1, w2, __VA_ARGS__)
#define VSS_CLSID(type, l, w1, w2, ...)               \
  VSS_GUID_NAME(CLSID_##type, l, w1, w2, __VA_ARGS__) \
  VSS_ATTACH_UUID(type, l, w1, w2, __VA_ARGS__)

#endif
