#include "run/endings.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

namespace vsslab {
namespace {

// What a caller in another process gets when a provider goes down under a call.
constexpr Hr kCallFailed = static_cast<Hr>(0x800706BE);

using Key = std::pair<ActorKind, std::string_view>;

std::string_view words_of(PartyEnd end) {
  switch (end) {
    case PartyEnd::well:
      return "well";
    case PartyEnd::crash:
      return "crash";
    case PartyEnd::hang:
      return "hang";
    case PartyEnd::exit:
      return "exit";
  }
  return {};
}

// "uncaught exception: no such file", or the code that its process ended with.
std::string why_down(const Journal& journal, const Event& end) {
  if (const auto thrown = journal.arg(end, "exception")) {
    return fmt::format("uncaught exception: {}", *thrown);
  }
  return std::string(journal.arg(end, "code").value_or("an unknown code"));
}

// One look at the journal: who went down, in what, and who had made copies.
class Look {
 public:
  explicit Look(const Journal& journal) : journal_(journal), closed_(journal.events().size() + 1) {
    for (const Event& event : journal.events()) see(event);
  }

  struct End {
    PartyEnd how = PartyEnd::well;
    std::string text;
    std::vector<Seq> evidence;
  };

  // Null: nothing is wrong with how it ended.
  const End* of(ActorKind kind, std::string_view name) const {
    const auto found = ends_.find({kind, name});
    if (found == ends_.end()) return nullptr;
    // A writer that leaves after the last requester is done has been asked to.
    const bool dismissed =
        found->second.how == PartyEnd::exit && found->second.evidence.back() > last_call_;
    return dismissed ? nullptr : &found->second;
  }

  std::size_t copies(std::string_view requester) const {
    std::size_t count = 0;
    for (const auto& [session, copies] : copies_) {
      const auto owner = owners_.find(session);
      if (owner != owners_.end() && owner->second == requester) count += copies;
    }
    return count;
  }
  // A backup that was completed and had never asked for a shadow copy.
  bool copy_less(std::string_view requester) const {
    return std::any_of(copy_less_.begin(), copy_less_.end(), [&](std::uint32_t session) {
      const auto owner = owners_.find(session);
      return owner != owners_.end() && owner->second == requester;
    });
  }
  bool left_out_all(std::string_view requester) const {
    return left_out_.contains(requester) && !added_.contains(requester);
  }
  bool added(std::string_view requester) const { return added_.contains(requester); }

 private:
  void see(const Event& event) {
    const Actor& actor = journal_.actor(event.actor);
    if (actor.kind == ActorKind::lab && event.name == "Reboot") {
      rebooting_ = event.phase == Phase::enter;
    } else if (event.name == "ProcessExit") {
      if (!rebooting_) gone(event, actor);
      open_.erase(event.actor);
    } else if (event.name == "PartyHung") {
      hung(event);
    } else if (event.name == "PartyGone") {
      if (journal_.arg(event, "reason").value_or("") != "exit") lost(event);
    } else if (event.name == "SnapshotCreated") {
      ++copies_[event.session];
    } else if (event.name == "AsyncFinished" && event.hr >= 0 &&
               journal_.arg(event, "op").value_or("") == "BackupComplete" &&
               !sets_.contains(event.session)) {
      copy_less_.insert(event.session);
    }
    if (actor.kind == ActorKind::requester) requester(event, actor);
    if (actor.kind == ActorKind::provider && event.phase == Phase::leave && event.has_hr &&
        event.hr == kCallFailed) {
      ends_.insert_or_assign(
          {actor.kind, actor.name},
          End{PartyEnd::crash, fmt::format("crashed in {}", event.name), {event.cause, event.seq}});
    }
    if (event.phase == Phase::enter) open_[event.actor].push_back(event.seq);
    if (event.phase == Phase::leave) closed_[event.cause] = true;
  }

  void requester(const Event& event, const Actor& actor) {
    last_call_ = event.seq;
    if (event.session != 0) owners_.emplace(event.session, actor.name);
    if (event.name == "StartSnapshotSet") sets_.insert(event.session);
    if (event.name == "ComponentLeftOut") left_out_.insert(actor.name);
    if (event.name == "AddComponent" && event.has_hr && event.hr >= 0) added_.insert(actor.name);
  }

  void gone(const Event& event, const Actor& actor) {
    const bool crash = journal_.arg(event, "reason").value_or("") != "exit";
    // What a requester's own script ends is no accident.
    if (!crash && actor.kind == ActorKind::requester) return;
    End end{crash ? PartyEnd::crash : PartyEnd::exit, {}, {}};
    auto& open = open_[event.actor];
    while (!open.empty() && closed_[open.back()]) open.pop_back();
    const std::string where =
        open.empty() ? std::string() : fmt::format(" in {}", journal_.event(open.back()).name);
    end.text = crash ? fmt::format("crashed{} ({})", where, why_down(journal_, event))
                     : fmt::format("exited early{} ({})", where, why_down(journal_, event));
    if (!open.empty()) end.evidence.push_back(open.back());
    end.evidence.push_back(event.seq);
    ends_.insert_or_assign({actor.kind, actor.name}, std::move(end));
  }

