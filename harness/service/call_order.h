// The requester's call-order table (spec: state machines, section 1.2): which call is admitted in
// which state of the backup object, and the HRESULT of one that is not.
#pragma once

#include <string_view>

#include "core/hresult.h"

namespace vsslab {

enum class ObjectState {
  created,       // B0
  init,          // B1
  gathering,     // B2
  gathered,      // B3
  set_open,      // B4
  preparing,     // B5
  prepared,      // B6
  snapping,      // B7
  snapped,       // B8
  completing,    // B9
  completed,     // B10
  snap_failed,   // BF
  aborted,       // BA
  restore_init,  // R1
  restore_gathering,
  restore_gathered,  // R2
  restore_pre_running,
  restore_pre_restored,  // R3
  restore_post_running,
  restore_post_restored,  // R4
};
std::string_view object_state_name(ObjectState state);  // "B4"

struct OrderFacts {
  ObjectState state = ObjectState::created;
  bool no_writers = false;  // the context is one without writers
  bool gathered = false;    // GatherWriterMetadata has finished
};

enum class Admission {
  admitted,
  ignored,  // S_OK, nothing happens
  refused,  // with `hr`
};
struct Admitted {
  Admission admission = Admission::refused;
  Hr hr = hr::bad_state;
};

// `call` is Microsoft's name. Calls that the table does not list are admitted once initialised.
Admitted admit(std::string_view call, const OrderFacts& facts);

}  // namespace vsslab
