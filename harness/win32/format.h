// Microsoft's printf language (learn.microsoft.com, "Format specification syntax"): a long has 32
// bits, I64 and I32 are sizes, and %s means the function's own kind of text, %S the other.
#pragma once

#include <cstdarg>
#include <string>

namespace vsslab {

// In wide functions %s, %c, %ls are wide and %S, %hs are narrow (UTF-8).
std::wstring format_wide(const wchar_t* format, va_list args);
// In narrow functions %s, %c, %hs are narrow and %S, %ls, %ws are wide.
std::string format_narrow(const char* format, va_list args);

}  // namespace vsslab
