// The part that VSS programs use is in objbase.h.
#include <objbase.h>
