// Text at the edge of the Windows interfaces: UTF-8 inside, WCHAR outside.
#pragma once

#include <windows.h>

#include <string>
#include <string_view>

namespace vsslab::mock {

std::wstring wide(std::string_view utf8);
std::string narrow(const WCHAR* text);  // NULL gives ""

// NULL for an empty text, as optional parameters want it.
inline LPCWSTR or_null(const std::wstring& text) { return text.empty() ? NULL : text.c_str(); }

// The bytes of a GUID, as a key of sorted containers.
inline std::string key_of(const GUID& id) {
  return std::string(reinterpret_cast<const char*>(&id), sizeof(id));
}

// A path with its environment variables replaced; unchanged when one is unknown.
std::wstring expand(const std::wstring& path);

// What a writer says about itself: one line on its console.
void say(std::string_view line);

// An entry in the Application log under the writer's name.
void log_error(std::string_view source, std::string_view text);
void log_warning(std::string_view source, std::string_view text, unsigned long id = 1);

}  // namespace vsslab::mock
