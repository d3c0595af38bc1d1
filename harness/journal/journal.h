// The journal of one run: append-only events, the documents they carry, and what is needed to run
// it again. It is all that rules and reports see.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/growing_array.h"
#include "journal/event.h"

namespace vsslab {

// What a reader of the file needs to know before the first event.
struct JournalMeta {
  std::string toolkit;   // version that wrote it
  std::string scenario;  // name
  std::string scenario_file;
  std::string inputs_digest;          // of the files that the run read
  std::string inputs;                 // the file beside the journal that holds them; mostly none
  std::vector<std::string> settings;  // "name=value" of the scenario's parameters
  bool redacted = false;              // names were replaced by tokens
  std::string clock;                  // "virtual" | "real" | "imported"
  std::string profile;
  std::uint64_t seed = 0;
  std::string ties;  // "seeded" | "first-come"
  std::vector<std::uint8_t> decisions;
  std::string ended;  // "quiet", "budget", "stopped"; empty while it runs or when truncated
};

struct ArgText {
  std::string_view key;
  std::string_view value;
};

// What is handed to append(); the journal copies all text.
struct NewEvent {
  Time t{0};
  std::uint32_t session = 0;
  ActorId actor = 0;
  std::string_view name;
  Phase phase = Phase::instant;
  std::optional<Hr> hr{};
  Seq cause = 0;
  std::uint32_t thread = 0;
  std::int32_t document = -1;
};

class Journal {
 public:
  Journal();
  ~Journal();
  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;

  JournalMeta meta;
  // Stop in the debugger when this event has been appended, before what it announces happens.
  Seq break_at = 0;
  // Told of each event when it has been appended, before what it announces happens. It appends
  // nothing itself.
  std::function<void(const Event&)> on_append;

  ActorId actor(ActorKind kind, std::string_view name);  // finds or makes
  const Actor& actor(ActorId id) const { return actors_[id]; }
  std::span<const Actor> actors() const { return actors_; }

  Seq append(const NewEvent& event, std::span<const ArgText> args);
  Seq append(const NewEvent& event, std::initializer_list<ArgText> args = {}) {
    return append(event, std::span<const ArgText>(args.begin(), args.size()));
  }
  std::int32_t add_document(DocumentKind kind, std::string text) {
    return add_document(StoredDocument{kind, std::move(text)});
  }
  std::int32_t add_document(StoredDocument document);

  std::span<const Event> events() const { return {events_.data(), events_.size()}; }
  const Event& event(Seq seq) const { return events_[seq - 1]; }
  std::span<const Arg> args(const Event& event) const {
    return std::span(args_.data(), args_.size()).subspan(event.args_begin, event.args_count);
  }
  // The value of an argument, or nothing.
  std::optional<std::string_view> arg(const Event& event, std::string_view key) const {
    const Arg* arg = args_.data() + event.args_begin;
    for (const Arg* const end = arg + event.args_count; arg != end; ++arg) {
      if (arg->key == key) return arg->value;
    }
    return std::nullopt;
  }
  std::span<const StoredDocument> documents() const { return documents_; }

 private:
  std::string_view intern(std::string_view text);  // event names and argument keys
  std::string_view store(std::string_view text);   // argument values

  std::vector<Actor> actors_;
  GrowingArray<Event> events_;
  GrowingArray<Arg> args_;
  std::vector<StoredDocument> documents_;
  struct Text;  // the arena that all views point into
  std::unique_ptr<Text> text_;
};

}  // namespace vsslab
