// The part that VSS programs use is in unknwn.h.
#include <unknwn.h>
