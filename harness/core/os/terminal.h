// What the standard streams are, and where the program and its environment stand.
#pragma once

#include <optional>
#include <string>

namespace vsslab::os {

enum class Stream { in, out, err };

bool is_terminal(Stream stream);
int terminal_width(Stream stream);  // columns; 80 when unknown
bool utf8_locale();                 // the user's locale speaks UTF-8

std::optional<std::string> environment(const char* name);  // nothing when unset

// The running program's file, or empty.
std::string executable_path();

// A reader that goes away (`vsslab … | head`) must not kill us with a signal: writes fail instead.
void ignore_broken_pipe();

// Ends the process at once: no destructors, no exit handlers. After a broken pipe.
[[noreturn]] void leave_now(int code);

// From the first interrupt (Ctrl-C, SIGTERM) on, `interrupted()` is true; a second one ends the
// process with 130.
void watch_interrupts();
bool interrupted();

}  // namespace vsslab::os
