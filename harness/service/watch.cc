// What crosses no VSS interface but matters to a rule: writes to volumes, by the process that made
// them.

#include "core/digest.h"
#include "service/impl.h"
#include "volume/volume_set.h"
#include "win32/process.h"

namespace vsslab {

std::optional<ActorId> LabVss::Impl::actor_of(const void* owner) const {
  const auto found = writers_of.find(owner);
  if (found != writers_of.end() && !found->second.empty()) return found->second.front()->actor;
  for (const auto& provider : providers) {
    if (provider->context.owner != nullptr && provider->context.owner == owner) {
      return provider->actor;
    }
  }
  for (const auto& session : sessions) {
    if (session->process == owner) return session->actor;
  }
  return std::nullopt;
}

void LabVss::Impl::watch_volumes() {
  if (lab.volumes == nullptr) return;
  lab.volumes->set_observer([this](const VolumeChange& change) {
    const bool writes =
        change.kind == VolumeChange::Kind::write || change.kind == VolumeChange::Kind::create ||
        change.kind == VolumeChange::Kind::remove || change.kind == VolumeChange::Kind::rename;
    if (!writes || change.who.owner == nullptr) return;
    const auto actor = actor_of(change.who.owner);
    // What a requester does to files is told file by file.
    if (!actor || journal.actor(*actor).kind == ActorKind::requester) return;
    const std::string& volume =
        change.volume->device().empty() ? change.volume->root() : change.volume->device();
    wire.instant({0, *actor, "Write", 0}, std::nullopt,
                 {{"volume", volume},
                  {"path", change.path},
                  {"offset", std::to_string(change.offset)},
                  {"bytes", std::to_string(change.length)}});
  });
}

namespace {

std::string_view event_name(FileReport::What what) {
  switch (what) {
    case FileReport::What::read:
      return "FileRead";
    case FileReport::What::written:
      return "FileWritten";
    case FileReport::What::removed:
      return "FileDeleted";
    case FileReport::What::moved:
    case FileReport::What::moved_at_reboot:
      return "FileMoved";
    case FileReport::What::listed:
      return "DirectoryRead";
    case FileReport::What::directory_made:
      return "DirectoryMade";
  }
  return {};
}

constexpr std::uint32_t kWin32Facility = 0x80070000;

std::optional<Hr> hr_of(std::uint32_t win32_error) {
  if (win32_error == 0) return std::nullopt;
  return static_cast<Hr>(kWin32Facility | win32_error);
}

}  // namespace

// Of requesters: theirs is to copy files and to put them back.
bool LabVss::watches_files(const LabProcess& process) {
  return impl_->requesters.count(&process) != 0;
}

void LabVss::file_used(const LabProcess& process, const FileReport& report) {
  const auto requester = impl_->requesters.find(&process);
  if (requester == impl_->requesters.end()) return;
  using What = FileReport::What;
  const std::string bytes = std::to_string(report.bytes);
  const std::string digest = report.whole ? hex64(report.digest) : std::string("partial");
  ArgText args[5];
  std::size_t count = 0;
  args[count++] = {"path", report.path};
  const bool content = report.what == What::read || report.what == What::written;
  const bool moved = report.what == What::moved || report.what == What::moved_at_reboot;
  if (moved) {
    args[count++] = {"to", report.to};
    args[count++] = {"at_reboot", report.what == What::moved_at_reboot ? "yes" : "no"};
  }
  if (content && report.error == 0) {
    args[count++] = {"bytes", bytes};
    args[count++] = {"digest", digest};
  }
  const std::string folders = std::to_string(report.folders);
  if (report.what == What::listed && report.folders > 0) args[count++] = {"folders", folders};
  if (report.what == What::written || moved) {
    args[count++] = {"replaced", report.replaced ? "yes" : "no"};
  }
  impl_->wire.instant(
      {requester->second.session, requester->second.actor, event_name(report.what), 0},
      hr_of(report.error), std::span<const ArgText>(args, count));
}

void LabVss::service_control(const LabProcess& process, std::string_view service,
                             std::string_view control, std::uint32_t error) {
  const auto requester = impl_->requesters.find(&process);
  const auto actor = requester != impl_->requesters.end()
                         ? std::optional<ActorId>(requester->second.actor)
                         : impl_->actor_of(&process);
  if (!actor) return;
  const std::uint32_t session =
      requester != impl_->requesters.end() ? requester->second.session : 0;
  impl_->wire.instant({session, *actor, "ServiceControl", 0}, hr_of(error).value_or(hr::ok),
                      {{"service", service}, {"control", control}});
}

void LabVss::event_log(const LabProcess& process, std::string_view source, std::string_view type,
                       std::uint32_t id, std::string_view text) {
  const auto actor = impl_->actor_of(&process);
  if (!actor) return;
  impl_->wire.instant(
      {0, *actor, "EventLog", 0}, std::nullopt,
      {{"source", source}, {"type", type}, {"id", std::to_string(id)}, {"text", text}});
}

// ---- what writers print ----

namespace {
constexpr std::size_t kPrintedLineBytesMax = 4096;  // printed_line_bytes_max: the rest is cut off
constexpr std::size_t kPrintedLinesMax = 10'000;    // printed_lines_max: of one process
}  // namespace

void LabVss::Impl::watch_consoles() {
  if (lab.console) return;  // somebody shows it
  watches_consoles = true;
  lab.console = [this](const LabProcess& process, std::string_view text) {
    printed(process, text);
  };
}

void LabVss::Impl::printed(const LabProcess& process, std::string_view text) {
  const auto actor = actor_of(&process);
  if (!actor || journal.actor(*actor).kind != ActorKind::writer) return;
  Printed& said = said_by[&process];
  while (!text.empty() && said.lines < kPrintedLinesMax) {
    const std::size_t end = text.find('\n');
    const std::string_view piece = text.substr(0, end);
    const std::size_t room = kPrintedLineBytesMax - said.line.size();
    said.line += piece.substr(0, room);
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
    if (said.line.ends_with('\r')) said.line.pop_back();
    if (!said.line.empty()) {
      ++said.lines;
      wire.instant({0, *actor, "Printed", 0}, std::nullopt, {{"text", said.line}});
    }
    said.line.clear();
  }
}

}  // namespace vsslab
