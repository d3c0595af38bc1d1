#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include "core/ascii.h"
#include "core/suggest.h"
#include "plan/step_calls.h"
#include "scenario/betest.h"
#include "scenario/parts.h"
#include "xml/decode.h"

namespace vsslab::scenario {

namespace {

// What steps may name: the parties by the names that a requester sees.
class Parties {
 public:
  explicit Parties(const plan::ScenarioPlan& plan) : plan_(plan) {
    open_ended_ = std::any_of(plan.writers.begin(), plan.writers.end(), [](const auto& writer) {
      return writer.kind == plan::WriterKind::preset || writer.kind == plan::WriterKind::defect ||
             writer.kind == plan::WriterKind::program;
    });
  }

  // A requester knows writers by friendly name and class id. Writers that are classes of their own
  // choose their names themselves, so that beside them any name may be right.
  std::string writer(const Source& source, const xml::Element& element, std::string_view attribute,
                     const std::string& written) const {
    if (Guid::parse(written)) return written;
    for (const plan::WriterPlan& writer : plan_.writers) {
      if (writer.name == written) return writer.friendly_name;
    }
    std::vector<std::string_view> names;
    for (const plan::WriterPlan& writer : plan_.writers) {
      if (writer.friendly_name == written) return written;
      names.push_back(writer.name);
    }
    if (open_ended_ && !written.empty()) return written;
    refuse_attribute(source, element, attribute, fmt::format("unknown writer '{}'", written),
                     names.empty() ? "the scenario has no writers: give a class id"
                                   : did_you_mean(written, names));
  }

  // One of several instances of a class: by the writer's name in the scenario, or as VSS knows it.
  std::string instance(const Source& source, const xml::Element& element,
                       const std::string& written) const {
    for (const plan::WriterPlan& writer : plan_.writers) {
      if (writer.name == written && !writer.instance_name.empty()) return writer.instance_name;
      if (!written.empty() && writer.instance_name == written) return written;
    }
    return writer(source, element, "instance", written);
  }

  std::string provider(const Source& source, const xml::Element& element,
                       const std::string& written) const {
    if (written.empty() || Guid::parse(written)) return written;
    std::vector<std::string_view> names{"system"};
    for (const plan::ProviderPlan& provider : plan_.providers) {
      names.push_back(provider.name);
      if (provider.name != written) continue;
      if (provider.provider_id) return provider.provider_id->to_string();
      if (written != "system") break;
    }
    if (written == "system") return std::string(kSystemProviderId);
    refuse_attribute(source, element, "provider",
                     fmt::format("provider '{}' is unknown or has no id=", written),
                     did_you_mean(written, names));
  }

