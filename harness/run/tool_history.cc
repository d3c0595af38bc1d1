#include "run/tool_history.h"

#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vsslab {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 6> kKinds = {"line",    "end",     "file",
                                                    "no-file", "program", "folder"};

// Bytes are kept as text where they are UTF-8, as JSON demands, else as hexadecimal digits.
void put_text(nlohmann::ordered_json& to, const std::string& bytes) {
  try {
    nlohmann::ordered_json text = bytes;
    (void)text.dump();
    to["text"] = bytes;
  } catch (const json::exception&) {
    std::string digits;
    for (const char byte : bytes) digits += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    to["hex"] = digits;
  }
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::string from_hex(const std::string& digits) {
  if (digits.size() % 2 != 0) throw std::string("odd number of hexadecimal digits");
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_digit(digits[i]);
    const int low = hex_digit(digits[i + 1]);
    if (high < 0 || low < 0) throw std::string("no hexadecimal digit");
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

ToolInput read_input(const json& from) {
  ToolInput input;
  const auto kind = from.at("kind").get<std::string>();
  std::size_t at = 0;
  while (at < kKinds.size() && kKinds[at] != kind) ++at;
  if (at == kKinds.size()) throw fmt::format("unknown kind of input '{}'", kind);
  input.kind = static_cast<ToolInput::Kind>(at);
  if (from.contains("text")) input.text = from.at("text").get<std::string>();
  if (from.contains("hex")) input.text = from_hex(from.at("hex").get<std::string>());
  input.code = from.value("code", 0);
  return input;
}

ToolCall read_call(const json& from) {
  ToolCall call;
  call.tool = from.at("tool").get<std::string>();
  call.arguments = from.at("arguments").get<std::vector<std::string>>();
  for (const json& input : from.at("inputs")) call.inputs.push_back(read_input(input));
  call.printed_digest = from.at("printed").get<std::string>();
  call.code = from.at("code").get<int>();
  return call;
}

void read_head(const json& from, ToolHistory& history) {
  const int format = from.at("format").get<int>();
  if (format != kToolHistoryFormat) {
    throw fmt::format("it has format {}; this vsslab reads format {}", format, kToolHistoryFormat);
  }
  history.machine_digest = from.at("machine").get<std::string>();
  history.toolkit = from.at("vsslab").get<std::string>();
}

std::string_view wanted_keys(int line) {
  return line == 1 ? "the first has 'format', 'vsslab' and 'machine'"
                   : "a call has 'tool', 'arguments', 'inputs', 'printed' and 'code'";
}

}  // namespace

std::string to_json_lines(const ToolHistory& history) {
  nlohmann::ordered_json head{{"format", kToolHistoryFormat},
                              {"vsslab", history.toolkit},
                              {"machine", history.machine_digest}};
  std::string text = head.dump() + "\n";
  for (const ToolCall& call : history.calls) {
    nlohmann::ordered_json line{{"tool", call.tool},
                                {"arguments", call.arguments},
                                {"inputs", nlohmann::ordered_json::array()},
                                {"printed", call.printed_digest},
                                {"code", call.code}};
    for (const ToolInput& input : call.inputs) {
      nlohmann::ordered_json made{{"kind", kKinds[static_cast<std::size_t>(input.kind)]}};
      put_text(made, input.text);
      if (input.code != 0) made["code"] = input.code;
      line["inputs"].push_back(std::move(made));
    }
    text += line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  }
  return text;
}

Result<ToolHistory> parse_tool_history(std::string_view text, const std::string& file) {
  ToolHistory history;
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++number;
    const auto bad = [&](const std::string& what) {
      return fail(Error{"this is no state of a lab machine: " + what, file, number, {}, {}});
    };
    try {
      if (history.calls.size() >= kToolCallsMax) {
        return bad(fmt::format("more than {} calls (tool_calls_max)", kToolCallsMax));
      }
      const json value = json::parse(line);
      if (number == 1) {
        read_head(value, history);
      } else {
        history.calls.push_back(read_call(value));
      }
    } catch (const json::parse_error& problem) {
      return bad(fmt::format("the line breaks off or is no JSON (byte {})", problem.byte));
    } catch (const json::out_of_range&) {
      return bad(fmt::format("the line lacks a key; {}", wanted_keys(number)));
    } catch (const json::exception&) {
      return bad(
          fmt::format("a value is of another type than it has to be; {}", wanted_keys(number)));
    } catch (const std::string& problem) {
      return bad(problem);
    }
  }
  if (number == 0) return fail(Error{"the state of the lab machine is empty", file, 0, {}, {}});
  return history;
}

}  // namespace vsslab
