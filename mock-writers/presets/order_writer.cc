// order_writer_main.cpp as a party of the lab: its wmain gets a name of its own.
#define VSSLAB_WINDOWS_SOURCE
#define UNICODE
#define wmain vsslab_preset_order_writer
#include "mock-writers/presets/order_writer_main.cpp"
