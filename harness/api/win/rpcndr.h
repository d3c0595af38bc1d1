// The part of COM that VSS programs use is in objbase.h. What MIDL generates asks for a version.
#ifndef VSSLAB_WIN_RPCNDR_H
#define VSSLAB_WIN_RPCNDR_H

#include <objbase.h>

#define __RPCNDR_H_VERSION__ 500

#endif
