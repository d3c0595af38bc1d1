// full_backup_main.cpp as a party of the lab: its wmain gets a name of its own.
#define VSSLAB_WINDOWS_SOURCE
#define UNICODE
#define wmain vsslab_preset_full_backup
#include "mock-writers/presets/full_backup_main.cpp"
