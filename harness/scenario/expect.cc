#include <algorithm>

#include <fmt/format.h>

#include "core/suggest.h"
#include "scenario/faults.h"
#include "scenario/parts.h"

namespace vsslab::scenario {

namespace {

struct PartyNames {
  std::vector<std::string_view> writers, providers, requesters;
  std::vector<std::string_view> services{"vss"};  // the only one whose events a journal has

  explicit PartyNames(const plan::ScenarioPlan& plan) {
    for (const plan::WriterPlan& writer : plan.writers) writers.push_back(writer.name);
    for (const plan::ProviderPlan& provider : plan.providers) providers.push_back(provider.name);
    if (plan.providers.empty()) providers.push_back("system");
    for (const plan::RequesterPlan& requester : plan.requesters) {
      requesters.push_back(requester.name);
    }
  }

  std::string checked(const Source& source, const xml::Element& element,
                      std::string_view kind) const {
    const std::string name = text(element, kind);
    const std::vector<std::string_view>* known = nullptr;
    if (kind == "writer") known = &writers;
    if (kind == "provider") known = &providers;
    if (kind == "requester") known = &requesters;
    if (kind == "service") known = &services;
    if (known != nullptr) check_one_of(source, element, kind, name, *known, kind);
    return name;
  }
};

bool is_rule_id(std::string_view id) {
  // VSSW-TIME-009
  if (id.size() < 10 || !id.starts_with("VSS") || id[4] != '-') return false;
  if (std::string_view("WRPCM").find(id[3]) == std::string_view::npos) return false;
  const std::size_t dash = id.rfind('-');
  const std::string_view family = id.substr(5, dash > 5 ? dash - 5 : 0);
  const std::string_view number = id.substr(dash + 1);
  return !family.empty() &&
         std::all_of(family.begin(), family.end(), [](char c) { return c >= 'A' && c <= 'Z'; }) &&
         number.size() == 3 &&
         std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// At most one of the attributes that name a party; its name, or empty.
std::string_view party_attribute(const Source& source, const xml::Element& element, Names kinds) {
  std::string_view found;
  for (const std::string_view kind : kinds) {
    if (!has(element, kind)) continue;
    if (!found.empty()) {
      refuse_attribute(source, element, kind,
                       fmt::format("attributes '{}' and '{}' exclude one another", found, kind));
    }
    found = kind;
  }
  return found;
}

plan::ExpectRule read_rule(const Source& source, const xml::Element& element,
                           const PartyNames& names) {
  check_shape(source, element, {"id", "writer", "provider", "requester", "subject", "verdict"});
  plan::ExpectRule rule;
  rule.line = element.line();
  rule.id = required_text(source, element, "id");
  if (!is_rule_id(rule.id)) {
    refuse_attribute(source, element, "id", fmt::format("'{}' is no rule id", rule.id),
                     "rule ids look like VSSW-TIME-009; vsslab list rules shows them");
  }
  const std::string_view kind =
      party_attribute(source, element, {"writer", "provider", "requester", "subject"});
  if (!kind.empty()) rule.subject = names.checked(source, element, kind);
  required_text(source, element, "verdict");
  rule.verdict = one_of(source, element, "verdict",
                        {"pass", "fail", "warning", "not-applicable", "inconclusive"}, {});
  return rule;
}

plan::ExpectWriterStatus read_status(const Source& source, const xml::Element& element,
                                     const PartyNames& names) {
  check_shape(source, element, {"writer", "after", "state", "code"});
  plan::ExpectWriterStatus status;
  status.line = element.line();
  required_text(source, element, "writer");
  status.writer = names.checked(source, element, "writer");
  status.after = text(element, "after");
  if (!status.after.empty()) {
    check_one_of(source, element, "after", status.after, requester_calls(), "call");
  }
  status.state = word(source, element, "state", plan::writer_states());
  status.code = hresult(source, element, "code");
  if (!status.state && !status.code) {
    refuse(source, element, "element 'WriterStatus' expects neither a state nor a code");
  }
  return status;
}

plan::ExpectArgument read_argument(const Source& source, const xml::Element& element) {
  check_shape(source, element, {"name", "value", "contains"});
  plan::ExpectArgument argument;
  argument.name = required_text(source, element, "name");
  argument.part = has(element, "contains");
  if (argument.part == has(element, "value")) {
    refuse(source, element, "an argument has a value, or a text that it contains: one of the two",
           "value=\"D:\\\" or contains=\"D:\"");
  }
  argument.value = text(element, argument.part ? "contains" : "value");
  if (argument.part && argument.value.empty()) {
    refuse_attribute(source, element, "contains", "every text contains the empty one");
  }
  return argument;
}

plan::ExpectEvent read_event(const Source& source, const xml::Element& element,
                             const PartyNames& names) {
  check_shape(source, element,
              {"writer", "provider", "requester", "service", "is", "within", "of", "count",
               "result", "absent"},
              {"Argument"});
  plan::ExpectEvent event;
  event.line = element.line();
  const std::string_view kind =
      party_attribute(source, element, {"writer", "provider", "requester", "service"});
  if (kind.empty()) {
    refuse(source, element, "element 'Event' does not say whose",
           "give one of writer=, provider=, requester=, service=\"vss\"");
  }
  event.actor = fmt::format("{}:{}", kind, names.checked(source, element, kind));
  event.name = required_text(source, element, "is");
  event.within = duration(source, element, "within");
  event.of = text(element, "of");
  if (event.within.has_value() == event.of.empty()) {
    refuse(source, element, "attributes 'within' and 'of' belong together",
           "within=\"21s\" of=\"Freeze\"");
  }
  if (const auto count = number(source, element, "count", 1'000'000'000)) {
    event.count = static_cast<std::uint32_t>(*count);
  }
  event.hr = hresult(source, element, "result");
  event.absent = yes_no(source, element, "absent", false);
  if (event.absent && (event.count || event.within)) {
    refuse(source, element, "an absent event has no count and no time");
  }
  for (const xml::Element& child : element.children()) {
    event.arguments.push_back(read_argument(source, child));
  }
  return event;
}

plan::ExpectCall read_call(const Source& source, const xml::Element& element,
                           const PartyNames& names) {
  check_shape(source, element, {"requester", "call", "result"});
  plan::ExpectCall call;
  call.line = element.line();
  if (has(element, "requester")) {
    call.requester = names.checked(source, element, "requester");
  } else if (names.requesters.size() == 1) {
    call.requester = names.requesters.front();
  } else {
    refuse(source, element, "element 'Call' does not say whose",
           "the scenario has several requesters: give requester=");
  }
  call.call = required_text(source, element, "call");
  check_one_of(source, element, "call", call.call, requester_calls(), "call");
  required_text(source, element, "result");
  call.hr = *hresult(source, element, "result");
  return call;
}

plan::ExpectParty read_party(const Source& source, const xml::Element& element,
                             const PartyNames& names) {
  check_shape(source, element, {"writer", "provider", "requester", "ends"});
  plan::ExpectParty party;
  party.line = element.line();
  const std::string_view kind =
      party_attribute(source, element, {"writer", "provider", "requester"});
  if (kind.empty()) {
    refuse(source, element, "element 'Party' does not say which",
           "give one of writer=, provider=, requester=");
  }
  party.actor = fmt::format("{}:{}", kind, names.checked(source, element, kind));
  required_text(source, element, "ends");
  party.ends = one_of(source, element, "ends", {"well", "crash", "hang", "exit"}, {});
  return party;
}

plan::ExpectBackup read_backup(const Source& source, const xml::Element& element,
                               const plan::ScenarioPlan& plan, const PartyNames& names) {
  check_shape(source, element, {"requester", "name", "made"});
  plan::ExpectBackup backup;
  backup.line = element.line();
  if (has(element, "requester")) {
    backup.requester = names.checked(source, element, "requester");
  } else if (names.requesters.size() == 1) {
    backup.requester = names.requesters.front();
  } else {
    refuse(source, element, "element 'Backup' does not say whose",
           "the scenario has several requesters: give requester=");
  }
  const auto requester = std::find_if(plan.requesters.begin(), plan.requesters.end(),
                                      [&](const auto& r) { return r.name == backup.requester; });
  if (requester == plan.requesters.end() || requester->operations.empty()) {
    refuse(source, element, fmt::format("requester '{}' makes no whole backup", backup.requester),
           "its steps say themselves what has to come of them: expect=");
  }
  const bool restores = element.name() == "Restore";
  std::vector<std::string_view> known;
  for (const plan::Operation& operation : requester->operations) {
    if (restores) {
      if (const auto* restore = std::get_if<plan::RestorePlan>(&operation)) {
        known.push_back(restore->name);
      }
    } else if (const auto* one = std::get_if<plan::BackupPlan>(&operation)) {
      known.push_back(one->name);
    }
  }
  backup.operation = text(element, "name");
  if (backup.operation.empty() && known.size() == 1) backup.operation = known.front();
  if (backup.operation.empty()) {
    refuse(source, element, fmt::format("element '{}' does not say which", element.name()),
           "the requester has none or several: give name=");
  }
  check_one_of(source, element, "name", backup.operation, known, restores ? "restore" : "backup");
  required_text(source, element, "made");
  backup.made = yes_no(source, element, "made", true);
  return backup;
}

plan::ExpectFile read_file_expectation(const Source& source, const xml::Element& element) {
  plan::ExpectFile file;
  file.directory = element.name() == "Directory";
  if (file.directory) {
    check_shape(source, element, {"path", "exists", "attributes", "modified"});
  } else {
    check_shape(source, element,
                {"path", "exists", "content", "size", "sameAs", "attributes", "modified"});
  }
  file.line = element.line();
  file.path = required_text(source, element, "path");
  file.exists = yes_no(source, element, "exists", true);
  if (has(element, "content")) file.content = text(element, "content");
  file.size = bytes(source, element, "size");
  file.same_as = text(element, "sameAs");
  file.attributes = file_attributes(source, element, "attributes");
  file.modified = moment(source, element, "modified");
  const int said =
      int{file.content.has_value()} + int{file.size.has_value()} + int{!file.same_as.empty()};
  if (said > 1) {
    refuse(source, element, "a file has one of 'content', 'size' and 'sameAs'");
  }
  const bool says = said > 0;
  if (!file.exists && (says || file.attributes || file.modified)) {
    refuse(source, element,
           "what does not exist has neither content nor size, attributes and time");
  }
  return file;
}

plan::ExpectDatabase read_database(const Source& source, const xml::Element& element,
                                   const plan::ScenarioPlan& plan) {
  check_shape(source, element, {"of", "sound", "complete", "recovered", "transactions"});
  plan::ExpectDatabase database;
  database.line = element.line();
  std::vector<std::string_view> known;
  for (const plan::RequesterPlan& requester : plan.requesters) {
    for (const plan::Operation& operation : requester.operations) {
      if (const auto* backup = std::get_if<plan::BackupPlan>(&operation)) {
        if (!backup->check_database.empty()) known.push_back(backup->name);
      } else if (const auto* check = std::get_if<plan::DatabaseCheckPlan>(&operation)) {
        known.push_back(check->name);
      }
    }
  }
  database.of = required_text(source, element, "of");
  check_one_of(source, element, "of", database.of, known, "operation that checks a database");
  const auto flag = [&](std::string_view name, std::optional<bool>& out) {
    if (has(element, name)) out = yes_no(source, element, name, false);
  };
  flag("sound", database.sound);
  flag("complete", database.complete);
  flag("recovered", database.recovered);
  database.frozen = text(element, "transactions") == "frozen";
  if (!database.frozen) {
    database.transactions = number(source, element, "transactions", INT64_MAX);
  }
  return database;
}

}  // namespace

void read_expect(const Source& source, const xml::Element& element, plan::ScenarioPlan& plan) {
  check_shape(source, element, {},
              {"Rule", "Rules", "WriterStatus", "Event", "Call", "Party", "Backup", "Restore",
               "File", "Directory", "Database"});
  const PartyNames names(plan);
  for (const xml::Element& child : element.children()) {
    const std::string_view name = child.name();
    if (name == "Rule") plan.expect.rules.push_back(read_rule(source, child, names));
    if (name == "WriterStatus") {
      plan.expect.writer_status.push_back(read_status(source, child, names));
    }
    if (name == "Event") plan.expect.events.push_back(read_event(source, child, names));
    if (name == "Call") plan.expect.calls.push_back(read_call(source, child, names));
    if (name == "Party") plan.expect.parties.push_back(read_party(source, child, names));
    if (name == "Database") plan.expect.databases.push_back(read_database(source, child, plan));
    if (name == "File" || name == "Directory") {
      plan.expect.files.push_back(read_file_expectation(source, child));
    }
    if (name == "Backup" || name == "Restore") {
      plan.expect.backups.push_back(read_backup(source, child, plan, names));
    }
    if (name == "Rules") {
      check_shape(source, child, {"verdict"});
      if (plan.expect.other_rules) refuse(source, child, "a second element 'Rules'");
      required_text(source, child, "verdict");
      plan.expect.other_rules = one_of(source, child, "verdict", {"pass", "any"}, {});
    }
  }
}

}  // namespace vsslab::scenario
