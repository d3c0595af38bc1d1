// The part of COM that VSS programs use is in objbase.h.
#include <objbase.h>
