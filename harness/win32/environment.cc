// The environment of a program: that of the lab machine, and what the program changed for itself.

#include <windows.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "volume/path.h"
#include "win32/call.h"
#include "win32/give.h"
#include "win32/program_state.h"
#include "win32/wide.h"

namespace vsslab {

namespace {

using Pair = std::pair<std::string_view, std::string_view>;
constexpr Pair kEnvironment[] = {
    {"ALLUSERSPROFILE", "C:\\ProgramData"},
    {"APPDATA", "C:\\Users\\lab\\AppData\\Roaming"},
    {"CommonProgramFiles", "C:\\Program Files\\Common Files"},
    {"COMPUTERNAME", "LAB"},
    {"LOCALAPPDATA", "C:\\Users\\lab\\AppData\\Local"},
    {"ProgramData", "C:\\ProgramData"},
    {"ProgramFiles", "C:\\Program Files"},
    {"ProgramFiles(x86)", "C:\\Program Files (x86)"},
    {"PUBLIC", "C:\\Users\\Public"},
    {"SystemDrive", "C:"},
    {"SystemRoot", "C:\\Windows"},
    {"TEMP", "C:\\Windows\\Temp"},
    {"TMP", "C:\\Windows\\Temp"},
    {"USERNAME", "lab"},
    {"USERPROFILE", "C:\\Users\\lab"},
    {"windir", "C:\\Windows"},
};

std::optional<std::string> variable(std::string_view name) {
  return on_lab<>(std::optional<std::string>(), [&](Lab&) -> std::optional<std::string> {
    LabProcess* const process = current_process();
    if (process != nullptr && process->program != nullptr) {
      const auto& own = process->program->environment;
      const auto changed = own.find(fold_case(name));
      if (changed != own.end()) {
        return changed->second ? std::optional(changed->second->second) : std::nullopt;
      }
    }
    const auto* at = std::find_if(std::begin(kEnvironment), std::end(kEnvironment),
                                  [&](const Pair& pair) { return same_name(pair.first, name); });
    return at == std::end(kEnvironment) ? std::nullopt : std::optional(std::string(at->second));
  });
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

EXTERN_C DWORD GetEnvironmentVariableW(LPCWSTR name, LPWSTR out, DWORD size) {
  const auto found = variable(to_utf8(name));
  if (!found) return fail_with<DWORD>(ERROR_ENVVAR_NOT_FOUND, 0);
  return give_text(to_wide(*found), out, size);
}

EXTERN_C BOOL SetEnvironmentVariableW(LPCWSTR name, LPCWSTR value) {
  const std::string utf8 = to_utf8(name);
  if (utf8.empty() || utf8.find('=') != std::string::npos) {
    return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  }
  return on_lab<>(BOOL{FALSE}, [&](Lab&) -> BOOL {
    LabProcess* const process = current_process();
    if (process == nullptr) return FALSE;
    auto& changed = program_state(*process).environment[fold_case(utf8)];
    changed.reset();
    if (value != nullptr) changed = std::pair(utf8, to_utf8(value));
    return TRUE;
  });
}

EXTERN_C DWORD ExpandEnvironmentStringsW(LPCWSTR source, LPWSTR out, DWORD size) {
  const std::string text = to_utf8(source);
  std::string expanded;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text[at] == '%' ? text.find('%', at + 1) : std::string::npos;
    const auto found = end != std::string::npos ? variable(text.substr(at + 1, end - at - 1))
                                                : std::optional<std::string>();
    if (!found) {
      expanded += text[at++];
      continue;
    }
    expanded += *found;
    at = end + 1;
  }
  const std::wstring wide = to_wide(expanded);
  give_text(wide, out, size);
  return static_cast<DWORD>(wide.size() + 1);
}

// By Microsoft's rules for quotes and backslashes. One block, freed with LocalFree.
EXTERN_C LPWSTR* CommandLineToArgvW(LPCWSTR line, int* count) {
  if (line == nullptr || count == nullptr) {
    return fail_with<LPWSTR*>(ERROR_INVALID_PARAMETER, nullptr);
  }
  std::vector<std::wstring> words;
  const auto blank = [](wchar_t c) { return c == L' ' || c == L'\t'; };
  for (const wchar_t* at = line; *at != 0;) {
    if (blank(*at)) {
      ++at;
      continue;
    }
    std::wstring word;
    bool quoted = false;
    while (*at != 0 && (quoted || !blank(*at))) {
      std::size_t slashes = 0;
      while (*at == L'\\') ++slashes, ++at;
      if (*at != L'"') {
        word.append(slashes, L'\\');
        if (*at != 0 && slashes == 0) word += *at++;
        continue;
      }
      word.append(slashes / 2, L'\\');
      ++at;
      if (slashes % 2 == 1) {
        word += L'"';
      } else if (quoted && *at == L'"') {
        word += *at++;
      } else {
        quoted = !quoted;
      }
    }
    words.push_back(std::move(word));
  }
  std::size_t bytes = (words.size() + 1) * sizeof(LPWSTR);
  for (const std::wstring& word : words) bytes += (word.size() + 1) * sizeof(WCHAR);
  auto* const list = static_cast<LPWSTR*>(LocalAlloc(LMEM_FIXED, bytes));
  if (list == nullptr) return fail_with<LPWSTR*>(ERROR_NOT_ENOUGH_MEMORY, nullptr);
  auto* text = reinterpret_cast<LPWSTR>(list + words.size() + 1);
  for (std::size_t i = 0; i < words.size(); ++i) {
    list[i] = text;
    text = std::copy_n(words[i].c_str(), words[i].size() + 1, text);
  }
  list[words.size()] = nullptr;
  *count = static_cast<int>(words.size());
  return list;
}
