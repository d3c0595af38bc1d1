// JSON that is written while it is made: a document of a million results does not fit into memory
// as a tree.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "reports/listener.h"

namespace vsslab::reports {

class JsonStream {
 public:
  using Json = nlohmann::ordered_json;

  explicit JsonStream(const Sink& sink) : sink_(sink) {}

  // `item` as it stands `depth` levels deep, without the closing brace when it stays open.
  void object(const Json& item, int depth, bool stays_open);
  // A member that is an array, after others.
  template <class Items, class Write>
  void array(std::string_view name, int depth, const Items& items, const Write& write) {
    open_array(name, depth);
    for (const auto& item : items) {
      next(depth);
      write(item);
    }
    close_array(depth);
  }
  // The same for items that are not in one list: each after its next().
  void open_array(std::string_view name, int depth);
  void next(int depth);
  void close_array(int depth);
  void close(int depth);

 private:
  const Sink& sink_;
  bool first_ = true;
};

}  // namespace vsslab::reports
