// The part that VSS programs use is in winioctl.h.
#include <winioctl.h>
