#include "reports/json_stream.h"

namespace vsslab::reports {
namespace {

std::string margin(int depth) { return std::string(static_cast<std::size_t>(depth), ' '); }

}  // namespace

void JsonStream::object(const Json& item, int depth, bool stays_open) {
  const std::string plain = item.dump(1, ' ', false, Json::error_handler_t::replace);
  std::string text;
  for (const char c : plain) {
    text += c;
    if (c == '\n') text += margin(depth);
  }
  if (stays_open) text.erase(text.rfind('\n'));
  sink_(text);
}

void JsonStream::open_array(std::string_view name, int depth) {
  sink_(fmt::format(",\n{}\"{}\": [", margin(depth), name));
  first_ = true;
}

void JsonStream::next(int depth) {
  sink_(fmt::format("{}\n{} ", first_ ? "" : ",", margin(depth)));
  first_ = false;
}

void JsonStream::close_array(int depth) {
  sink_(first_ ? "]" : fmt::format("\n{}]", margin(depth)));
  first_ = false;  // what holds it has something in it now
}

void JsonStream::close(int depth) { sink_(fmt::format("\n{}}}", margin(depth))); }

}  // namespace vsslab::reports
