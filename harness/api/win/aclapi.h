// The part that VSS programs use is in winsec.h.
#include <winsec.h>
