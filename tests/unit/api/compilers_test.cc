// The headers compile alone, with every compiler that they are for.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "unit/api/header_text.h"

namespace vsslab::test {
namespace {

namespace fs = std::filesystem;

const std::string kRoot = VSSLAB_SOURCE_DIR;
const std::string kNative = " -I " + kRoot + "/harness/api -I " + kRoot + "/harness/api/win";

// A folder of its own, gone at the end.
class Compilers : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "vsslab-api-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  bool have(const std::string& compiler) const {
    return std::system(("command -v " + compiler + " >/dev/null 2>&1").c_str()) == 0;
  }

  void compile(const std::string& command, const std::string& source) {
    const fs::path log = folder_ / "log";
    const int status =
        std::system((command + " -fsyntax-only " + source + " >" + log.string() + " 2>&1").c_str());
    std::string text;
    read_text(log.string(), text);
    EXPECT_EQ(status, 0) << command << "\n" << text;
  }

  // Every header by itself, and a writer that uses much of them.
  std::string everything() const {
    const fs::path path = folder_ / "everything.cpp";
    std::ofstream out(path);
    for (const char* name : {"vsadmin", "vsmgmt", "vsprov", "vsbackup", "vswriter", "vss"}) {
      out << "#include <" << name << ".h>\n";
    }
    out << "class Writer : public CVssWriterEx2 {\n public:\n";
    for (const char* event : {"PrepareSnapshot", "Freeze", "Thaw", "Abort"}) {
      out << "  bool STDMETHODCALLTYPE On" << event << "() override { return true; }\n";
    }
    out << "};\nstatic_assert(sizeof(Writer) == 16, \"two pointers\");\nWriter writer;\n"
           "HRESULT make(IVssBackupComponents **out) { return CreateVssBackupComponents(out); }\n"
           "const GUID &id(IVssAsync *async) { (void)async; return __uuidof(IVssAsync); }\n";
    return path.string();
  }

  // A coclass that has its GUID from DECLSPEC_UUID, as MIDL's headers declare them.
  std::string coclass() const {
    const fs::path path = folder_ / "coclass.cpp";
    std::ofstream(path) << "#include <windows.h>\n"
                           "class DECLSPEC_UUID(\"423BBC78-9B20-4BBE-A967-B63EC43BC7F3\") Own;\n"
                           "const GUID &id() { return __uuidof(Own); }\n"
                           "__declspec(noinline) int own() { return 1; }\n";
    return path.string();
  }

  fs::path folder_;
};

TEST_F(Compilers, gxx_takes_each_header_alone) {
  for (const auto& folder : {kRoot + "/harness/api", kRoot + "/harness/api/win"}) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() != ".h") continue;
      compile("g++ -std=c++17 -Wall -Wextra -Werror" + kNative,
              "-include " + entry.path().filename().string() + " -x c++ /dev/null");
    }
  }
}

TEST_F(Compilers, clang_takes_them) {
  if (!have("clang++-16")) GTEST_SKIP() << "NOT TESTED: clang++-16 is not installed";
  const std::string clang = "clang++-16 -Wall -Wextra -Werror" + kNative;
  compile(clang + " -std=c++20", everything());
  compile(clang + " -std=c++17 -DVSSLAB_WINDOWS_SOURCE -DUNICODE", everything());
  const std::string as_microsoft = clang +
                                   " -std=gnu++20 -fms-extensions -fdeclspec -fms-compatibility"
                                   " -fms-compatibility-version=19.30 -U_MSC_VER";
  compile(as_microsoft, everything());
  compile(as_microsoft + " -DVSSLAB_WINDOWS_SOURCE -fgnuc-version=4.2.1 -Wno-everything",
          coclass());
}

TEST_F(Compilers, microsoft_and_mingw_targets_take_them_with_mingw_headers) {
  const std::string mingw = "/usr/share/mingw-w64/include";
  if (!have("clang++-16") || !fs::exists(mingw)) {
    GTEST_SKIP() << "NOT TESTED: needs clang++-16 and " << mingw;
  }
  const std::string ours =
      " -Wall -Werror -std=c++17 -I " + kRoot + "/harness/api -isystem " + mingw;
  compile("clang++-16 --target=x86_64-pc-windows-msvc -fgnuc-version=4.2.1 -fms-extensions" + ours,
          everything());
  compile("clang++-16 --target=x86_64-w64-mingw32 -nostdinc++" + ours, everything());
  // mingw's own g++: plain COM interfaces agree with Microsoft's; its virtual tables of classes
  // with destructors do not, so it compiles here and builds no writers.
  if (have("x86_64-w64-mingw32-g++")) {
    compile("x86_64-w64-mingw32-g++ -x c++" + ours, everything());
  } else {
    std::fputs("NOT TESTED: x86_64-w64-mingw32-g++ is not installed\n", stderr);
  }
  // The presets are Windows sources: the same files build for Windows.
  for (const char* preset : {"order_writer_main", "full_backup_main"}) {
    compile(
        "clang++-16 --target=x86_64-pc-windows-msvc -fgnuc-version=4.2.1 -fms-extensions"
        " -DUNICODE" +
            ours,
        kRoot + "/mock-writers/presets/" + preset + ".cpp");
  }
}

}  // namespace
}  // namespace vsslab::test
