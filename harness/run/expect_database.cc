// Looks at databases against what the scenario expects of them.

#include <fmt/format.h>

#include "metadata/backup_components.h"
#include "run/expect.h"

namespace vsslab {
namespace {

constexpr std::string_view kTransactions = "transactions=";

// How many transactions the database's writer told of in a component of this document.
std::optional<std::uint64_t> told_in(const StoredDocument& stored) {
  if (stored.kind != DocumentKind::backup_components) return std::nullopt;
  const auto document = metadata::parse_backup_components(stored.text, "the journal");
  if (!document) return std::nullopt;
  for (const metadata::WriterComponents& writer : document->writers) {
    for (const metadata::ComponentEntry& component : writer.components) {
      const std::string text = component.backup_metadata ? component.backup_metadata->metadata : "";
      if (!text.starts_with(kTransactions)) continue;
      std::uint64_t number = 0;
      for (const char c : text.substr(kTransactions.size())) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + static_cast<std::uint64_t>(c - '0');
      }
      return number;
    }
  }
  return std::nullopt;
}

// In the document of the check's own backup; of a check outside of any, in the last one before it.
std::optional<std::uint64_t> frozen_transactions(const Journal& journal, const Event& check) {
  std::optional<std::uint64_t> last;
  for (const Event& event : journal.events()) {
    if (event.document < 0) continue;
    if (check.session != 0 ? event.session != check.session : event.seq > check.seq) continue;
    const auto told = told_in(journal.documents()[static_cast<std::size_t>(event.document)]);
    if (told) last = told;
  }
  return last;
}

class Look {
 public:
  Look(const Journal& journal, const Event& check) : journal_(journal), check_(check) {}

  void flag(std::string_view what, const std::optional<bool>& wanted, bool found) {
    if (wanted) compare(what, *wanted ? "yes" : "no", found ? "yes" : "no");
  }
  void compare(std::string_view what, std::string wanted, std::string found) {
    wanted_ += fmt::format("{}{} {}", wanted_.empty() ? "" : ", ", what, wanted);
    found_ += fmt::format("{}{} {}", found_.empty() ? "" : ", ", what, found);
    met_ = met_ && wanted == found;
  }
  std::string arg(std::string_view key) const {
    return std::string(journal_.arg(check_, key).value_or(""));
  }

  std::string wanted_, found_;
  bool met_ = true;

 private:
  const Journal& journal_;
  const Event& check_;
};

}  // namespace

void compare_databases(const plan::Expectations& expect, ScenarioResult& result) {
  if (result.journal == nullptr) return;
  const Journal& journal = *result.journal;
  for (const plan::ExpectDatabase& expected : expect.databases) {
    const Event* check = nullptr;
    for (const Event& event : journal.events()) {
      if (event.name == "DatabaseChecked" && journal.arg(event, "of") == expected.of) {
        check = &event;
      }
    }
    if (check == nullptr) {
      result.expectations.push_back({expected.line,
                                     "the database of " + expected.of + " is read",
                                     Verdict::fail,
                                     "nobody looked at it",
                                     {}});
      continue;
    }
    Look look(journal, *check);
    look.flag("sound", expected.sound, look.arg("integrity") == "ok");
    look.flag("complete", expected.complete, look.arg("complete") == "yes");
    look.flag("recovered", expected.recovered, look.arg("recovered") == "yes");
    if (expected.transactions) {
      look.compare("transactions", std::to_string(*expected.transactions),
                   look.arg("transactions"));
    }
    if (expected.frozen) {
      const auto frozen = frozen_transactions(journal, *check);
      look.compare("transactions",
                   frozen ? std::to_string(*frozen) : "as the writer told (it did not)",
                   look.arg("transactions"));
    }
    result.expectations.push_back(
        {expected.line,
         fmt::format("the database of {}: {}", expected.of, look.wanted_),
         look.met_ ? Verdict::pass : Verdict::fail,
         fmt::format("{}; integrity: {}", look.found_, look.arg("integrity")),
         {check->seq}});
  }
}

}  // namespace vsslab
