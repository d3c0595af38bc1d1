// Reads interfaces, enumerations, structures and GUIDs out of header text: ours, and those that
// mingw-w64 generates from IDL.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace vsslab::test {

struct Method {
  std::string name;
  std::string signature;  // "HRESULT(ULONG,VSS_OBJECT_PROP*,ULONG*)", normalised
};

struct Header {
  std::map<std::string, std::vector<Method>> interfaces;         // in slot order, bases first
  std::map<std::string, std::vector<std::string>> enumerations;  // "NAME=value"
  std::map<std::string, std::vector<std::string>> structures;    // "TYPE name"
  std::map<std::string, std::string> guids;                      // of interfaces and classes
  std::map<std::string, std::string> results;                    // VSS_E_… -> 8004…
};

bool read_text(const std::string& path, std::string& out);

// The C half of a generated header: the …Vtbl structures name every slot, inherited ones included.
void parse_generated(const std::string& text, Header& out);
// A header of ours; classes that it derives from have been parsed before.
void parse_ours(const std::string& text, Header& out);

}  // namespace vsslab::test
