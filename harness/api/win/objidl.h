// BSTR, VARIANT and IUnknown are in one header.
#include <oleauto.h>
