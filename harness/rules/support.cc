#include "rules/support.h"

#include "core/guid.h"

namespace vsslab::rules {

bool closed(const RunView& run, const Session& session) {
  return session.end != nullptr || run.complete();
}

bool is_backup(const Session& session) {
  return session.calls.first_ok(Ev::initialize_for_backup) != nullptr;
}

std::optional<RunView::AsyncEnd> over(const RunView& run, const Call& call) {
  if (!call.returned()) return std::nullopt;
  if (call.refused()) return RunView::AsyncEnd{call.leave->seq, call.leave->t, call.hr()};
  return run.async_end(call);
}

std::optional<Hr> outcome(const RunView& run, const Call& call) {
  const auto end = over(run, call);
  return end ? std::optional(end->hr) : std::nullopt;
}

Hr finished_with(const RunView& run, const Call& finished) {
  if (finished.leave != nullptr && finished.leave->has_hr) return finished.leave->hr;
  return run.arg_hr(finished, "hr").value_or(hr::ok);
}

bool ended_well(const RunView& run, const Call& call) {
  const auto hr = outcome(run, call);
  return hr && succeeded(*hr) && *hr != hr::async_cancelled;
}

std::string component_text(std::string_view path, std::string_view name) {
  std::string text(path);
  if (!text.empty()) text += '\\';
  text += name;
  return text;
}

std::vector<std::string_view> split_list(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    std::string_view part = text.substr(0, end);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    if (!part.empty()) parts.push_back(part);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

std::string guid_text(std::string_view text) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') {
    text = text.substr(1, text.size() - 2);
  }
  return lower(text);
}

bool is_null_guid(std::string_view text) { return text.empty() || guid_text(text) == kNullGuid; }

const metadata::WriterMetadata* document_of(const RunView& run, const Participation& part) {
  if (part.metadata == nullptr || part.metadata->document < 0) return nullptr;
  return run.writer_metadata(part.metadata->document);
}

const metadata::BackupComponents* document_of(const RunView& run, const Session& session) {
  const Call* call = session.service.last(Ev::backup_components);
  if (call == nullptr) call = session.calls.last(Ev::save_as_xml);
  if (call == nullptr || call->enter->document < 0) return nullptr;
  return run.backup_components(call->enter->document);
}

namespace {

using AddedBySession = std::vector<std::vector<Added>>;

AddedBySession added_by_session(const RunView& run) {
  AddedBySession all(run.sessions().size());
  for (const Call* call : run.all(Ev::add_component)) {
    if (call->kind != ActorKind::requester || call->session == kNone || !call->ok()) continue;
    Added& one = all[call->session].emplace_back();
    one.call = call;
    one.writer = run.arg(*call, "writer").value_or("");
    one.writer_id = guid_text(run.arg(*call, "writer_id").value_or(""));
    one.path = run.arg(*call, "path").value_or("");
    one.name = run.arg(*call, "component").value_or("");
  }
  return all;
}

}  // namespace

const std::vector<Added>& added_components(const RunView& run, const Session& session) {
  return run.derived(added_by_session)[index_of(run, session)];
}

const Participation* participation_named(const RunView& run, const Session& session,
                                         const Call& call) {
  if (call.named != kNone) return &run.participations()[call.named];
  if (const auto name = run.arg(call, "writer")) {
    if (run.find_writer(*name) != nullptr) return nullptr;  // it takes no part in the session
  }
  if (const auto instance = run.arg(call, "instance")) {
    if (const auto* part = run.find_participation(session, guid_text(*instance))) return part;
  }
  const auto id = run.arg(call, "writer_id");
  return id ? run.find_participation(session, guid_text(*id)) : nullptr;
}

bool has_writers_and_set(const Session& session) {
  return is_backup(session) && !session.no_writers() && session.context != kContextAll &&
         session.calls.first_ok(Ev::start_snapshot_set) != nullptr;
}

}  // namespace vsslab::rules
