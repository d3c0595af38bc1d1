#include "unit/reports/sarif_shape.h"

#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vsslab {
namespace {

using Json = nlohmann::json;

// Types: a name of another object, "[" and a type for arrays, "{" and a type for objects with free
// keys, "=a|b" for one of some words, and string, integer, boolean, uri, line, any.
struct Property {
  std::string_view name;
  std::string_view type;
  bool required = false;
};

const std::map<std::string_view, std::vector<Property>>& objects() {
  static const std::map<std::string_view, std::vector<Property>> kObjects{
      {"sarifLog", {{"$schema", "uri"}, {"version", "=2.1.0", true}, {"runs", "[run", true}}},
      {"run",
       {{"tool", "tool", true},
        {"invocations", "[invocation"},
        {"originalUriBaseIds", "{artifactLocation"},
        {"results", "[result"}}},
      {"tool", {{"driver", "toolComponent", true}}},
      {"toolComponent",
       {{"name", "string", true}, {"semanticVersion", "string"}, {"rules", "[descriptor"}}},
      {"descriptor",
       {{"id", "string", true},
        {"name", "string"},
        {"shortDescription", "multiformat"},
        {"help", "multiformat"},
        {"helpUri", "uri"},
        {"defaultConfiguration", "configuration"},
        {"properties", "{any"}}},
      {"multiformat", {{"text", "string", true}, {"markdown", "string"}}},
      {"configuration", {{"level", "=none|note|warning|error"}}},
      {"invocation",
       {{"commandLine", "string"},
        {"exitCode", "integer"},
        {"executionSuccessful", "boolean", true},
        {"toolExecutionNotifications", "[notification"}}},
      {"notification",
       {{"message", "message", true},
        {"level", "=none|note|warning|error"},
        {"locations", "[location"}}},
      {"message", {{"text", "string", true}}},
      {"result",
       {{"ruleId", "string"},
        {"ruleIndex", "integer"},
        {"kind", "=notApplicable|pass|fail|review|open|informational"},
        {"level", "=none|note|warning|error"},
        {"message", "message", true},
        {"locations", "[location"},
        {"partialFingerprints", "{string"},
        {"suppressions", "[suppression"},
        {"properties", "{any"}}},
      {"location",
       {{"physicalLocation", "physicalLocation"}, {"logicalLocations", "[logicalLocation"}}},
      {"physicalLocation", {{"artifactLocation", "artifactLocation", true}, {"region", "region"}}},
      {"artifactLocation", {{"uri", "uri"}, {"uriBaseId", "string"}, {"description", "message"}}},
      {"region", {{"startLine", "line", true}}},
      {"logicalLocation", {{"name", "string"}, {"fullyQualifiedName", "string"}}},
      {"suppression", {{"kind", "=inSource|external", true}, {"justification", "string"}}},
  };
  return kObjects;
}

bool is_uri_reference(const std::string& text) {
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%";
  return !text.empty() && text.find_first_not_of(kAllowed) == std::string::npos;
}

class Checker {
 public:
  void check(const Json& value, std::string_view type, const std::string& at) {
    if (type.starts_with('[')) {
      if (!value.is_array()) return fault(at, "is no array");
      std::size_t i = 0;
      for (const Json& item : value) {
        check(item, type.substr(1), fmt::format("{}[{}]", at, i));
        ++i;
      }
    } else if (type.starts_with('{')) {
      if (!value.is_object()) return fault(at, "is no object");
      for (const auto& [key, item] : value.items()) check(item, type.substr(1), at + "." + key);
    } else if (type.starts_with('=')) {
      if (!value.is_string()) return fault(at, "is no string");
      const std::string wanted = "|" + std::string(type.substr(1)) + "|";
      if (wanted.find("|" + value.get<std::string>() + "|") == std::string::npos) {
        fault(at, "is '" + value.get<std::string>() + "'");
      }
    } else if (const auto found = objects().find(type); found != objects().end()) {
      check_object(value, found->second, at);
    } else {
      check_plain(value, type, at);
    }
  }

  void fault(const std::string& at, std::string_view what) {
    faults.push_back(fmt::format("{}: {}", at, what));
  }

  std::vector<std::string> faults;

 private:
  void check_plain(const Json& value, std::string_view type, const std::string& at) {
    const bool good = type == "any"       ? true
                      : type == "string"  ? value.is_string()
                      : type == "integer" ? value.is_number_integer()
                      : type == "boolean" ? value.is_boolean()
                      : type == "line"    ? value.is_number_unsigned() && value.get<int>() >= 1
                      : type == "uri"     ? value.is_string() && is_uri_reference(value)
                                          : false;
    if (!good) fault(at, fmt::format("is no {}", type));
  }

  void check_object(const Json& value, const std::vector<Property>& properties,
                    const std::string& at) {
    if (!value.is_object()) return fault(at, "is no object");
    std::set<std::string_view> known;
    for (const Property& property : properties) {
      known.insert(property.name);
      const auto found = value.find(property.name);
      if (found == value.end()) {
        if (property.required) fault(at, fmt::format("lacks '{}'", property.name));
        continue;
      }
      check(*found, property.type, at + "." + std::string(property.name));
    }
    for (const auto& [key, unused] : value.items()) {
      if (!known.contains(key)) fault(at, fmt::format("has '{}'", key));
    }
  }
};

void check_words(const Json& run, const std::string& at, Checker& checker) {
  std::set<std::string> ids;
  const Json& rules = run["tool"]["driver"]["rules"];
  for (const Json& rule : rules) {
    if (!ids.insert(rule["id"]).second) checker.fault(at, "has a rule twice");
  }
  std::size_t i = 0;
  for (const Json& result : run["results"]) {
    const std::string here = fmt::format("{}.results[{}]", at, i++);
    if (result["kind"] != "fail" && result["level"] != "none") {
      checker.fault(here, "has a level without being a failure");
    }
    const std::size_t index = result.value("ruleIndex", rules.size());
    if (index >= rules.size() || rules[index]["id"] != result["ruleId"]) {
      checker.fault(here, "has a ruleIndex that does not lead to its rule");
    }
    if (result["partialFingerprints"].empty()) checker.fault(here, "has no fingerprint");
    if (result["locations"].empty()) checker.fault(here, "has no location");
  }
}

}  // namespace

std::vector<std::string> sarif_faults(const Json& document) {
  Checker checker;
  checker.check(document, "sarifLog", "$");
  if (!checker.faults.empty()) return checker.faults;  // what follows relies on the shape
  std::size_t i = 0;
  for (const Json& run : document["runs"]) {
    check_words(run, fmt::format("$.runs[{}]", i++), checker);
  }
  return checker.faults;
}

}  // namespace vsslab