  void hung(const Event& event) {
    const std::string_view in = journal_.arg(event, "in").value_or("a call");
    End end{PartyEnd::hang, fmt::format("never came back from {}", in), {}};
    if (event.cause != 0) end.evidence.push_back(event.cause);
    end.evidence.push_back(event.seq);
    const Actor* const who =
        event.cause == 0 ? nullptr : &journal_.actor(journal_.event(event.cause).actor);
    const std::string_view name = journal_.arg(event, "party").value_or("");
    const ActorKind kind = who == nullptr ? ActorKind::requester : who->kind;
    ends_.try_emplace({kind, name}, std::move(end));
  }

  // A process without a registered writer or an open session: its name is all there is.
  void lost(const Event& event) {
    const std::string_view name = journal_.arg(event, "party").value_or("");
    for (const Actor& actor : journal_.actors()) {
      if (actor.name != name || actor.kind == ActorKind::service || actor.kind == ActorKind::lab) {
        continue;
      }
      ends_.insert_or_assign({actor.kind, actor.name},
                             End{PartyEnd::crash,
                                 fmt::format("crashed ({})", why_down(journal_, event)),
                                 {event.seq}});
      return;
    }
    nameless_.emplace_back(name, event.seq);
  }

 public:
  // Parties that went down before they had done anything.
  const std::vector<std::pair<std::string_view, Seq>>& nameless() const { return nameless_; }

 private:
  const Journal& journal_;
  std::map<Key, End> ends_;
  std::unordered_map<ActorId, std::vector<Seq>> open_;
  std::vector<bool> closed_;                     // by seq: enters with a leave
  std::set<std::uint32_t> sets_, copy_less_;     // sessions
  std::map<std::uint32_t, std::size_t> copies_;  // by session
  std::map<std::uint32_t, std::string_view> owners_;
  std::set<std::string_view> left_out_, added_;
  std::vector<std::pair<std::string_view, Seq>> nameless_;
  Seq last_call_ = 0;
  bool rebooting_ = false;  // everybody goes down then
};

bool broken(const Finding& finding) {
  return finding.verdict == Verdict::fail || finding.verdict == Verdict::warning ||
         finding.verdict == Verdict::unexpected_pass;
}

class Comparison {
 public:
  Comparison(const plan::Expectations& expect, ScenarioResult& result)
      : expect_(expect), result_(result), look_(*result.journal) {
    for (const Finding& finding : result.findings) {
      if (broken(finding)) broken_[finding.subject].push_back(&finding);
    }
  }

  void parties() {
    std::set<std::string_view> met;  // actors of lines
    for (const PartyResult& party : result_.parties) {
      const plan::ExpectParty* line = line_of(party);
      if (line != nullptr) met.insert(line->actor);
      const PartyEnd wanted = line == nullptr ? PartyEnd::well : end_of(line->ends);
      if (line == nullptr && (party.how == PartyEnd::well || told_by_rule(party))) continue;
      ExpectationResult item;
      item.line = line == nullptr ? 0 : line->line;
      item.text = wanted == PartyEnd::well
                      ? fmt::format("{} stays up until it is asked to leave", party.name)
                      : fmt::format("{} ends with {}", party.name, words_of(wanted));
      item.verdict = wanted == party.how ? Verdict::pass : Verdict::fail;
      item.actual = party.end.empty() ? "it ended well" : "it " + party.end;
      item.evidence = party.end_evidence;
      result_.expectations.push_back(std::move(item));
    }
    for (const auto& [name, seq] : look_.nameless()) {
      result_.expectations.push_back(
          {0,
           fmt::format("{} comes up", name),
           Verdict::fail,
           fmt::format("it crashed before it did anything ({})",
                       why_down(*result_.journal, result_.journal->event(seq))),
           {seq}});
    }
    for (const plan::ExpectParty& line : expect_.parties) {
      if (met.contains(line.actor)) continue;
      result_.expectations.push_back(
          {line.line, fmt::format("{} takes part", line.actor), Verdict::fail, "it did not", {}});
    }
  }

  void operations(const plan::RequesterPlan& requester) {
    for (const plan::Operation& operation : requester.operations) {
      if (const auto* backup = std::get_if<plan::BackupPlan>(&operation)) {
        made(requester, backup->name, "backup", why_no_backup(requester, *backup));
      } else if (const auto* restore = std::get_if<plan::RestorePlan>(&operation)) {
        made(requester, restore->name, "restore",
             why_not_done(requester, restore->name, "restore"));
      } else if (const auto* tool = std::get_if<plan::ToolPlan>(&operation)) {
        ended(requester, *tool);
      }
    }
  }

 private:
  static PartyEnd end_of(std::string_view word) {
    for (const PartyEnd end : {PartyEnd::crash, PartyEnd::hang, PartyEnd::exit}) {
      if (words_of(end) == word) return end;
    }
    return PartyEnd::well;
  }

  const plan::ExpectParty* line_of(const PartyResult& party) const {
    const std::string actor = fmt::format("{}:{}", actor_kind_name(party.kind), party.name);
    for (const plan::ExpectParty& line : expect_.parties) {
      if (line.actor == actor) return &line;
    }
    return nullptr;
  }

