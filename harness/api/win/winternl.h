// Types of the native interface, for sources that look one of its calls up by name
// (learn.microsoft.com, winternl.h). The lab has none of the calls: GetProcAddress tells so.
#ifndef VSSLAB_WIN_WINTERNL_H
#define VSSLAB_WIN_WINTERNL_H

#include <cstring>
#include <cwchar>

#include <winnt.h>

#ifndef NT_SUCCESS
#define NT_SUCCESS(status) (((NTSTATUS)(status)) >= 0)
#endif

typedef struct _UNICODE_STRING {
  USHORT Length;
  USHORT MaximumLength;
  PWSTR Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING* PCUNICODE_STRING;

typedef struct _STRING {
  USHORT Length;
  USHORT MaximumLength;
  char* Buffer;
} STRING, *PSTRING, ANSI_STRING, *PANSI_STRING;

typedef struct _OBJECT_ATTRIBUTES {
  ULONG Length;
  HANDLE RootDirectory;
  PUNICODE_STRING ObjectName;
  ULONG Attributes;
  PVOID SecurityDescriptor;
  PVOID SecurityQualityOfService;
} OBJECT_ATTRIBUTES, *POBJECT_ATTRIBUTES;

typedef struct _IO_STATUS_BLOCK {
  union {
    NTSTATUS Status;
    PVOID Pointer;
  };
  ULONG_PTR Information;
} IO_STATUS_BLOCK, *PIO_STATUS_BLOCK;

typedef void(NTAPI* PIO_APC_ROUTINE)(PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                                     ULONG Reserved);

#define OBJ_INHERIT 0x00000002L
#define OBJ_CASE_INSENSITIVE 0x00000040L
#define InitializeObjectAttributes(p, n, a, r, s) \
  do {                                            \
    (p)->Length = sizeof(OBJECT_ATTRIBUTES);      \
    (p)->RootDirectory = r;                       \
    (p)->Attributes = a;                          \
    (p)->ObjectName = n;                          \
    (p)->SecurityDescriptor = s;                  \
    (p)->SecurityQualityOfService = NULL;         \
  } while (0)

inline void RtlInitUnicodeString(PUNICODE_STRING string, PCWSTR text) {
  string->Buffer = const_cast<PWSTR>(text);
  const size_t bytes = text == NULL ? 0 : wcslen(text) * sizeof(WCHAR);
  string->Length = static_cast<USHORT>(bytes);
  string->MaximumLength = static_cast<USHORT>(text == NULL ? 0 : bytes + sizeof(WCHAR));
}

#endif
