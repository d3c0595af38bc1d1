// The GUIDs that harness/api declares, as Windows' uuid.lib defines them.

#define VSSLAB_DEFINES_GUIDS

#include <windows.h>

#include <vsadmin.h>
#include <vsbackup.h>
#include <vsmgmt.h>
#include <vsprov.h>
#include <vss.h>
#include <vswriter.h>

#include <vds.h>
