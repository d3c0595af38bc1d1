// What MIDL makes of the sample provider's VssSampleProvider.idl, as far as its sources use it.
#pragma once

#include <objbase.h>

EXTERN_C const IID LIBID_VssSampleProviderLib;
EXTERN_C const CLSID CLSID_SampleProvider;
class DECLSPEC_UUID("423BBC78-9B20-4BBE-A967-B63EC43BC7F3") SampleProvider;
