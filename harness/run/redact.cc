#include "run/redact.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "journal/complaint.h"
#include "journal/digest.h"
#include "rules/rule.h"
#include "rules/view.h"
#include "xml/document.h"
#include "xml/writer.h"

namespace vsslab {
namespace {

template <class Words>
bool holds(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Arguments of events whose values are the lab's own words, numbers or ids.
constexpr std::array<std::string_view, 57> kOurArguments{
    "async",       "op",         "status",    "state",      "code",      "context",     "type",
    "mask",        "usage",      "level",     "timeout",    "alternate", "throttling",  "limit",
    "count",       "index",      "ret",       "components", "bootable",  "partial",     "document",
    "after",       "accepted",   "reason",    "result",     "offset",    "bytes",       "supported",
    "queried",     "returned",   "deleted",   "failed",     "force",     "in",          "event",
    "action",      "by",         "clock",     "profile",    "ended",     "file_system", "size",
    "attributes",  "crash",      "succeeded", "affected",   "selected",  "recursive",   "modified",
    "onerror",     "registered", "control",   "change",     "complete",  "recovered",   "integrity",
    "transactions"};
constexpr std::size_t kOurWordBytesMax = 160;

// Attributes of the documents whose values are words of the schema, numbers or ids.
constexpr std::array<std::string_view, 36> kSchemaAttributes{"xmlns",
                                                             "version",
                                                             "backupSchema",
                                                             "usage",
                                                             "dataSource",
                                                             "method",
                                                             "writerRestore",
                                                             "rebootRequired",
                                                             "componentType",
                                                             "backupType",
                                                             "restoreType",
                                                             "restoreTarget",
                                                             "rollForwardType",
                                                             "fileRestoreStatus",
                                                             "filespecBackupType",
                                                             "componentFlags",
                                                             "selectable",
                                                             "selectableForRestore",
                                                             "selectedForRestore",
                                                             "notifyOnBackupComplete",
                                                             "writerId",
                                                             "instanceId",
                                                             "snapshotSetId",
                                                             "snapshotId",
                                                             "providerId",
                                                             "majorVersion",
                                                             "minorVersion",
                                                             "recursive",
                                                             "partialFileSupport",
                                                             "selectComponents",
                                                             "bootableSystemStateBackup",
                                                             "backupSucceeded",
                                                             "additionalRestores",
                                                             "type",
                                                             "lastModifyTime",
                                                             "hr"};

bool is_word_of_ours(std::string_view value) {
  if (value.size() > kOurWordBytesMax) return false;
  return value.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,|:{}()+#- ") ==
         std::string_view::npos;
}

bool looks_like_path(std::string_view value) {
  return value.find('\\') != std::string_view::npos || (value.size() >= 2 && value[1] == ':') ||
         value.starts_with('%');
}

TokenKind kind_of(ActorKind kind) {
  switch (kind) {
    case ActorKind::requester:
      return TokenKind::requester;
    case ActorKind::provider:
      return TokenKind::provider;
    case ActorKind::writer:
    case ActorKind::service:
    case ActorKind::volume:
    case ActorKind::lab:
      break;
  }
  return TokenKind::writer;
}

}  // namespace

// ---- what is learnt before ----

void Redactor::learn_folder_and_files(const plan::TestWriterConfig& config) {
  for (const plan::TestComponent& component : config.components) {
    for (const plan::ComponentFile& file : component.files) words_.learn_filespec(file.filespec);
    for (const auto& file : component.differenced_files) words_.learn_filespec(file.filespec);
  }
  for (const plan::FileSpec& file : config.exclude_files) words_.learn_filespec(file.filespec);
  for (const plan::TestComponent& component : config.components) {
    words_.logical_path(component.logical_path);
    words_.name(TokenKind::component, component.name);
    for (const plan::ComponentFile& file : component.files) {
      words_.path(file.path);
      words_.filespec(file.filespec);
      words_.path(file.alternate_path);
    }
  }
}

void Redactor::learn(const plan::ScenarioPlan& plan) {
  words_.name(TokenKind::scenario, plan.name);
  if (plan.file != plan.name) words_.name(TokenKind::scenario, plan.file);
  for (const plan::WriterPlan& writer : plan.writers) {
    words_.name(TokenKind::writer, writer.name);
    words_.name(TokenKind::writer, writer.friendly_name);
    words_.name(TokenKind::instance, writer.instance_name);
    words_.name(TokenKind::file, writer.metadata_file);
    learn_folder_and_files(writer.test);
  }
  for (const plan::RequesterPlan& requester : plan.requesters) {
    words_.name(TokenKind::requester, requester.name);
  }
  for (const plan::ProviderPlan& provider : plan.providers) {
    words_.name(TokenKind::provider, provider.name);
  }
  for (const plan::VolumePlan& volume : plan.volumes) {
    words_.path(volume.root);
    for (const plan::FilePlan& file : volume.files) words_.path(file.path);
  }
}

void Redactor::learn(const Journal& journal) {
  words_.name(TokenKind::scenario, journal.meta.scenario);
  words_.name(TokenKind::scenario, journal.meta.scenario_file);
  for (const Actor& actor : journal.actors()) {
    if (actor.kind == ActorKind::volume) {
      words_.path(actor.name);
    } else {
      words_.name(kind_of(actor.kind), actor.name);
    }
  }
}

std::string Redactor::scenario_name(const std::string& name) const {
  RedactWords words = words_;
  return words.name(TokenKind::scenario, name);
}

void Redactor::copy_late_verdicts(const RunResult& original, RunResult& redacted) {
  redacted.stale_waivers = original.stale_waivers;
  for (StaleWaiver& waiver : redacted.stale_waivers) {
    waiver.more += waiver.subject.empty() ? 0 : 1;
    waiver.subject.clear();
    waiver.place.clear();
  }
  for (std::size_t i = 0; i < redacted.scenarios.size(); ++i) {
    std::vector<Finding>& findings = redacted.scenarios[i].findings;
    for (std::size_t j = 0; j < findings.size(); ++j) {
      const Finding& now = original.scenarios[i].findings[j];
      if (now.verdict == findings[j].verdict) continue;
      findings[j].verdict = now.verdict;
      findings[j].expected = now.expected;
      findings[j].actual = now.actual;
      findings[j].note = "take the waiver out";
    }
  }
}

// ---- one scenario ----

Redactor::Scenario::Scenario(const Redactor& base, std::size_t number) : words_(base.words_) {
  words_.begin_scenario(number);
}

void Redactor::Scenario::meta(JournalMeta& meta) {
  const std::string token = words_.name(TokenKind::scenario, meta.scenario);
  meta.scenario = token;
  meta.scenario_file = meta.scenario_file.empty() ? "" : token + ".xml";
  meta.inputs.clear();
  meta.inputs_digest.clear();  // would tell whoever has the files that these are the ones
  for (std::string& setting : meta.settings) setting = words_.name(TokenKind::setting, setting);
  meta.redacted = true;
}

std::string Redactor::Scenario::actor(const Actor& actor) {
  if (actor.kind == ActorKind::service || actor.kind == ActorKind::lab) return actor.name;
  if (actor.kind == ActorKind::volume) return words_.path(actor.name);
  return words_.name(kind_of(actor.kind), actor.name);
}

// A value of which nothing is known.
std::string Redactor::Scenario::value(std::string_view value, bool keep_path_form) {
  if (RedactWords::is_harmless(value)) return std::string(value);
  if (keep_path_form && looks_like_path(value)) return words_.path(value);
  return words_.name(TokenKind::text, value);
}

// "0:4,8:2", or "File=" and where they stand.
std::string Redactor::Scenario::ranges(std::string_view value) {
  constexpr std::string_view kInFile = "File=";
  if (!value.starts_with(kInFile)) return this->value(value, true);
  return std::string(kInFile) + words_.path(value.substr(kInFile.size()));
}

// Paths with | between them.
std::string Redactor::Scenario::paths(std::string_view value) {
  std::string all;
  while (true) {
    const std::size_t end = std::min(value.find('|'), value.size());
    all += words_.path(value.substr(0, end));
    if (end == value.size()) return all;
    all += '|';
    value.remove_prefix(end + 1);
  }
}

std::string Redactor::Scenario::argument(std::string_view key, std::string_view value) {
  if (holds(kOurArguments, key) && is_word_of_ours(value)) return std::string(value);
  if (key == "writer" || key == "name" || key == "party" || key == "source") {
    if (RedactWords::is_harmless(value) || value == "VSS") return std::string(value);
    // A party may be written with its kind: "writer:orders".
    return words_.name(TokenKind::writer, value);
  }
  if (key == "provider") {
    return RedactWords::is_harmless(value) ? std::string(value)
                                           : words_.name(TokenKind::provider, value);
  }
  if (key == "instance_name") return words_.name(TokenKind::instance, value);
  if (key == "component" || key == "sub_component") {
    return words_.name(TokenKind::component, value);
  }
  if (key == "guid") return words_.volume_id(value);
  // Of a file's content: it would tell whoever has the file that this is the one.
  if (key == "digest" && value != "partial") return words_.name(TokenKind::text, value);
  if (key == "digest") return std::string(value);
  if (key == "filespec" || key == "filename" || key == "to_filename") return words_.filespec(value);
  if (key == "volume" || key == "root" || key == "device" || key == "file_path" ||
      key == "to_path") {
    return words_.path(value);
  }
  if (key == "path" || key == "sub_path") {
    // Of files, or the logical one of a component.
    const bool files = value.starts_with("\\\\") || value.starts_with('%') ||
                       (value.size() >= 2 && value[1] == ':');
    return files ? words_.path(value) : words_.logical_path(value);
  }
  if (key == "ranges") return ranges(value);
  if (key == "changed") return paths(value);
  if (key == "text" && value.starts_with(kTestWriterComplaint)) {
    return std::string(kTestWriterComplaint) +
           words_.name(TokenKind::text, value.substr(kTestWriterComplaint.size()));
  }
  return this->value(value, true);
}

std::string Redactor::Scenario::attribute(std::string_view name, std::string_view value) {
  if (holds(kSchemaAttributes, name) && is_word_of_ours(value)) return std::string(value);
  if (name == "friendlyName") return words_.name(TokenKind::writer, value);
  if (name == "instanceName") return words_.name(TokenKind::instance, value);
  if (name == "componentName") return words_.name(TokenKind::component, value);
  if (name == "logicalPath") return words_.logical_path(value);
  if (name == "filespec" || name == "filename" || name == "sourceFilename" ||
      name == "destinationFilename") {
    return words_.filespec(value);
  }
  if (name == "path" || name == "alternatePath" || name == "sourcePath" ||
      name == "destinationPath" || name == "originalVolume" || name == "snapshotDevice") {
    return words_.path(value);
  }
  if (name == "originatingMachine" || name == "serviceMachine") {
    return words_.name(TokenKind::machine, value);
  }
  if (name == "ranges") return ranges(value);
  return this->value(value, true);
}

void Redactor::Scenario::tree(xml::Tree& tree) {
  switch (tree.kind) {
    case xml::Tree::Kind::comment:
    case xml::Tree::Kind::text:
      if (tree.name.find_first_not_of(" \t\r\n") != std::string::npos) {
        tree.name = value(tree.name, false);
      }
      return;
    case xml::Tree::Kind::element:
      break;
  }
  for (auto& [name, text] : tree.attributes) text = attribute(name, text);
  for (xml::Tree& child : tree.children) this->tree(child);
}

std::string Redactor::Scenario::document(const StoredDocument& document) {
  if (document.text.empty()) return {};
  const auto parsed = xml::parse_borrowed(document.text, "document");
  // Nothing is known of what cannot be read; it stays unreadable.
  if (!parsed) return "redacted";
  xml::Tree copy = xml::copy_of(parsed->root());
  tree(copy);
  xml::Writer writer;
  xml::write(writer, copy);
  return std::move(writer).take();
}

namespace {

// A requester's events with the path of a file, and not a component's.
bool is_about_a_file(std::string_view event) {
  return event == "FileRead" || event == "FileWritten" || event == "FileMoved" ||
         event == "FileDeleted" || event == "DirectoryRead" || event == "DirectoryMade" ||
         event == "DatabaseChecked";
}

// The wildcards of the documents, before the first name becomes a token.
void learn_filespecs(const xml::Element& element, RedactWords& words) {
  if (const auto spec = element.attribute("filespec")) words.learn_filespec(*spec);
  for (const xml::Element& child : element.children()) learn_filespecs(child, words);
}

}  // namespace

void Redactor::Scenario::learn(const Journal& journal) {
  for (const StoredDocument& stored : journal.documents()) {
    const auto parsed = xml::parse_borrowed(stored.text, "document");
    if (parsed) learn_filespecs(parsed->root(), words_);
  }
  for (const Event& event : journal.events()) {
    if (const auto spec = journal.arg(event, "filespec")) words_.learn_filespec(*spec);
    if (const auto spec = journal.arg(event, "filename")) words_.learn_filespec(*spec);
    if (const auto spec = journal.arg(event, "to_filename")) words_.learn_filespec(*spec);
  }
}

Journal Redactor::Scenario::journal(const Journal& original) {
  learn(original);
  Journal redacted;
  redacted.meta = original.meta;
  meta(redacted.meta);
  std::vector<std::string> actors;
  for (const Actor& actor : original.actors()) actors.push_back(this->actor(actor));
  for (const Event& event : original.events()) {
    const Actor& actor = original.actor(event.actor);
    std::vector<std::string> values;
    for (const Arg& arg : original.args(event)) {
      const bool logical =
          arg.key == "path" && actor.kind == ActorKind::requester && !is_about_a_file(event.name);
      values.push_back(logical ? words_.logical_path(arg.value) : argument(arg.key, arg.value));
    }
    std::vector<ArgText> args;
    for (std::size_t i = 0; i < values.size(); ++i) {
      args.push_back({original.args(event)[i].key, values[i]});
    }
    redacted.append({.t = event.t,
                     .session = event.session,
                     .actor = redacted.actor(actor.kind, actors[event.actor]),
                     .name = event.name,
                     .phase = event.phase,
                     .hr = event.has_hr ? std::optional<Hr>(event.hr) : std::nullopt,
                     .cause = event.cause,
                     .thread = event.thread,
                     .document = event.document},
                    std::span<const ArgText>(args));
  }
  for (const StoredDocument& stored : original.documents()) {
    redacted.add_document(stored.kind, document(stored));
  }
  return redacted;
}

// Of a finding: a party's name, or "" for the run.
std::string Redactor::Scenario::subject(const std::string& subject) const {
  return words_.prose(subject);
}

namespace {

// Only a rule knows which words of its finding are names and which are its own, though the two may
// be spelled alike: the findings on the redacted journal have the names taken out at their places.
class JudgedAgain {
 public:
  explicit JudgedAgain(const ScenarioResult& result) {
    if (result.journal == nullptr) return;
    std::vector<const Rule*> rules;
    for (const Finding& finding : result.findings) {
      const Rule* const rule = find_rule(finding.rule_id.str());
      if (rule == nullptr || std::find(rules.begin(), rules.end(), rule) != rules.end()) continue;
      rules.push_back(rule);
    }
    for (Finding& finding : judge(RunView(*result.journal), rules)) {
      findings_.emplace(finding.rule_id.str(), std::move(finding));
    }
  }