  // A broken rule about the party that shows the very events: it is no news.
  bool told_by_rule(const PartyResult& party) const {
    const auto about = broken_.find(party.name);
    if (about == broken_.end()) return false;
    return std::any_of(about->second.begin(), about->second.end(), [&](const Finding* finding) {
      return std::find_first_of(finding->evidence.begin(), finding->evidence.end(),
                                party.end_evidence.begin(),
                                party.end_evidence.end()) != finding->evidence.end();
    });
  }

  void made(const plan::RequesterPlan& requester, const std::string& name, std::string_view what,
            const std::string& why) {
    const plan::ExpectBackup* line = nullptr;
    for (const plan::ExpectBackup& candidate : expect_.backups) {
      if (candidate.requester == requester.name && candidate.operation == name) line = &candidate;
    }
    const bool wanted = line == nullptr || line->made;
    if (wanted && line == nullptr && why.empty()) return;
    ExpectationResult item;
    item.line = line == nullptr ? 0 : line->line;
    const std::string title = name == what ? std::string(what) : fmt::format("{} '{}'", what, name);
    item.text = fmt::format("{} makes {}{}", requester.name, wanted ? "its " : "no ", title);
    item.verdict = wanted == why.empty() ? Verdict::pass : Verdict::fail;
    item.actual = why.empty() ? fmt::format("the {} was made", title) : why;
    result_.expectations.push_back(std::move(item));
  }

  void ended(const plan::RequesterPlan& requester, const plan::ToolPlan& tool) {
    const auto end = std::find_if(
        result_.operations.begin(), result_.operations.end(), [&](const OperationEnd& candidate) {
          return candidate.requester == requester.name && candidate.name == tool.name;
        });
    const std::string why = end == result_.operations.end() ? "it did not come to its end"
                            : end->succeeded                ? std::string()
                                                            : end->reason;
    ExpectationResult item;
    item.line = tool.line;
    item.text = fmt::format("{} ends with exit code {}", tool.name, tool.exit);
    item.verdict = why.empty() ? Verdict::pass : Verdict::fail;
    item.actual = why.empty() ? "it did" : why;
    if (!why.empty() && end != result_.operations.end()) item.evidence = end->evidence;
    result_.expectations.push_back(std::move(item));
  }

  // Empty: it was done.
  std::string why_not_done(const plan::RequesterPlan& requester, const std::string& name,
                           std::string_view what) const {
    const auto party =
        std::find_if(result_.parties.begin(), result_.parties.end(), [&](const PartyResult& item) {
          return item.kind == ActorKind::requester && item.name == requester.name;
        });
    if (party == result_.parties.end()) return "the requester did nothing";
    const auto done = std::find_if(result_.operations.begin(), result_.operations.end(),
                                   [&](const OperationEnd& item) {
                                     return item.requester == requester.name && item.name == name;
                                   });
    if (done == result_.operations.end()) {
      return party->how != PartyEnd::well ? "the requester " + party->end
                                          : fmt::format("the {} did not come to its end", what);
    }
    if (done->succeeded) return {};
    if (succeeded(done->hr)) return fmt::format("the {} is not complete: see the notes", what);
    if (!done->reason.empty()) {
      return fmt::format("{} ended: {} ({})", what, done->reason, hresult_name(done->hr));
    }
    return fmt::format("{} ended by {} with {}", what, done->last_call, hresult_name(done->hr));
  }

  // Empty: the backup was made.
  std::string why_no_backup(const plan::RequesterPlan& requester,
                            const plan::BackupPlan& backup) const {
    std::string why = why_not_done(requester, backup.name, "backup");
    if (!why.empty()) return why;
    const bool selects = backup.selection || requester.betest;
    if (selects && backup.component_mode && !look_.added(requester.name)) {
      return "the BETest selection names no component that is there: nothing was backed up";
    }
    if (backup.component_mode && look_.left_out_all(requester.name)) {
      return "every component was left out, because its files lie on volumes outside the set";
    }
    if (look_.copies(requester.name) == 0 && !look_.copy_less(requester.name))
      return "no volume was in the set: no copy was made";
    return {};
  }

  const plan::Expectations& expect_;
  ScenarioResult& result_;
  std::unordered_map<std::string_view, std::vector<const Finding*>> broken_;  // by subject
  Look look_;
};

}  // namespace

void note_ends(ScenarioResult& result) {
  const Look look(*result.journal);
  for (PartyResult& party : result.parties) {
    const Look::End* const end = look.of(party.kind, party.name);
    if (end == nullptr) continue;
    party.how = end->how;
    party.end = end->text;
    party.end_evidence = end->evidence;
  }
}

void compare_ends(const plan::Expectations& expect,
                  const std::vector<plan::RequesterPlan>& requesters, ScenarioResult& result) {
  if (result.journal == nullptr) return;
  Comparison comparison(expect, result);
  comparison.parties();
  for (const plan::RequesterPlan& requester : requesters) {
    comparison.operations(requester);
  }
}

}  // namespace vsslab
