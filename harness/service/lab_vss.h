// The Volume Shadow Copy Service of one lab: writers register with it, requesters hold backup
// objects of it, providers are called by it. CreateWriter and CreateVssBackupComponents (the client
// halves behind harness/api) find it through the current Lab.
//
// Everything that crosses an interface passes the wire, which writes the journal and applies
// faults. All calls are made on the scheduler's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/guid.h"
#include "core/hresult.h"
#include "plan/plan.h"
#include "win32/lab.h"

class CVssWriter;
class IVssWriterImpl;
class IVssBackupComponents;
class IVssExpressWriter;
class IUnknown;

namespace vsslab {

class Journal;

// The entry points of the service when it runs in another process.
class VssPort {
 public:
  virtual ~VssPort() = default;
  virtual std::int32_t create_writer(CVssWriter* writer, IVssWriterImpl** out, bool extended) = 0;
  virtual std::int32_t create_backup_components(IVssBackupComponents** out) = 0;
  // `provider` as for LabVss::register_provider.
  virtual std::int32_t register_provider(const Guid& id, int type, IUnknown* provider) = 0;
  virtual std::int32_t is_volume_snapshotted(wchar_t* volume, std::int32_t* present,
                                             std::int32_t* compatibility) = 0;
  virtual std::int32_t create_express_writer(IVssExpressWriter** out) = 0;
  // `iid`: an interface of the system provider's management.
  virtual std::int32_t provider_management(const Guid& provider, const Guid& iid,
                                           IUnknown** out) = 0;
};

// It observes its lab: a process that ends takes its writers and backup objects along.
class LabVss : public LabObserver {
 public:
  struct Options {
    // Of the scenario's wire, and those of providers and of writers that do not apply their own
    // (mirrors, presets, defects), with `party` filled in.
    std::vector<plan::Fault> faults;
    std::string profile = "ws2022";
    // How long a party may keep the service waiting where the documents name no limit; none:
    // writer_response_limit and provider_response_limit.
    std::optional<Duration> response_limit;
    std::uint64_t seed = 42;
    // Writers (by actor name) that keep the instance id of a captured document.
    std::vector<std::pair<std::string, Guid>> kept_instance_ids;
  };

  LabVss(Lab& lab, Journal& journal, Options options);
  ~LabVss() override;
  LabVss(const LabVss&) = delete;
  LabVss& operator=(const LabVss&) = delete;

  // `provider` answers QueryInterface for IVssSoftwareSnapshotProvider and
  // IVssProviderCreateSnapshotSet, and may for IVssProviderNotifications; the service keeps a
  // reference. `name` is its actor. `type` is a VSS_PROVIDER_TYPE.
  // VSS_E_PROVIDER_ALREADY_REGISTERED for a known id.
  Hr register_provider(std::string_view name, const Guid& id, int type, IUnknown* provider);

  // Has a provider of that process registered?
  bool has_provider_of(const LabProcess& process) const;

  // Number of writers that are subscribed now.
  std::size_t subscribed_writers() const;

  // A backup whose requester is done or gone is still being brought to its end.
  bool closing() const;

  // Faults of the scenario that hit nothing, each as a line for its reader.
  std::vector<std::string> unused_faults() const;

  void process_ended(LabProcess& process, std::string_view reason,
                     std::uint32_t exit_code) override;
  void event_log(const LabProcess& process, std::string_view source, std::string_view type,
                 std::uint32_t id, std::string_view text) override;
  bool watches_files(const LabProcess& process) override;
  void file_used(const LabProcess& process, const FileReport& report) override;
  void service_control(const LabProcess& process, std::string_view service,
                       std::string_view control, std::uint32_t error) override;

  // The machine goes down: OnUnload to the providers, then nothing is delivered any more.
  void shut_down();

  // Behind harness/api. The actor's name is the calling process's name.
  // `extended`: a CVssWriterEx, whose OnIdentifyEx is asked.
  std::int32_t create_writer(CVssWriter* writer, IVssWriterImpl** out, bool extended);
  std::int32_t create_backup_components(IVssBackupComponents** out);

  class Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace vsslab
