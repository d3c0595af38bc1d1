// The wall's own time, for what people see: how long a run took, today's date. Nothing inside a lab
// may use it.
#pragma once

#include <string>

#include "core/time.h"

namespace vsslab {

// Monotonic, from an unspecified origin.
Duration wall_now();

// "2026-01-31", UTC.
std::string utc_date();

// "20260131-235959", UTC: names of result folders.
std::string utc_stamp();

class Stopwatch {
 public:
  Stopwatch() : begin_(wall_now()) {}
  Duration elapsed() const { return wall_now() - begin_; }

 private:
  Duration begin_;
};

}  // namespace vsslab
