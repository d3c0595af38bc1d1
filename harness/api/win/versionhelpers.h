// On a file system that tells capitals from small letters, the other spelling.
#include <VersionHelpers.h>