 private:
  const plan::ScenarioPlan& plan_;
  bool open_ended_ = false;
};

// The text of a file that a step hands to VSS. It need not be a good document, but text.
std::string read_document(const Source& source, const xml::Element& element,
                          std::string_view attribute) {
  const std::string bytes = source.read(element, attribute);
  auto decoded = xml::decode(bytes, source.resolve(text(element, attribute)));
  if (!decoded) refuse(std::move(decoded.error()));
  return std::string(decoded->text(bytes));
}

void add_document(const Source& source, const xml::Element& element, const std::string& name,
                  const std::vector<std::string>& saved, plan::RequesterPlan& requester) {
  if (name.empty() || std::find(saved.begin(), saved.end(), name) != saved.end()) return;
  for (const plan::NamedDocument& known : requester.documents) {
    if (known.name == name) return;
  }
  requester.documents.push_back({name, read_document(source, element, "document")});
}

plan::Step read_step(const Source& source, const xml::Element& element, const Parties& parties,
                     std::vector<std::string>& saved, plan::RequesterPlan& requester) {
  check_no_text(source, element);
  for (const xml::Element& child : element.children()) {
    refuse(source, child, fmt::format("step '{}' takes no elements inside", element.name()));
  }
  plan::Step step;
  step.call = std::string(element.name());
  step.line = element.line();
  step.object = static_cast<std::uint32_t>(number(source, element, "object", 1000).value_or(1));
  step.expect = hresult(source, element, "expect");
  for (const xml::Attribute attribute : element.attributes()) {
    if (plan::is_common_step_attribute(attribute.name)) continue;
    step.args.emplace_back(attribute.name, attribute.value);
  }
  const plan::CallSpec* const call = plan::find_step_call(step.call);
  for (auto& [name, value] : step.args) {
    if (call == nullptr) break;
    const auto spec = std::find_if(call->args.begin(), call->args.end(),
                                   [&](const plan::ArgSpec& arg) { return arg.name == name; });
    if (spec == call->args.end()) continue;
    if (spec->type == plan::ArgType::writer) value = parties.writer(source, element, name, value);
    if (spec->type == plan::ArgType::provider) value = parties.provider(source, element, value);
    if (spec->type == plan::ArgType::document) {
      add_document(source, element, value, saved, requester);
    }
    if (spec->type == plan::ArgType::writers) {
      std::string joined;
      for (const std::string& item : list(element, name)) {
        if (!joined.empty()) joined += ",";
        joined += parties.writer(source, element, name, item);
      }
      value = joined;
    }
  }
  if (auto checked = plan::check_step(step); !checked) {
    refuse(source, element, checked.error().message, checked.error().hint);
  }
  const bool makes_document = step.call == "SaveAsXML" || step.call == "LoadDocument";
  if (makes_document) saved.push_back(text(element, "as", "saved"));
  return step;
}

void read_steps(const Source& source, const xml::Element& element, const Parties& parties,
                plan::RequesterPlan& requester) {
  check_attributes(source, element, {});
  check_no_text(source, element);
  std::vector<std::string> saved;
  for (const xml::Element& child : element.children()) {
    if (requester.steps.size() >= limits::kStepsMax) {
      refuse(source, child,
             fmt::format("the requester has more than {} steps (steps_max)", limits::kStepsMax));
    }
    requester.steps.push_back(read_step(source, child, parties, saved, requester));
  }
  if (requester.steps.empty()) refuse(source, element, "element 'Steps' is empty");
}

// A call that a whole backup makes, so that one that never comes is no silent nothing.
std::string own_call(const Source& source, const xml::Element& element,
                     std::string_view attribute) {
  const std::string call = text(element, attribute);
  if (call.empty()) return call;
  check_one_of(source, element, attribute, call,
               {"InitializeForBackup", "SetBackupState", "GatherWriterMetadata", "AddComponent",
                "StartSnapshotSet", "AddToSnapshotSet", "PrepareForBackup", "GatherWriterStatus",
                "DoSnapshotSet", "GetSnapshotProperties", "SetBackupSucceeded", "BackupComplete"},
               "call of a whole backup");
  return call;
}

plan::BetestSelection read_selection(const Source& source, const xml::Element& element) {
  if (!has(element, "config")) return read_betest(source, element);
  check_shape(source, element, {"config"});
  auto selection =
      parse_betest(source.read(element, "config"), source.resolve(text(element, "config")));
  if (!selection) refuse(std::move(selection.error()));
  return std::move(*selection);
}

std::vector<std::string> writer_list(const Source& source, const xml::Element& element,
                                     std::string_view attribute, const Parties& parties) {
  std::vector<std::string> names;
  for (const std::string& item : list(element, attribute)) {
    names.push_back(parties.writer(source, element, attribute, item));
  }
  return names;
}

plan::BackupPlan read_backup(const Source& source, const xml::Element& element,
                             const Parties& parties) {
  check_shape(
      source, element,
      {"name",           "type",        "context",      "components",  "bootable", "partial",
       "stopError",      "nbc",         "snapshot",     "checkStatus", "volumes",  "copyTime",
       "excludeWriters", "onlyWriters", "to",           "base",        "options",  "abortsAfter",
       "diesIn",         "diesLater",   "checkDatabase"},
      {"BETest"});
  plan::BackupPlan backup;
  backup.line = element.line();
  backup.name = text(element, "name", backup.name);
  backup.type = word(source, element, "type", plan::backup_types()).value_or(1);
  backup.context = mask(source, element, "context", plan::snapshot_contexts()).value_or(0);
  backup.component_mode = yes_no(source, element, "components", true);
  backup.bootable_system_state = yes_no(source, element, "bootable", false);
  backup.partial_file_support = yes_no(source, element, "partial", false);
  backup.stop_error = yes_no(source, element, "stopError", false);
  backup.skip_backup_complete = yes_no(source, element, "nbc", false);
  backup.snapshot_only = yes_no(source, element, "snapshot", false);
  backup.check_status = yes_no(source, element, "checkStatus", true);
  backup.volumes = list(element, "volumes");
  backup.copy_time = duration(source, element, "copyTime").value_or(Duration{0});
  backup.aborts_after = own_call(source, element, "abortsAfter");
  backup.dies_in = own_call(source, element, "diesIn");
  backup.dies_later = duration(source, element, "diesLater").value_or(Duration{0});
  if (has(element, "diesLater") && !has(element, "diesIn")) {
    refuse(source, element, "diesLater= counts from the call that diesIn= names");
  }
  backup.exclude_writers = writer_list(source, element, "excludeWriters", parties);
  backup.only_writers = writer_list(source, element, "onlyWriters", parties);
  backup.to = text(element, "to");
  backup.base = text(element, "base");
  backup.options = text(element, "options");
  backup.check_database = text(element, "checkDatabase");
  for (const xml::Element& child : element.children()) {
    if (backup.selection) refuse(source, child, "a Backup has one BETest");
    backup.selection = read_selection(source, child);
  }
  if (!backup.to.empty() && !backup.component_mode) {
    refuse_attribute(source, element, "to", "a backup in volume mode copies no files",
                     "leave out components=\"no\"");
  }
  return backup;
}

plan::ComponentRestore read_component_restore(const Source& source, const xml::Element& element,
                                              const Parties& parties) {
  check_shape(source, element,
              {"writer", "path", "component", "options", "restoreName", "rollForward",
               "rollForwardPoint", "authoritative", "instance"},
              {"NewTarget", "Subcomponent"});
  plan::ComponentRestore component;
  component.line = element.line();
  component.writer =
      parties.writer(source, element, "writer", required_text(source, element, "writer"));
  component.logical_path = text(element, "path");
  component.name = required_text(source, element, "component");
  component.options = text(element, "options");
  component.restore_name = text(element, "restoreName");
  component.roll_forward = word(source, element, "rollForward", plan::rollforward_types());
  component.roll_forward_point = text(element, "rollForwardPoint");
  if (has(element, "rollForwardPoint") && !has(element, "rollForward")) {
    refuse(source, element, "rollForwardPoint= belongs to a rollForward=");
  }
  component.authoritative = yes_no(source, element, "authoritative", false);
  if (has(element, "instance")) {
    component.instance =
        parties.instance(source, element, required_text(source, element, "instance"));
  }
  for (const xml::Element& child : element.children()) {
    if (child.name() == "NewTarget") {
      check_shape(source, child, {"path", "filespec", "recursive", "alternatePath"});
      component.new_targets.push_back(
          {required_text(source, child, "path"), required_text(source, child, "filespec"),
           yes_no(source, child, "recursive", false), required_text(source, child, "alternatePath"),
           child.line()});
    } else {
      check_shape(source, child, {"path", "component"});
      component.subcomponents.push_back(
          {text(child, "path"), required_text(source, child, "component")});
    }
  }
  return component;
}

plan::RestorePlan read_restore(const Source& source, const xml::Element& element,
                               const Parties& parties) {
  check_shape(source, element,
              {"name", "from", "type", "custom", "authoritative", "stopError", "checkStatus",
               "rangesFolder", "excludeWriters"},
              {"Component"});
  plan::RestorePlan restore;
  restore.line = element.line();
  restore.name = text(element, "name", restore.name);
  if (required_text(source, element, "from").empty()) {
    refuse_attribute(source, element, "from", "a restore needs the folder of a backup");
  }
  restore.from = list(element, "from");
  for (std::size_t i = 0; i < restore.from.size(); ++i) {
    const auto same = [&](const std::string& folder) {
      return ascii::equal_ignoring_case(folder, restore.from[i]);
    };
    const auto before = restore.from.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find_if(restore.from.begin(), before, same) == before) continue;
    refuse_attribute(source, element, "from",
                     fmt::format("'{}' stands there twice", restore.from[i]),
                     "each backup of a chain is restored once, the oldest first");
  }
  restore.type = word(source, element, "type", plan::restore_types()).value_or(0);
  restore.custom = yes_no(source, element, "custom", false);
  restore.authoritative = yes_no(source, element, "authoritative", false);
  restore.stop_error = yes_no(source, element, "stopError", false);
  restore.check_status = yes_no(source, element, "checkStatus", true);
  restore.ranges_folder = text(element, "rangesFolder");
  restore.exclude_writers = writer_list(source, element, "excludeWriters", parties);
  for (const xml::Element& child : element.children()) {
    restore.components.push_back(read_component_restore(source, child, parties));
  }
  return restore;
}

plan::FileChange read_change(const Source& source, const xml::Element& element) {
  using Kind = plan::FileChange::Kind;
  struct Form {
    std::string_view name;
    Kind kind;
  };
  constexpr Form kForms[] = {{"Write", Kind::write},   {"Append", Kind::append},
                             {"Delete", Kind::remove}, {"DeleteDirectory", Kind::remove_directory},
                             {"Move", Kind::move},     {"Set", Kind::set}};
  const auto form = std::find_if(std::begin(kForms), std::end(kForms),
                                 [&](const Form& known) { return known.name == element.name(); });
  plan::FileChange change;
  change.kind = form->kind;
  switch (change.kind) {
    case Kind::write:
      check_shape(source, element, {"path", "content", "size", "ranges", "modified", "attributes"});
      break;
    case Kind::append:
      check_shape(source, element, {"path", "content"});
      break;
    case Kind::move:
      check_shape(source, element, {"path", "to"});
      break;
    case Kind::set:
      check_shape(source, element, {"path", "modified", "attributes", "inUse"});
      break;
    default:
      check_shape(source, element, {"path"});
  }
  change.file.line = element.line();
  change.file.path = required_text(source, element, "path");
  if (change.file.path.find(':') != 1 && !change.file.path.starts_with('\\')) {
    refuse_attribute(source, element, "path", fmt::format("'{}' names no drive", change.file.path));
  }
  read_content(source, element, change.file);
  change.file.attributes = file_attributes(source, element, "attributes").value_or(0);
  change.file.modified = moment(source, element, "modified");
  change.file.in_use = text(element, "inUse");
  if (change.kind == Kind::move) change.to = required_text(source, element, "to");
  return change;
}

plan::ChangePlan read_changes(const Source& source, const xml::Element& element) {
  check_shape(source, element, {}, {"Write", "Append", "Delete", "DeleteDirectory", "Move", "Set"});
  plan::ChangePlan plan;
  plan.line = element.line();
  for (const xml::Element& child : element.children()) {
    plan.changes.push_back(read_change(source, child));
  }
  return plan;
}

plan::RebootPlan read_reboot(const Source& source, const xml::Element& element) {
  check_shape(source, element, {"takes"});
  plan::RebootPlan plan;
  plan.takes = duration(source, element, "takes").value_or(plan.takes);
  plan.line = element.line();
  return plan;
}

// Names tell a requester's operations apart; "backup", "backup-2", … where none is given.
void check_operation_names(const Source& source, const xml::Element& element,
                           plan::RequesterPlan& requester) {
  std::vector<std::string_view> names;
  for (plan::Operation& operation : requester.operations) {
    std::string* name = nullptr;
    if (auto* backup = std::get_if<plan::BackupPlan>(&operation)) name = &backup->name;
    if (auto* restore = std::get_if<plan::RestorePlan>(&operation)) name = &restore->name;
    if (auto* check = std::get_if<plan::DatabaseCheckPlan>(&operation)) name = &check->name;
    auto* const tool = std::get_if<plan::ToolPlan>(&operation);
    if (tool != nullptr) name = &tool->name;
    if (name == nullptr) continue;
    if (*name == "backup" || *name == "restore" || *name == "check" ||
        (tool != nullptr && *name == tool->tool)) {
      const std::string plain = *name;
      for (int i = 2; std::find(names.begin(), names.end(), *name) != names.end(); ++i) {
        *name = fmt::format("{}-{}", plain, i);
      }
    }
    if (std::find(names.begin(), names.end(), *name) != names.end()) {
      refuse(source, element, fmt::format("a second operation '{}'", *name));
    }
    names.push_back(*name);
  }
}

// A child of Requester.
void read_part(const Source& source, const xml::Element& child, const Parties& parties,
               plan::RequesterPlan& requester) {
  const std::string_view name = child.name();
  if (name == "Steps") read_steps(source, child, parties, requester);
  if (name == "Backup") requester.operations.push_back(read_backup(source, child, parties));
  if (name == "Restore") requester.operations.push_back(read_restore(source, child, parties));
  if (name == "Change") requester.operations.push_back(read_changes(source, child));
  if (name == "Reboot") requester.operations.push_back(read_reboot(source, child));
  if (name == "CheckDatabase") {
    check_shape(source, child, {"name", "path"});
    plan::DatabaseCheckPlan check;
    check.line = child.line();
    check.name = text(child, "name", check.name);
    check.path = required_text(source, child, "path");
    requester.operations.push_back(std::move(check));
  }
  if (is_tool_call(child)) {
    requester.operations.push_back(read_tool_call(source, child));
  } else if (name == "BETest") {
    if (requester.betest) refuse(source, child, "a Requester has one BETest selection");
    requester.betest = read_selection(source, child);
  }
}

}  // namespace

