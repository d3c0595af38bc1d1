// Status checks and repeated attempts, which several requester families speak about.
#pragma once

#include <functional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/rule.h"
#include "rules/view.h"

namespace vsslab::rules {

enum class StatusDepth {
  gathered,     // GatherWriterStatus is enough
  each_writer,  // and GetWriterStatus of every writer
};

// After `operation` has ended, in a backup with writers, the status is asked for before the next
// step of the sequence.
void check_status_after(const RunView& run, Findings& out, Ev operation, StatusDepth depth);

// The first DoSnapshotSet of every object, in order, by requester.
class Attempts {
 public:
  explicit Attempts(const RunView& run);
  // The requester's next DoSnapshotSet on another object after this one, or null.
  const Call* next(const Session& session, const Call& make) const;

 private:
  std::unordered_map<std::string_view, std::vector<const Call*>> attempts_;
};

// A DoSnapshotSet for which `retryable` holds is followed by another no sooner than ten minutes
// after its end, and there are three repetitions at most. Attempts that were not repeated do not
// apply.
void check_retries(const RunView& run, Findings& out,
                   const std::function<bool(const Session&, const Call&)>& retryable);

}  // namespace vsslab::rules
