// A debugger that watches this process.
#pragma once

namespace vsslab::os {

// One is attached now.
bool debugger_present();

// Stops in it, at the caller. Without one the process ends with SIGTRAP.
void break_into_debugger();

}  // namespace vsslab::os
