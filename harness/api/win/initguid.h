// Included first, it turns DEFINE_GUID into a definition.
#ifndef INITGUID
#define INITGUID
#endif
#include <guiddef.h>
