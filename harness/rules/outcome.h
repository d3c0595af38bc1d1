// How a writer's handler ended, as the rules about failures see it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rules/view.h"

namespace vsslab::rules {

enum class Outcome : std::uint8_t {
  good,     // true, and no failure set
  vetoed,   // true, with a failure set (X01: as good as false, but it causes no Abort by itself)
  refused,  // false
  blew_up,  // an exception or a crash
  open,     // it never came back
};

// The last SetWriterFailure(Ex) with a code other than S_OK that was made while the handler ran;
// null when there was none.
const Call* failure_set_in(const RunView& run, const Participation& part, const Call& handler);

Outcome outcome_of(const RunView& run, const Participation& part, const Call& handler);

// Not good: the service has to take the writer as failed.
inline bool failed_in(const RunView& run, const Participation& part, const Call& handler) {
  return outcome_of(run, part, handler) != Outcome::good;
}

// The service had given up on the writer before `seq`: its freeze limit had passed, it did not
// respond, or it was gone.
bool given_up_before(const Participation& part, Seq seq);

// A handler of the writer that began in this session never came back.
bool hangs(const Participation& part);

// It took part in the backup: it was sent PrepareForBackup or PrepareForSnapshot.
bool took_part(const Participation& part);

// Every handler of the writer in this session went well, and none was aborted.
bool all_well(const RunView& run, const Participation& part);

// The handler in which a writer made a call: as the journal says it (`in=`), else the one that was
// running. `unknown` when none was.
Ev made_in(const RunView& run, const Call& call);

}  // namespace vsslab::rules
