// The program's two streams: the answer on stdout, everything about getting it on stderr.
#pragma once

#include <string>
#include <string_view>

#include "core/error.h"
#include "reports/text.h"

namespace vsslab::cli {

enum class ColorChoice { automatic, always, never };

class Output {
 public:
  void answer(std::string_view text);  // stdout
  void tell(std::string_view text);    // stderr
  void flush();

  // "vsslab: error: …" with the place, the line and the hint.
  void error(const Error& problem);
  // "FILE:LINE: warning: …", the same of something that one can live with.
  void warning(const Error& problem);

  // The reader of stdout went away: nothing more is worth doing.
  bool broken() const { return broken_; }
  // Part of the answer could not be written for another reason, such as a full disk.
  bool lost() const { return lost_; }

  // `colour`: from --color and the environment (NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR, TERM).
  reports::TextStyle answer_style(ColorChoice choice) const;
  bool progress_is_terminal() const;

 private:
  void note_failure();
  void tell_problem(const Error& problem, std::string_view word);

  bool broken_ = false;
  bool lost_ = false;
};

}  // namespace vsslab::cli
