// Shapes that many rules share. Each speaks for one subject; the caller chooses subjects and
// decides what does not apply.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rule.h"
#include "rules/view.h"

namespace vsslab::rules {

// "Freeze(orders-db) #31"
std::string mention(const RunView& run, const Call& call);

// `first` has to be over before `second` begins. Says pass or fail for `subject`. When `first` is
// null (never happened) the verdict is fail.
void require_before(const RunView& run, Findings& out, std::string_view subject, const Call* first,
                    Ev first_name, const Call& second, std::string_view because);

// `call` takes at most `limit`. One that never came back fails when the journal shows that the
// limit has passed, and is inconclusive otherwise.
void require_within(const RunView& run, Findings& out, std::string_view subject, const Call& call,
                    Duration limit);

// The verdict of many looks at one subject: nothing looked at -> na, any failure -> the failures,
// else pass. Destroy it (or call done) when all was seen.
class Verdicts {
 public:
  Verdicts(Findings& out, std::string_view subject) : out_(out), subject_(subject) {}
  ~Verdicts() { done(); }
  Verdicts(const Verdicts&) = delete;
  Verdicts& operator=(const Verdicts&) = delete;

  void saw() { looked_ = true; }  // the rule applied, and held so far
  void fail(std::string expected, std::string actual, std::vector<Seq> evidence,
            std::string because = {});
  void inconclusive(std::string why);
  // `held` or a failure.
  void expect(bool held, std::string_view expected, std::string_view actual,
              std::initializer_list<Seq> evidence) {
    looked_ = true;
    if (!held) fail(std::string(expected), std::string(actual), std::vector<Seq>(evidence));
  }
  void done();

 private:
  Findings& out_;
  std::string_view subject_;
  bool looked_ = false;
  bool spoke_ = false;
  bool done_ = false;
};

// Freeze of one writer and what closed it.
struct FreezeWindow {
  const Call* freeze = nullptr;
  const Call* thaw = nullptr;   // the first Thaw after it, before the next Freeze
  const Call* abort = nullptr;  // the first Abort after it, before the next Freeze
  // The moment the window closed by Thaw or Abort, whichever began first; null when neither came.
  const Call* closed_by() const;
};
std::vector<FreezeWindow> freeze_windows(const Participation& part);

// False for the contexts whose NO_WRITERS bit keeps writers out.
bool context_has_writers(const Session& session);

}  // namespace vsslab::rules
