// The life of a writer's process: COM, registration, waiting for Ctrl-C.
#pragma once

#include <windows.h>

#include <functional>

namespace vsslab::mock {

// Calls `start`, waits for Ctrl-C (or the end of the session) if it succeeded, calls `stop`. Gives
// the process's exit code: 0, or 1 when start failed.
int run_until_stopped(const std::function<HRESULT()>& start, const std::function<void()>& stop);

}  // namespace vsslab::mock
