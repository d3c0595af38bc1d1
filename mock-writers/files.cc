#include "mock-writers/files.h"

#include <utility>

namespace vsslab::mock {

namespace {

bool is_dots(const WCHAR* name) {
  return name[0] == L'.' && (name[1] == L'\0' || (name[1] == L'.' && name[2] == L'\0'));
}

// Calls visit(data) for everything that matches the pattern.
template <class Visit>
void for_each_match(const std::wstring& pattern, Visit visit) {
  WIN32_FIND_DATAW data{};
  const HANDLE search = FindFirstFileW(pattern.c_str(), &data);
  if (search == INVALID_HANDLE_VALUE) return;
  do {
    if (!is_dots(data.cFileName)) visit(data);
  } while (FindNextFileW(search, &data));
  FindClose(search);
}

}  // namespace

std::wstring join(const std::wstring& directory, const std::wstring& name) {
  return directory.empty() || directory.back() == L'\\' ? directory + name
                                                        : directory + L'\\' + name;
}

std::vector<std::wstring> matching_files(const std::wstring& directory,
                                         const std::wstring& filespec, bool recursive) {
  std::vector<std::wstring> files;
  std::vector<std::wstring> folders{directory};
  while (!folders.empty() && files.size() < kFilesMax) {
    const std::wstring folder = std::move(folders.back());
    folders.pop_back();
    for_each_match(join(folder, filespec), [&](const WIN32_FIND_DATAW& data) {
      if ((data.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0) return;
      if (files.size() < kFilesMax) files.push_back(join(folder, data.cFileName));
    });
    if (!recursive) continue;
    for_each_match(join(folder, L"*"), [&](const WIN32_FIND_DATAW& data) {
      if ((data.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0) return;
      if ((data.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) return;
      folders.push_back(join(folder, data.cFileName));
    });
  }
  return files;
}

void make_folder(const std::wstring& directory) {
  for (std::size_t end = directory.find(L'\\', 3); end != std::wstring::npos;
       end = directory.find(L'\\', end + 1)) {
    CreateDirectoryW(directory.substr(0, end).c_str(), NULL);
  }
  CreateDirectoryW(directory.c_str(), NULL);
}

}  // namespace vsslab::mock
