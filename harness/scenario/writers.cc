#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "core/suggest.h"
#include "metadata/writer_metadata.h"
#include "scenario/faults.h"
#include "scenario/inbox/inbox.h"
#include "scenario/parts.h"
#include "scenario/test_writer.h"

namespace vsslab::scenario {

namespace {

// One of the seven ways to say what a writer is. A defect may be told by config= or TestWriter
// which components it has.
std::string_view way_of(const Source& source, const xml::Element& element) {
  std::vector<std::string_view> ways;
  for (const std::string_view attribute : {"defect", "config", "metadata", "preset", "exec"}) {
    if (has(element, attribute)) ways.push_back(attribute);
  }
  for (const std::string_view child : {"TestWriter", "SQLite"}) {
    if (element.child(child)) ways.push_back(child);
  }
  const bool configured_defect =
      ways.size() == 2 && ways[0] == "defect" && (ways[1] == "config" || ways[1] == "TestWriter");
  if (ways.size() == 1 || configured_defect) return ways.back();
  refuse(
      source, element,
      ways.empty() ? "element 'Writer' does not say what the writer is"
                   : fmt::format("element 'Writer' says twice what the writer is: {} and {}",
                                 ways[0], ways[1]),
      "give one of config=, metadata=, preset=, defect=, exec=, a TestWriter or an SQLite element");
}

// A captured document names its writer. A bad one is refused here, before anything runs.
void read_identity(plan::WriterPlan& writer) {
  auto document = metadata::parse_writer_metadata(writer.metadata_xml, writer.metadata_file);
  if (!document) refuse(std::move(document.error()));
  const metadata::Identification& identification = document->identification;
  if (!writer.writer_id) writer.writer_id = identification.writer_id;
  if (writer.friendly_name.empty()) writer.friendly_name = identification.friendly_name;
  if (writer.instance_name.empty()) writer.instance_name = identification.instance_name;
}

// Only a writer of Windows is named by its preset, so a preset without a name was meant to be one.
void refuse_misspelt_inbox(const Source& source, const xml::Element& element,
                           const plan::WriterPlan& writer) {
  if (writer.kind != plan::WriterKind::preset) return;
  std::vector<std::string_view> presets;
  for (const InboxWriter& known : inbox_writers()) presets.push_back(known.preset);
  if (nearest(writer.class_name, presets).empty()) return;
  refuse_attribute(source, element, "preset",
                   fmt::format("there is no preset '{}'", writer.class_name),
                   did_you_mean(writer.class_name, presets));
}

// A writer that comes with Windows, or a program of ours.
void read_preset(const Source& source, const xml::Element& element, const plan::ScenarioPlan& plan,
                 plan::WriterPlan& writer) {
  const std::string preset = text(element, "preset");
  const InboxWriter* const inbox = find_inbox_writer(preset);
  if (inbox == nullptr) {
    writer.kind = plan::WriterKind::preset;
    writer.class_name = preset;
    return;
  }
  const plan::WriterPlan made = make_inbox_writer(*inbox, {machine_of(source, plan), plan.volumes});
  writer.kind = made.kind;
  writer.metadata_xml = made.metadata_xml;
  writer.metadata_file = made.metadata_file;
  if (!has(element, "level")) writer.application_level = made.application_level;
  if (!has(element, "keepInstanceId")) writer.keep_instance_id = made.keep_instance_id;
  writer.backup_lifetime = made.backup_lifetime;
  read_identity(writer);
}

plan::SqliteConfig read_sqlite(const Source& source, const xml::Element& element) {
  check_shape(
      source, element,
      {"database", "journalMode", "synchronous", "freeze", "registers", "writes", "work", "every"});
  plan::SqliteConfig config;
  config.database = required_text(source, element, "database");
  if (config.database.find('\\') == std::string::npos) {
    refuse_attribute(source, element, "database",
                     fmt::format("'{}' is no full path", config.database),
                     "a drive, a folder and a file: D:\\ledger\\ledger.db");
  }
  config.journal_mode = one_of(source, element, "journalMode",
                               {"DELETE", "TRUNCATE", "PERSIST", "WAL"}, config.journal_mode);
  config.synchronous =
      one_of(source, element, "synchronous", {"FULL", "NORMAL", "OFF"}, config.synchronous);
  config.freeze = one_of(source, element, "freeze", {"hold", "ignore"}, config.freeze);
  config.registers = yes_no(source, element, "registers", true);
  config.any_order =
      one_of(source, element, "writes", {"in-order", "any-order"}, "in-order") == "any-order";
  config.work = duration(source, element, "work").value_or(config.work);
  config.every = duration(source, element, "every").value_or(config.every);
  if (config.every <= Duration(0)) {
    refuse_attribute(source, element, "every", "the application would never rest", "200ms");
  }
  return config;
}

void read_kind(const Source& source, const xml::Element& element, std::string_view way,
               const plan::ScenarioPlan& plan, plan::WriterPlan& writer) {
  if (way == "TestWriter") {
    writer.test = read_test_writer(source, element.child("TestWriter"));
  } else if (way == "SQLite") {
    writer.kind = plan::WriterKind::sqlite;
    writer.sqlite = read_sqlite(source, element.child("SQLite"));
  } else if (way == "config") {
    auto config =
        parse_test_writer(source.read(element, "config"), source.resolve(text(element, "config")));
    if (!config) refuse(std::move(config.error()));
    writer.test = std::move(*config);
  } else if (way == "metadata") {
    writer.kind = plan::WriterKind::mirror;
    writer.metadata_xml = source.read(element, "metadata");
    writer.metadata_file = source.resolve(text(element, "metadata"));
    read_identity(writer);
    if (writer.writer_id) writer.backup_lifetime = lifetime_of(*writer.writer_id);
  } else if (way == "preset") {
    read_preset(source, element, plan, writer);
  } else if (way == "exec") {
    writer.kind = plan::WriterKind::program;
  }
}

plan::WriterPlan read_writer(const Source& source, const xml::Element& element,
                             const plan::ScenarioPlan& plan) {
  check_shape(source, element,
              {"name", "config", "metadata", "preset", "defect", "writerId", "friendlyName",
               "instanceName", "freezeLimit", "level", "startDelay", "keepInstanceId", "count",
               "subject", "exec", "arguments"},
              {"TestWriter", "SQLite", "FailEvent", "Signal"});
  plan::WriterPlan writer;
  writer.line = element.line();
  writer.writer_id = guid(source, element, "writerId");
  writer.friendly_name = text(element, "friendlyName");
  writer.instance_name = text(element, "instanceName");
  writer.application_level = word(source, element, "level", plan::application_levels()).value_or(3);
  writer.freeze_limit = duration(source, element, "freezeLimit");
  writer.start_delay = duration(source, element, "startDelay").value_or(Duration{0});
  writer.keep_instance_id = yes_no(source, element, "keepInstanceId", false);
  writer.subject = yes_no(source, element, "subject", false);
  if (writer.subject && has(element, "count")) {
    refuse_attribute(source, element, "subject", "the party under test is there once",
                     "leave count= out");
  }
  read_kind(source, element, way_of(source, element), plan, writer);
  writer.program = read_program(source, element);
  if (has(element, "defect")) {
    writer.kind = plan::WriterKind::defect;
    writer.class_name = required_text(source, element, "defect");
  }
  if (writer.keep_instance_id && writer.kind != plan::WriterKind::mirror) {
    refuse_attribute(source, element, "keepInstanceId",
                     "attribute 'keepInstanceId' belongs to writers with metadata=");
  }
  int test_writers = 0;
  for (const xml::Element& child : element.children()) {
    if (child.name() == "TestWriter" && ++test_writers > 1) {
      refuse(source, child, "a Writer has one TestWriter");
    }
    if (child.name() == "SQLite" && child.handle() != element.child("SQLite").handle()) {
      refuse(source, child, "a Writer has one SQLite");
    }
    if (child.name() != "FailEvent") continue;
    auto& faults =
        writer.kind == plan::WriterKind::test_writer ? writer.test.fail_events : writer.faults;
    faults.push_back(read_fail_event(source, child));
  }
  writer.name = text(element, "name", writer.friendly_name);
  if (writer.name.empty()) {
    refuse_misspelt_inbox(source, element, writer);
    refuse(source, element, "element 'Writer' lacks its attribute 'name'",
           "only a writer with metadata= or an in-box preset is named by its document");
  }
  if (writer.friendly_name.empty()) writer.friendly_name = writer.name;
  if (!writer.writer_id && writer.kind == plan::WriterKind::test_writer) {
    writer.writer_id = Guid::parse(kTestWriterId);
  }
  return writer;
}

// A class id of its own for each copy of a writer that did not name one: the Test Writer's with its
// first field moved on.
Guid copied_id(const Guid& base, std::uint32_t number) {
  Guid id = base;
  id.data1 += number;
  return id;
}

void check_copies(const Source& source, const xml::Element& element, const plan::ScenarioPlan& plan,
                  const plan::WriterPlan& writer, std::uint64_t copies,
                  std::size_t& documents_bytes) {
  if (plan.writers.size() + copies > limits::kWritersMax) {
    refuse(source, element,
           fmt::format("the scenario has more than {} writers (writers_max)", limits::kWritersMax));
  }
  documents_bytes += writer.metadata_xml.size() * copies;
  if (documents_bytes > limits::kWriterDocumentsBytesMax) {
    refuse(source, element,
           fmt::format("the writers' documents have more than {} bytes "
                       "(writer_documents_bytes_max)",
                       limits::kWriterDocumentsBytesMax));
  }
}

// A mirror of a class that came with the machine takes its place: that writer captured elsewhere,
// or its preset with other settings.
void replace_in_machine(const plan::WriterPlan& writer, std::size_t& machines,
                        std::unordered_set<std::string>& names, plan::ScenarioPlan& plan) {
  if (writer.kind != plan::WriterKind::mirror) return;
  const auto end = plan.writers.begin() + static_cast<std::ptrdiff_t>(machines);
  const auto same = std::find_if(plan.writers.begin(), end, [&](const plan::WriterPlan& known) {
    return known.writer_id == writer.writer_id || known.metadata_file == writer.metadata_file;
  });
  if (same == end) return;
  names.erase(same->name);
  plan.writers.erase(same);
  --machines;
}

}  // namespace

void check_new_name(const Source& source, const xml::Element& element, std::string_view name,
                    const std::vector<std::string_view>& known, std::string_view kind) {
  if (std::find(known.begin(), known.end(), name) == known.end()) return;
  refuse_attribute(source, element, "name", fmt::format("a second {} named '{}'", kind, name),
                   "names are unique: the journal tells parties by them");
}

void read_writers(const Source& source, const xml::Element& element, plan::ScenarioPlan& plan) {
  check_shape(source, element, {}, {"Writer"});
  std::unordered_set<std::string> names;
  std::size_t documents_bytes = 0;
  std::size_t machines = plan.writers.size();  // the first so many came with the machine
  for (const plan::WriterPlan& writer : plan.writers) names.insert(writer.name);
  for (const xml::Element& child : element.children()) {
    plan::WriterPlan writer = read_writer(source, child, plan);
    replace_in_machine(writer, machines, names, plan);
    const bool copied = has(child, "count");
    const std::uint64_t copies = number(source, child, "count", limits::kWritersMax).value_or(1);
    check_copies(source, child, plan, writer, copies, documents_bytes);
    const bool own_friendly_name = writer.friendly_name == writer.name;
    const bool own_id =
        copied && !has(child, "writerId") && writer.kind == plan::WriterKind::test_writer;
    for (std::uint64_t copy = 1; copy <= copies; ++copy) {
      plan::WriterPlan made = writer;
      if (copied) {
        const std::string suffix = fmt::format("-{}", copy);
        made.name += suffix;
        if (own_friendly_name) made.friendly_name = made.name;
        made.instance_name =
            (writer.instance_name.empty() ? writer.name : writer.instance_name) + suffix;
        if (own_id) {
          made.writer_id = copied_id(*writer.writer_id, static_cast<std::uint32_t>(copy));
        }
      }
      if (!names.insert(made.name).second) {
        check_new_name(source, child, made.name, {made.name}, "writer");
      }
      plan.writers.push_back(std::move(made));
    }
  }
}

}  // namespace vsslab::scenario
