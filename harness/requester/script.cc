#include "requester/script.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include <fmt/format.h>

#include "requester/com_text.h"
#include "requester/component_args.h"

namespace vsslab::requester {

const Script::Entry* Script::find(std::string_view name) {
  static constexpr Entry kEntries[] = {
#define VSSLAB_STEP(name) {#name, &Script::name},
#include "requester/step_names.inc"
#undef VSSLAB_STEP
  };
  const auto* const at = std::lower_bound(
      std::begin(kEntries), std::end(kEntries), name,
      [](const Entry& entry, std::string_view wanted) { return entry.name < wanted; });
  return at != std::end(kEntries) && at->name == name ? at : nullptr;
}

Script::Script(const plan::RequesterPlan& plan, RequesterObserver& observer)
    : plan_(plan), observer_(observer) {
  for (const plan::NamedDocument& document : plan.documents) {
    documents_[document.name] = document.text;
  }
}

int Script::run() {
  bool all_as_expected = true;
  for (const plan::Step& step : plan_.steps) {
    const Entry* const entry = find(step.call);
    VSSLAB_ASSERT(entry != nullptr);  // the loader has checked it
    BackupObject& object = objects_[step.object];
    line_ = step.line;
    const plan::StepArgs args(step);
    const bool needs_object = args.call().kind != plan::CallKind::lab &&
                              args.call().kind != plan::CallKind::waiting &&
                              args.call().kind != plan::CallKind::management &&
                              step.call != "CreateVssBackupComponents" && step.call != "Release";
    Hr hr = needs_object && object.get() == nullptr ? object.create() : hr::ok;
    if (succeeded(hr)) hr = (this->*entry->call)(object, args);
    all_as_expected &= done(step, hr);
    if (exit_code_) return *exit_code_;
  }
  return all_as_expected ? 0 : 1;
}

bool Script::done(const plan::Step& step, Hr hr) {
  // An operation that is finished reads as S_OK where the step waited for it.
  const bool as_expected =
      !step.expect || *step.expect == hr || (*step.expect == hr::async_finished && hr == hr::ok);
  observer_.step_done({step, hr, as_expected});
  return as_expected;
}

// ---- what arguments mean -----------------------------------------------------------------------

bool Script::know_writers(BackupObject& object) {
  if (object.gathered && !object.writers_read()) object.read_writers();
  return object.writers_read();
}

// Gathered by this object, else by another one of the script, else known to the scenario. A writer
// that nobody knows gets null ids: the call is made all the same.
Script::NamedWriter Script::writer(BackupObject& object, const plan::StepArgs& args,
                                   std::size_t number) {
  const std::string name = args.text("writer");
  if (know_writers(object)) {
    if (const GatheredWriter* found = object.find(name, number)) {
      return {found->instance, found->metadata.identification.writer_id.to<VSS_ID>()};
    }
  }
  for (auto& [key, other] : objects_) {
    if (const GatheredWriter* found = other.find(name, number)) {
      return {found->instance, found->metadata.identification.writer_id.to<VSS_ID>()};
    }
  }
  return {VSS_ID{}, class_id(object, name)};
}

VSS_ID Script::class_id(BackupObject& object, std::string_view name) {
  if (const auto id = Guid::parse(name)) return id->to<VSS_ID>();
  if (const auto id = observer_.class_id_of(name)) return id->to<VSS_ID>();
  if (const GatheredWriter* found = object.find(name)) {
    return found->metadata.identification.writer_id.to<VSS_ID>();
  }
  observer_.note(fmt::format("no writer is called '{}'", name));
  return VSS_ID{};
}

// "set", "C:\", "2:set", "2:C:\".
VSS_ID Script::snapshot(const BackupObject& own, std::string_view text) {
  if (text.empty()) return VSS_ID{};
  if (const auto id = Guid::parse(text)) return id->to<VSS_ID>();
  const BackupObject* object = &own;
  std::string_view what = text;
  std::string whose = "the step's object";
  if (std::uint32_t number = 0; text.front() >= '0' && text.front() <= '9') {
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (bad == std::errc() && end != text.data() + text.size() && *end == ':') {
      object = &objects_[number];
      whose = fmt::format("object {}", number);
      what = std::string_view(end + 1, text.data() + text.size());
    }
  }
  const VSS_ID id = what == "set" ? object->set : object->copy_of(what).value_or(VSS_ID{});
  if (IsEqualGUID(id, VSS_ID{})) {
    observer_.cannot_play({what == "set"
                               ? fmt::format("'{}': {} has no shadow copy set", text, whose)
                               : fmt::format("'{}': {} has no copy of that volume", text, whose),
                           {},
                           line_,
                           {},
                           "a set begins with StartSnapshotSet, a copy with AddToSnapshotSet; "
                           "those of another object are written 2:set and 2:C:\\"});
  }
  return id;
}

std::string Script::document(std::string_view name) {
  const auto found = documents_.find(name);
  if (found != documents_.end()) return found->second;
  observer_.cannot_play({fmt::format("no step before this one has saved a document '{}'", name),
                         {},
                         line_,
                         {},
                         "SaveAsXML as=\"…\" saves one"});
  return {};
}

// ---- calls of one shape ------------------------------------------------------------------------

Hr Script::async(BackupObject& object, const plan::StepArgs& args,
                 const BackupObject::AsyncMethod& method) {
  return object.run(args.call().name, method,
                    {.wait = args.flag("wait"),
                     .timeout_ms = milliseconds(args.duration("timeout")),
                     .query_status = args.flag("status"),
                     .release = args.flag("release"),
                     .null_pointer = args.flag("null")});
}

Hr Script::component_call(BackupObject& object, const plan::StepArgs& args,
                          const std::function<HRESULT(const ComponentArgs&)>& call) {
  const bool numbered =
      std::any_of(args.call().args.begin(), args.call().args.end(),
                  [](const plan::ArgSpec& arg) { return arg.name == "instance"; });
  const NamedWriter of =
      writer(object, args, numbered ? static_cast<std::size_t>(args.number("instance")) : 1);
  ComponentArgs component;
  component.instance = of.instance;
  component.writer = of.class_id;
  component.type = static_cast<VSS_COMPONENT_TYPE>(args.word("type"));
  component.path_text = wide(args.text("path"));
  component.name_text = wide(args.text("component"));
  return call(component);
}

// One index, or every index below the count. A count that cannot be had is no reason to leave the
// call out: its refusal is what the script is after.
Hr Script::each_index(const plan::StepArgs& args, std::optional<UINT>& count,
                      const std::function<HRESULT(UINT*)>& counter,
                      const std::function<HRESULT(UINT)>& call) {
  if (args.given("index")) return call(static_cast<UINT>(args.number("index")));
  if (!count) {
    UINT told = 0;
    if (FAILED(counter(&told))) return call(0);
    count = told;
  }
  Hr result = hr::ok;
  for (UINT i = 0; i < *count; ++i) {
    const HRESULT one = call(i);
    if (FAILED(one) && succeeded(result)) result = one;
  }
  return result;
}

Hr Script::writer_classes(BackupObject& object, const plan::StepArgs& args,
                          HRESULT (STDMETHODCALLTYPE IVssBackupComponents::*method)(const VSS_ID*,
                                                                                    UINT)) {
  std::vector<VSS_ID> ids;
  for (const std::string& name : args.list("writers")) ids.push_back(class_id(object, name));
  return (object.get()->*method)(ids.data(), static_cast<UINT>(ids.size()));
}

}  // namespace vsslab::requester
