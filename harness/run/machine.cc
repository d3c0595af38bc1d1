#include "run/machine.h"

#include <algorithm>

#include <fmt/format.h>

#include <windows.h>

#include <unknwn.h>
#include <vsprov.h>

#include "core/digest.h"
#include "metadata/writer_metadata.h"
#include "volume/folder_volume.h"
#include "volume/path.h"
#include "win32/process.h"

namespace vsslab {
namespace {

constexpr std::uint64_t kVolumeSalt = 0x564f4c;

// Applies its own faults; everybody else's are the wire's.
bool applies_its_own(const plan::WriterPlan& writer) {
  return writer.kind == plan::WriterKind::test_writer;
}

std::string seeded_content(Prng prng, std::uint64_t bytes) {
  std::string content;
  content.reserve(bytes);
  while (content.size() < bytes) {
    const std::uint64_t word = prng.next();
    content.append(reinterpret_cast<const char*>(&word),
                   std::min<std::uint64_t>(8, bytes - content.size()));
  }
  return content;
}

}  // namespace

Machine::Machine(const plan::ScenarioPlan& plan, std::uint64_t seed,
                 std::unique_ptr<Scheduler> scheduler, std::shared_ptr<Journal> journal)
    : plan_(plan),
      seed_(seed),
      prng_(Prng(seed).fork(kVolumeSalt)),
      scheduler_(std::move(scheduler)),
      journal_(std::move(journal)),
      volumes_(scheduler_.get()),
      lab_(std::make_unique<Lab>(*scheduler_, seed)) {
  lab_->volumes = &volumes_;
  lab_->client = plan.client;
}

Machine::~Machine() {
  lab_->vss = nullptr;
  service_.reset();
  lab_.reset();
}

LabVss::Options Machine::service_options() const {
  LabVss::Options options;
  options.faults = plan_.wire_faults;
  options.profile = plan_.profile;
  options.response_limit = plan_.response_limit;
  options.seed = seed_;
  const auto add = [&](const std::vector<plan::Fault>& faults, const std::string& party) {
    for (plan::Fault fault : faults) {
      fault.party = party;
      options.faults.push_back(std::move(fault));
    }
  };
  for (const plan::ProviderPlan& provider : plan_.providers) add(provider.faults, provider.name);
  for (const plan::WriterPlan& writer : plan_.writers) {
    if (!applies_its_own(writer)) add(writer.faults, writer.name);
    if (writer.kind != plan::WriterKind::mirror || !writer.keep_instance_id) continue;
    const auto document =
        metadata::parse_writer_metadata(writer.metadata_xml, writer.metadata_file);
    if (document) {
      options.kept_instance_ids.emplace_back(writer.name, document->identification.instance_id);
    }
  }
  return options;
}

std::string Machine::trouble() const {
  for (const Volume* const volume : volumes_.volumes()) {
    const auto* const folder = dynamic_cast<const FolderVolume*>(volume);
    if (folder == nullptr || folder->trouble().empty()) continue;
    return fmt::format("the shadow copy of {} cannot be made: {}", volume->root(),
                       folder->trouble());
  }
  return {};
}

Result<void> Machine::add_volume(const plan::VolumePlan& wanted) {
  Volume::Options options;
  options.root = wanted.root;
  options.guid = wanted.guid.is_null() ? Guid::random(prng_) : wanted.guid;
  options.file_system = wanted.file_system;
  options.size = wanted.size;
  Result<Volume*> added = nullptr;
  if (wanted.folder.empty()) {
    added = volumes_.add(options);
  } else if (auto made = FolderVolume::make(options, wanted.folder, scheduler_.get())) {
    added = volumes_.add(std::move(*made));
  } else {
    added = fail(std::move(made.error()));
  }
  if (!added) return fail(std::move(added.error()).at(plan_.file, wanted.line));
  const ActorId actor = journal_->actor(ActorKind::lab, "lab");
  journal_->append({.t = scheduler_->now(), .actor = actor, .name = "Volume"},
                   {{"root", wanted.root},
                    {"guid", options.guid.to_string()},
                    {"file_system", wanted.file_system},
                    {"size", std::to_string(wanted.size)}});
  std::uint64_t salt = 0;
  for (const plan::FilePlan& file : wanted.files) {
    if (auto made = add_file(**added, file, ++salt); !made) return made;
  }
  return {};
}

Result<void> Machine::add_file(Volume& volume, const plan::FilePlan& file, std::uint64_t salt) {
  const auto refuse = [&](std::string message) {
    return fail(Error{std::move(message), plan_.file, file.line, {}, {}});
  };
  const auto place = volumes_.resolve(file.path);
  if (!place || place->volume != &volume) {
    return refuse(fmt::format("file '{}' is not on volume '{}'", file.path, volume.root()));
  }
  const std::string content = content_of(file, salt);
  const auto made = file.directory ? volume.create_directories(place->path)
                                   : volume.write_file(place->path, content);
  if (!file.directory) made_[fold_case(file.path)] = digest64(content);
  if (!made) {
    return refuse(fmt::format("file '{}' cannot be made: {}", file.path, describe(made.error())));
  }
  if (file.modified) (void)volume.set_times(place->path, {file.modified, file.modified, {}});
  if (file.attributes != 0) (void)volume.set_attributes(place->path, file.attributes);
  if (!file.in_use.empty()) {
    lab_->sharing.hold(volume, place->path, file.in_use == "yes" ? "" : fold_case(file.in_use));
  }
  return {};
}

std::string Machine::content_of(const plan::FilePlan& file, std::uint64_t salt) const {
  return file.content.empty() ? seeded_content(prng_.fork(salt), file.size) : file.content;
}

void Machine::add_services() {
  for (const plan::ServicePlan& service : plan_.services) {
    lab_->services[fold_case(service.name)] = {
        service.name,      service.display_name, service.running,   service.stoppable,
        service.startable, service.automatic,    service.stop_time, service.start_time};
    lab_->sharing.set_running(fold_case(service.name), service.running);
  }
}

Result<void> Machine::add_mounts() {
  for (const plan::VolumePlan& volume : plan_.volumes) {
    const Volume* const target = volumes_.find_volume(volume.root);
    for (const std::string& folder : volume.mounts) {
      const auto place = volumes_.resolve(folder, false);
      auto made = place ? place->volume->create_directories(place->path)
                        : FileResult<void>(tl::make_unexpected(FileError::path_not_found));
      if (made) made = volumes_.mount(*target, folder);
      if (made) {
        journal_->append({.t = scheduler_->now(),
                          .actor = journal_->actor(ActorKind::lab, "lab"),
                          .name = "Volume"},
                         {{"root", folder.ends_with('\\') ? folder : folder + "\\"},
                          {"guid", target->options().guid.to_string()}});
        continue;
      }
      return fail(Error{fmt::format("volume '{}' cannot be mounted at '{}': {}", volume.root,
                                    folder, describe(made.error())),
                        plan_.file,
                        volume.line,
                        {},
                        {}});
    }
  }
  return {};
}

namespace {

// Of those that VSS asks every software provider for: the first that is not there.
std::string missing_interface(IUnknown& provider) {
  const auto lacks = [&](REFIID iid) {
    void* object = nullptr;
    if (FAILED(provider.QueryInterface(iid, &object)) || object == nullptr) return true;
    static_cast<IUnknown*>(object)->Release();
    return false;
  };
  if (lacks(__uuidof(IVssSoftwareSnapshotProvider))) return "IVssSoftwareSnapshotProvider";
  if (lacks(__uuidof(IVssProviderCreateSnapshotSet))) return "IVssProviderCreateSnapshotSet";
  return {};
}

}  // namespace

Result<void> Machine::add_provider(const Parties& parties, const plan::ProviderPlan& wanted) {
  LabProcess& process = create_process(*lab_, wanted.name);
  const TaskContext before = scheduler_->context();
  scheduler_->set_context(process.context());
  auto provider = parties.provider(wanted, volumes_);
  if (!provider) {
    scheduler_->set_context(before);
    return fail(std::move(provider.error()).at(plan_.file, wanted.line));
  }
  const Hr result =
      service_->register_provider(wanted.name, provider->id, provider->type, provider->object);
  const std::string lacks = result == hr::no_interface ? missing_interface(*provider->object) : "";
  scheduler_->set_context(before);
  provider->object->Release();
  if (failed(result) && result != hr::provider_already_registered) {
    return fail(Error{
        fmt::format("provider '{}' cannot be registered: {}{}", wanted.name, hresult_name(result),
                    lacks.empty() ? "" : ", its QueryInterface does not give " + lacks),
        plan_.file,
        wanted.line,
        {},
        {}});
  }
  return {};
}

Result<void> Machine::build(const Parties& parties) {
  if (plan_.volumes.empty()) {
    plan::VolumePlan system;
    system.root = "C:\\";
    if (auto added = add_volume(system); !added) return added;
  }
  for (const plan::VolumePlan& volume : plan_.volumes) {
    if (auto added = add_volume(volume); !added) return added;
  }
  if (auto mounted = add_mounts(); !mounted) return mounted;
  add_services();
  service_ = std::make_unique<LabVss>(*lab_, *journal_, service_options());
  lab_->vss = service_.get();
  if (plan_.providers.empty()) return add_provider(parties, plan::ProviderPlan{});
  for (const plan::ProviderPlan& provider : plan_.providers) {
    if (provider.program) continue;  // it registers itself
    if (auto added = add_provider(parties, provider); !added) return added;
  }
  return {};
}

}  // namespace vsslab