void read_requester(const Source& source, const xml::Element& element, plan::ScenarioPlan& plan) {
  check_shape(source, element,
              {"name", "startDelay", "preset", "defect", "subject", "exec", "arguments"},
              {"Steps", "Backup", "BETest", "Restore", "Change", "Reboot", "CheckDatabase",
               "VShadow", "DiskShadow", "VssAdmin", "Signal"});
  plan::RequesterPlan requester;
  requester.line = element.line();
  requester.name = text(element, "name", requester.name);
  requester.start_delay = duration(source, element, "startDelay").value_or(Duration{0});
  requester.class_name = text(element, "preset");
  if (const std::string defect = text(element, "defect"); !defect.empty()) {
    if (!requester.class_name.empty()) {
      refuse(source, element, "a Requester has preset= or defect=, not both");
    }
    requester.class_name = defect;
  }
  requester.subject = yes_no(source, element, "subject", false);
  requester.program = read_program(source, element);
  const Parties parties(plan);
  for (const xml::Element& child : element.children()) {
    const std::string_view name = child.name();
    if (name == "Signal") continue;
    if (name == "Steps" && child.handle() != element.child(name).handle()) {
      refuse(source, child, fmt::format("a Requester has one {}", name));
    }
    if (requester.operations.size() >= limits::kStepsMax) {
      refuse(
          source, child,
          fmt::format("the requester has more than {} operations (steps_max)", limits::kStepsMax));
    }
    read_part(source, child, parties, requester);
  }
  check_operation_names(source, element, requester);
  const bool scripted = !requester.steps.empty();
  if ((scripted || !requester.class_name.empty()) &&
      (!requester.operations.empty() || requester.betest)) {
    refuse(source, element,
           "a Requester has Steps, or operations with BETest, or preset=, not both");
  }
  if (scripted && !requester.class_name.empty()) {
    refuse(source, element, "a Requester has Steps or preset=, not both");
  }
  if (requester.program && (scripted || !requester.class_name.empty() ||
                            !requester.operations.empty() || requester.betest)) {
    refuse(source, element, "a Requester with exec= says for itself what it does",
           "leave out Steps, operations, BETest and preset=");
  }
  if (!scripted && requester.class_name.empty() && requester.operations.empty() &&
      !requester.program) {
    requester.operations.push_back(plan::BackupPlan{});
  }
  std::vector<std::string_view> names;
  for (const plan::RequesterPlan& known : plan.requesters) names.push_back(known.name);
  check_new_name(source, element, requester.name, names, "requester");
  plan.requesters.push_back(std::move(requester));
}

}  // namespace vsslab::scenario
