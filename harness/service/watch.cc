// What crosses no VSS interface but matters to a rule: writes to volumes, by the process that made
// them.

#include "service/impl.h"
#include "volume/volume_set.h"
#include "win32/process.h"

namespace vsslab {

std::optional<ActorId> LabVss::Impl::actor_of(const void* owner) const {
  const auto found = writers_of.find(owner);
  if (found != writers_of.end()) return found->second.front()->actor;
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
    if (!actor) return;
    const std::string& volume =
        change.volume->device().empty() ? change.volume->root() : change.volume->device();
    wire.instant({0, *actor, "Write", 0}, std::nullopt,
                 {{"volume", volume},
                  {"path", change.path},
                  {"offset", std::to_string(change.offset)},
                  {"bytes", std::to_string(change.length)}});
  });
}

void LabVss::event_log(const LabProcess& process, std::string_view source, std::string_view type,
                       std::uint32_t id, std::string_view text) {
  const auto actor = impl_->actor_of(&process);
  if (!actor) return;
  impl_->wire.instant(
      {0, *actor, "EventLog", 0}, std::nullopt,
      {{"source", source}, {"type", type}, {"id", std::to_string(id)}, {"text", text}});
}

}  // namespace vsslab
