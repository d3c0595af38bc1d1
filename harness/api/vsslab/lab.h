// A lab for a test program of your own: plays a scenario of the conformance suite (or one of yours)
// with your writer, requester or provider in it, in this process and in virtual time, and hands
// back what was recorded and what the rules say. <vsslab/gtest.h> has assertions over it.
//
//   const auto run = vsslab::lab::run_writer<MyWriter>({.scenario = "two-in-a-row"});
//   run.journal().of(run.subject()).last_state()    "VSS_WS_STABLE"
//
// Link vsslab::lab. A party that crashes takes the test program down: that is what a debugger
// wants. "vsslab conform" keeps parties in processes of their own.
#ifndef VSSLAB_LAB_H
#define VSSLAB_LAB_H

#include <stdint.h>

#include <functional>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vsslab/party.h>

// What the classes below stand on.
extern "C" {

struct vsslab_lab_run;

struct vsslab_lab_request {
  const char* role;                             // "writer", "requester", "provider"
  int (*main)(void*);                           // writers and requesters: the party's main function
  HRESULT (*make)(void*, VSS_ID*, IUnknown**);  // providers
  void* context;                                // what these two get
  const char* scenario;                         // a name of the suite, or a file
  const char* scenarios;  // the folder of scenarios; VSSLAB_HOME goes before it
  uint64_t seed;          // 0: the scenario's own
};

struct vsslab_lab_event {
  uint64_t seq;
  int64_t time_ns;
  const char* kind;  // "writer", "requester", "provider", "service", "volume", "lab"
  const char* actor;
  const char* name;
  const char* phase;   // "enter", "leave", "-"
  const char* result;  // "S_OK"; "" when it has none
  uint64_t cause;
};

struct vsslab_lab_finding {
  const char* rule;
  const char* level;    // "MUST", "SHOULD"
  const char* verdict;  // "fail", "warning", "inconclusive", "not-applicable", "pass"
  const char* text;     // the block that the console prints
};

vsslab_lab_run* vsslab_lab_play(const vsslab_lab_request* request);
void vsslab_lab_free(vsslab_lab_run* run);
const char* vsslab_lab_error(const vsslab_lab_run* run);  // "": a verdict could be given
const char* vsslab_lab_subject(const vsslab_lab_run* run);
uint64_t vsslab_lab_events(const vsslab_lab_run* run);
void vsslab_lab_event_at(const vsslab_lab_run* run, uint64_t index, vsslab_lab_event* event);
const char* vsslab_lab_arg(vsslab_lab_run* run, uint64_t seq,
                           const char* key);  // NULL: it has none
uint64_t vsslab_lab_findings(const vsslab_lab_run* run);
void vsslab_lab_finding_at(const vsslab_lab_run* run, uint64_t index, vsslab_lab_finding* finding);
// Of a rule's id or slug; NULL: there is no such rule.
const char* vsslab_lab_rule_id(const char* id_or_slug);
// Whether docs/journal.md has an event of that name.
int vsslab_lab_knows_event(const char* name);

}  // extern "C"

#ifndef VSSLAB_SCENARIOS
#define VSSLAB_SCENARIOS ""
#endif

namespace vsslab::lab {

using Handle = std::shared_ptr<vsslab_lab_run>;

// One line of the journal. Names and arguments: docs/journal.md.
struct Event {
  uint64_t seq = 0;
  int64_t time_ns = 0;
  std::string kind, actor, name, phase, result;
  uint64_t cause = 0;
  Handle run;

  // "" when the event has no such argument.
  std::string arg(const std::string& key) const {
    const char* const value = vsslab_lab_arg(run.get(), seq, key.c_str());
    return value == nullptr ? std::string() : std::string(value);
  }
  // Begins something, or is all there is of it.
  bool begins() const { return phase != "leave"; }
  std::string to_string() const {
    return "#" + std::to_string(seq) + "  " + std::to_string(time_ns / 1000000) + " ms  " + actor +
           " " + name + (phase == "-" ? "" : " " + phase) + (result.empty() ? "" : "  " + result);
  }
};

// Events in their order: the whole journal, or one party's part of it. A name that no journal has
// is a mistake in the question and throws: "it never happened" would be true of any misspelling.
class Events {
 public:
  explicit Events(std::vector<Event> events) : events_(std::move(events)) {}

  auto begin() const { return events_.begin(); }
  auto end() const { return events_.end(); }
  size_t size() const { return events_.size(); }
  const std::vector<Event>& events() const { return events_; }

  // How often it was called, or happened.
  size_t count(std::string_view name) const {
    check(name);
    size_t number = 0;
    for (const Event& event : events_) number += event.begins() && event.name == name ? 1 : 0;
    return number;
  }
  // Null when it never happened.
  const Event* first(std::string_view name) const {
    check(name);
    for (const Event& event : events_) {
      if (event.begins() && event.name == name) return &event;
    }
    return nullptr;
  }
  const Event* last(std::string_view name) const {
    check(name);
    const Event* found = nullptr;
    for (const Event& event : events_) {
      if (event.begins() && event.name == name) found = &event;
    }
    return found;
  }

 private:
  void check(std::string_view name) const {
    if (vsslab_lab_knows_event(std::string(name).c_str()) != 0) return;
    for (const Event& event : events_) {
      if (event.name == name) return;
    }
    throw std::invalid_argument("no journal has an event '" + std::string(name) +
                                "'; docs/journal.md names them all");
  }

