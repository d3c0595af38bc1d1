// What the requester, provider and metadata families share beside the templates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ascii.h"
#include "metadata/backup_components.h"
#include "metadata/writer_metadata.h"
#include "rules/rule.h"
#include "rules/templates.h"
#include "rules/view.h"

namespace vsslab::rules {

inline constexpr std::string_view kService = "vss";  // the subject when the service is at fault

// VSS_SNAPSHOT_CONTEXT and VSS_VOLUME_SNAPSHOT_ATTRIBUTES
inline constexpr std::uint32_t kContextAll = 0xFFFFFFFF;
inline constexpr std::uint32_t kPersistent = 0x00000001;
inline constexpr std::uint32_t kClientAccessible = 0x00000004;
inline constexpr std::uint32_t kNoAutoRelease = 0x00000008;
inline constexpr std::uint32_t kNoWriters = 0x00000010;
inline constexpr std::uint32_t kTransportable = 0x00000020;
inline constexpr std::uint32_t kDifferential = 0x00020000;
inline constexpr std::uint32_t kPlex = 0x00040000;

// Verdicts about the service, silent when no call of the run was one to judge it by.
class ServiceVerdicts {
 public:
  explicit ServiceVerdicts(Findings& out) : out_(out) {}
  void saw() { get().saw(); }
  void fail(std::string expected, std::string actual, std::vector<Seq> evidence,
            std::string because = {}) {
    get().fail(std::move(expected), std::move(actual), std::move(evidence), std::move(because));
  }
  void inconclusive(std::string why) { get().inconclusive(std::move(why)); }
  void expect(bool held, std::string_view expected, std::string_view actual,
              std::initializer_list<Seq> evidence) {
    get().expect(held, expected, actual, evidence);
  }

 private:
  Verdicts& get() {
    if (!verdicts_) verdicts_.emplace(out_, kService);
    return *verdicts_;
  }
  Findings& out_;
  std::optional<Verdicts> verdicts_;
};

// Nothing more can come from this object: it was released, or the run was over.
bool closed(const RunView& run, const Session& session);

// A backup: InitializeForBackup succeeded.
bool is_backup(const Session& session);

// How an asynchronous operation ended: the call's own code when it was refused, else the
// operation's. Nothing while it runs.
std::optional<Hr> outcome(const RunView& run, const Call& call);

// The code that a finished operation reports: the event's hr.
Hr finished_with(const RunView& run, const Call& finished);

// Ended with success, and was not cancelled.
bool ended_well(const RunView& run, const Call& call);

// The moment an asynchronous operation was over; the call's own for a refused one.
std::optional<RunView::AsyncEnd> over(const RunView& run, const Call& call);

// "Orders\Log" or "Log".
std::string component_text(std::string_view path, std::string_view name);

// The comma-separated parts of a text, without blanks around them.
std::vector<std::string_view> split_list(std::string_view text, char separator = ',');

using ascii::lower;
inline bool same_text(std::string_view a, std::string_view b) {
  return ascii::equal_ignoring_case(a, b);
}

// A GUID's text without braces, in lower case, or the text itself in lower case when it is none.
std::string guid_text(std::string_view text);
bool is_null_guid(std::string_view text);

// The Writer Metadata Document of a writer in a session; null when there is none that reads.
const metadata::WriterMetadata* document_of(const RunView& run, const Participation& part);

// The Backup Components Document of a session, as the service recorded it when the object went,
// else as the requester saved it last; null when there is none that reads.
const metadata::BackupComponents* document_of(const RunView& run, const Session& session);

// A component that AddComponent took.
struct Added {
  const Call* call = nullptr;
  std::string_view writer;  // actor's name
  std::string writer_id;    // lower case
  std::string_view path, name;
};
const std::vector<Added>& added_components(const RunView& run, const Session& session);

// The participation that a requester's call names by `writer`, `instance` or `writer_id`.
const Participation* participation_named(const RunView& run, const Session& session,
                                         const Call& call);

// Places in run.participations() and run.sessions(), which are keys that do not depend on
// addresses.
inline std::size_t index_of(const RunView& run, const Participation& part) {
  return static_cast<std::size_t>(&part - run.participations().data());
}
inline std::size_t index_of(const RunView& run, const Session& session) {
  return static_cast<std::size_t>(&session - run.sessions().data());
}

// The requester's sessions in which the writers take part and a set was asked for.
bool has_writers_and_set(const Session& session);

}  // namespace vsslab::rules
