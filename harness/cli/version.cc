#include "cli/version.h"

#include <fmt/format.h>

#include "cli/build_info.h"
#include "core/digest.h"
#include "rules/rule.h"

namespace vsslab::cli {
namespace {

// Changes whenever a rule is added or its statement changes.
std::string catalogue_version() {
  std::string text;
  for (const Rule* rule : catalogue()) {
    text +=
        fmt::format("{} {} {}\n", rule->card.id, level_name(rule->card.level), rule->card.title);
  }
  return fmt::format("{} rules, {}", catalogue().size(), hex64(digest64(text)).substr(0, 8));
}

}  // namespace

std::string version() { return kVersion; }

std::string version_text() {
  return fmt::format("vsslab {}\ncommit    {}\ncompiler  {}\ncatalogue {}\n", kVersion, kCommit,
#if defined(__clang__)
                     "clang " __clang_version__,
#else
                     "g++ " __VERSION__,
#endif
                     catalogue_version());
}

}  // namespace vsslab::cli