  std::vector<Event> events_;
};

// One party's part, and what the service said of it.
class Party : public Events {
 public:
  Party(std::vector<Event> events, std::vector<Event> states)
      : Events(std::move(events)), states_(std::move(states)) {}

  // Of writers: "VSS_WS_STABLE", as a requester would be told it last. "" when nothing was said.
  std::string last_state() const { return states_.empty() ? "" : states_.back().arg("state"); }
  std::string last_code() const { return states_.empty() ? "" : states_.back().arg("code"); }

 private:
  std::vector<Event> states_;
};

class Journal : public Events {
 public:
  explicit Journal(std::vector<Event> events, std::string subject = {})
      : Events(std::move(events)), subject_(std::move(subject)) {}
  // Of the party under test, or of one that the journal names; others throw.
  Party of(std::string_view actor) const {
    std::vector<Event> own, states;
    for (const Event& event : events()) {
      if (event.actor == actor) own.push_back(event);
      if (event.name == "WriterState" && event.arg("writer") == actor) states.push_back(event);
    }
    if (own.empty() && states.empty() && actor != subject_) refuse(actor);
    return {std::move(own), std::move(states)};
  }

 private:
  [[noreturn]] void refuse(std::string_view actor) const {
    std::string names;
    for (const Event& event : events()) {
      const std::string name = " '" + event.actor + "'";
      if (names.find(name) == std::string::npos) names += name;
    }
    throw std::invalid_argument("the journal has no party '" + std::string(actor) + "', only" +
                                names);
  }

  std::string subject_;
};

// What a rule says about the party under test.
struct Finding {
  std::string rule, level, verdict, text;
  bool broken() const { return verdict == "fail" || verdict == "warning"; }
};

class Run {
 public:
  explicit Run(Handle run)
      : run_(std::move(run)), journal_(all_events(run_), vsslab_lab_subject(run_.get())) {
    for (uint64_t i = 0; i < vsslab_lab_findings(run_.get()); ++i) {
      vsslab_lab_finding item{};
      vsslab_lab_finding_at(run_.get(), i, &item);
      findings_.push_back({item.rule, item.level, item.verdict, item.text});
    }
  }

  // Why there is no verdict; "" when there is one.
  std::string error() const { return vsslab_lab_error(run_.get()); }
  std::string subject() const { return vsslab_lab_subject(run_.get()); }
  const Journal& journal() const { return journal_; }
  const std::vector<Finding>& findings() const { return findings_; }
  // The worst of a rule, by its id or slug; null when the catalogue has no such rule about the
  // party.
  const Finding* finding(std::string_view rule) const {
    const char* const id = vsslab_lab_rule_id(std::string(rule).c_str());
    const Finding* worst = nullptr;
    for (const Finding& item : findings_) {
      if (id != nullptr && item.rule == id && (worst == nullptr || item.broken())) worst = &item;
    }
    return worst;
  }

 private:
  static std::vector<Event> all_events(const Handle& run) {
    std::vector<Event> events;
    for (uint64_t i = 0; i < vsslab_lab_events(run.get()); ++i) {
      vsslab_lab_event item{};
      vsslab_lab_event_at(run.get(), i, &item);
      events.push_back({item.seq, item.time_ns, item.kind, item.actor, item.name, item.phase,
                        item.result, item.cause, run});
    }
    return events;
  }

  Handle run_;
  Journal journal_;
  std::vector<Finding> findings_;
};

struct Options {
  std::string scenario = "full";
  uint64_t seed = 0;
};

namespace detail {

inline int call_main(void* main) { return (*static_cast<std::function<int()>*>(main))(); }

inline Run play(const char* role, std::function<int()> main,
                HRESULT (*make)(void*, VSS_ID*, IUnknown**), void* context,
                const Options& options) {
  vsslab_lab_request request{};
  request.role = role;
  request.main = call_main;
  request.make = make;
  request.context = make == nullptr ? static_cast<void*>(&main) : context;
  request.scenario = options.scenario.c_str();
  request.scenarios = VSSLAB_SCENARIOS;
  request.seed = options.seed;
  return Run(Handle(vsslab_lab_play(&request), vsslab_lab_free));
}

}  // namespace detail

// A writer's main function; it returns at Ctrl-C, which the lab sends at the end.
inline Run run_writer(std::function<int()> main, const Options& options = {}) {
  return detail::play("writer", std::move(main), nullptr, nullptr, options);
}
// As VSSLAB_WRITER(Writer) makes it: Writer::Initialize() registers it.
template <class Writer>
Run run_writer(const Options& options = {}) {
  return run_writer(
      [] { return party::serve<Writer>([](Writer& writer) { return writer.Initialize(); }); },
      options);
}
inline Run run_requester(std::function<int()> main, const Options& options = {}) {
  return detail::play("requester", std::move(main), nullptr, nullptr, options);
}
template <class Provider>
Run run_provider(const VSS_ID& id, const Options& options = {}) {
  VSS_ID mine = id;
  return detail::play(
      "provider", {},
      [](void* context, VSS_ID* out, IUnknown** provider) -> HRESULT {
        *out = *static_cast<VSS_ID*>(context);
        return party::make_provider<Provider>(provider);
      },
      &mine, options);
}

}  // namespace vsslab::lab

#endif
