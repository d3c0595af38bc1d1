// Status checks and repeated attempts, which several requester families speak about.
#pragma once

#include <functional>

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

// The requester's next DoSnapshotSet on another object after this one, or null.
const Call* next_attempt(const RunView& run, const Session& session, const Call& make);

// A DoSnapshotSet for which `retryable` holds is followed by another no sooner than ten minutes
// after its end, and there are three repetitions at most. Attempts that were not repeated do not
// apply.
void check_retries(const RunView& run, Findings& out,
                   const std::function<bool(const Session&, const Call&)>& retryable);

}  // namespace vsslab::rules