  // The same finding there: of the same rule, with the same events.
  std::optional<Finding> take(const Finding& of) {
    if (of.evidence.empty()) return std::nullopt;
    const auto [begin, end] = findings_.equal_range(of.rule_id.str());
    for (auto at = begin; at != end; ++at) {
      if (at->second.evidence != of.evidence || at->second.verdict != judged_as(of)) continue;
      Finding found = std::move(at->second);
      findings_.erase(at);
      return found;
    }
    return std::nullopt;
  }

  // Before waivers and expectations.
  static Verdict judged_as(const Finding& finding) {
    if (finding.verdict == Verdict::waived) return Verdict::fail;
    if (finding.verdict == Verdict::unexpected_pass) return Verdict::pass;
    return finding.verdict;
  }

 private:
  std::multimap<std::string, Finding, std::less<>> findings_;
};

}  // namespace

void Redactor::Scenario::result(ScenarioResult& result) {
  if (result.journal != nullptr) {
    result.journal = std::make_shared<const Journal>(journal(*result.journal));
    result.journal_digest = journal_digest(*result.journal);
  }
  const std::string token = words_.name(TokenKind::scenario, result.name);
  result.name = token;
  if (!result.file.empty()) result.file = token + ".xml";
  if (!result.journal_file.empty()) {
    result.journal_file =
        "journals/" + std::filesystem::path(result.journal_file).filename().string();
  }
  result.description.clear();
  for (std::string& setting : result.settings) setting = words_.name(TokenKind::setting, setting);
  if (!result.reproduce.empty()) {
    result.reproduce = fmt::format("vsslab run {}.xml", token);
    for (const std::string& setting : result.settings) result.reproduce += " --set " + setting;
    result.reproduce += fmt::format(" --seed {}", result.seed);
  }
  JudgedAgain again(result);
  for (Finding& finding : result.findings) {
    const std::optional<Finding> same = again.take(finding);
    finding.subject = same ? same->subject : SharedText(subject(finding.subject.str()));
    if (same && finding.verdict != Verdict::unexpected_pass) {
      finding.expected = same->expected;
      finding.actual = same->actual;
      finding.because = same->because;
    } else {
      for (SharedText* text : {&finding.expected, &finding.actual, &finding.because}) {
        *text = words_.prose(*text);
      }
    }
    // A waiver's reason is somebody's own text.
    finding.note = finding.verdict == Verdict::waived ? "waived" : words_.prose(finding.note);
  }
  // What a scenario expects may be any text of its author's, and any file of the machine.
  for (ExpectationResult& item : result.expectations) {
    if (item.line > 0) {
      item.text = fmt::format("what line {} of the scenario expects", item.line);
      item.actual = item.verdict == Verdict::pass ? "it is so" : "it is not so";
    } else {
      item.text = words_.prose(item.text);
      item.actual = words_.prose(item.actual);
    }
  }
  for (PartyResult& party : result.parties) {
    party.name = actor({party.kind, party.name});
    party.end = words_.prose(party.end);
    if (party.kind == ActorKind::requester) party.state = words_.prose(party.state);
  }
  for (std::string& note : result.notes) note = words_.prose(note);
  result.toolkit_error = words_.prose(result.toolkit_error);
}

}  // namespace vsslab
