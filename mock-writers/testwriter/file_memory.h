// What a Test Writer with checkIncludes or checkExcludes knows of its files: how they were when
// they were frozen, so that a restore can be held against it.
#pragma once

#include <windows.h>

#include <vss.h>
#include <vswriter.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plan/plan.h"

namespace vsslab::mock {

struct RememberedFile {
  std::wstring path;
  std::uint64_t size = 0;
  std::uint64_t sum = 0;  // over the content; of a partial file over its ranges
  std::string ranges;     // partial file
  const plan::ComponentFile* set = nullptr;
  bool by_ranges_file = false;  // a partial file whose ranges lie in a ranges file
};

// Ranges of a file that a directed target moves.
struct RememberedTarget {
  const plan::TestComponent::DirectedTarget* target;
  std::uint64_t sum;
};

class FileMemory {
 public:
  // The component's files as they are now, those on the exclude list apart. `partial`: the
  // requester copies the ranges of partial files alone.
  void remember(const plan::TestComponent& component, const plan::TestWriterConfig& config,
                bool partial);

  // Calls `tell` with what is wrong with the restored files of a component.
  using Tell = std::function<void(std::string)>;
  void check_includes(IVssComponent& restored, const plan::TestComponent& component,
                      const plan::TestWriterConfig& config, const Tell& tell) const;

  bool empty() const { return files_.empty(); }

 private:
  // By logical path and name.
  using Key = std::pair<std::string, std::string>;
  void check_targets(IVssComponent& restored, const Key& key, const Tell& tell) const;
  std::map<Key, std::vector<RememberedFile>> files_;
  std::map<Key, std::vector<RememberedTarget>> targets_;
};

// Files of the component that the exclude list names and that are there now.
std::vector<std::wstring> excluded_files(const plan::TestComponent& component,
                                         const plan::TestWriterConfig& config);

}  // namespace vsslab::mock
