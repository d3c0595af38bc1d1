// The basic types are in one header.
#include <minwindef.h>
