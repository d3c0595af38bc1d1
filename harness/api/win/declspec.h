// __declspec for compilers that do not have it: what it asks for, in g++'s words
// (learn.microsoft.com, __declspec). clang has it with -fms-extensions and with -fdeclspec.
#pragma once

#ifdef __has_declspec_attribute
#if __has_declspec_attribute(uuid)
#define VSSLAB_HAS_DECLSPEC
#endif
#endif

#if defined(__GNUC__) && !defined(VSSLAB_HAS_DECLSPEC) && !defined(__declspec)
#define __declspec(what) __attribute__((VSSLAB_DECLSPEC_##what))
#define VSSLAB_DECLSPEC_align(bytes) aligned(bytes)
#define VSSLAB_DECLSPEC_allocator
#define VSSLAB_DECLSPEC_deprecated deprecated
#define VSSLAB_DECLSPEC_dllexport visibility("default")
#define VSSLAB_DECLSPEC_dllimport
#define VSSLAB_DECLSPEC_empty_bases
#define VSSLAB_DECLSPEC_naked naked
#define VSSLAB_DECLSPEC_noalias
#define VSSLAB_DECLSPEC_noinline noinline
#define VSSLAB_DECLSPEC_noreturn noreturn
#define VSSLAB_DECLSPEC_nothrow nothrow
#define VSSLAB_DECLSPEC_novtable
#define VSSLAB_DECLSPEC_restrict malloc
#define VSSLAB_DECLSPEC_selectany weak
#define VSSLAB_DECLSPEC_uuid(text)  // __uuidof needs VSSLAB_ATTACH_UUID (guiddef.h) then
// A storage class and no attribute, so the attribute ends before it.
#define VSSLAB_DECLSPEC_thread )) thread_local __attribute__((
#endif

#ifndef __forceinline
#define __forceinline inline __attribute__((always_inline))
#endif
