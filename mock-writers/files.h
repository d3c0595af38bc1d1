// The files that a writer's file sets name, through Windows' file calls.
#pragma once

#include <windows.h>

#include <string>
#include <vector>

namespace vsslab::mock {

std::wstring join(const std::wstring& directory, const std::wstring& name);

// Full names of the files in `directory` that match `filespec` (? and *), those of folders below it
// too when `recursive`; at most kFilesMax.
inline constexpr std::size_t kFilesMax = 100'000;
std::vector<std::wstring> matching_files(const std::wstring& directory,
                                         const std::wstring& filespec, bool recursive);

// Makes the folder and those above it.
void make_folder(const std::wstring& directory);

}  // namespace vsslab::mock
