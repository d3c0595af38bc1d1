// The service: shadow copy storage and its protection (spec: rules 4.5).
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <string>

#include <fmt/format.h>

#include "rules/examples.h"
#include "rules/families.h"
#include "rules/support.h"
#include "rules/volumes.h"

namespace vsslab::rules {
namespace {

constexpr std::int64_t kSmallestArea = std::int64_t{320} << 20;

std::optional<std::int64_t> bytes(const RunView& run, const Call& call, std::string_view key) {
  const auto text = run.arg(call, key);
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const char* const end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc() || rest != end || text->empty()) return std::nullopt;
  return value;
}

bool changes_size(Ev name) {
  return name == Ev::change_diff_area_maximum_size || name == Ev::change_diff_area_maximum_size_ex;
}

// A diff-area association needs at least 320 MB; -1 is unlimited, 0 deletes. (A machine may be set
// to another least size: GetMinDiffAreaSize.)
void check_least_size(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  std::int64_t least = kSmallestArea;
  for (const Call* call : run.calls()) {
    if (call->name == Ev::get_min_diff_area_size && call->ok()) {
      least = bytes(run, *call, "bytes").value_or(least);
      continue;
    }
    if (call->name != Ev::add_diff_area && !changes_size(call->name)) continue;
    const auto maximum = bytes(run, *call, "maximum");
    if (!maximum || *maximum <= 0 || !call->returned()) continue;
    service.expect(*maximum >= least || !call->ok(),
                   fmt::format("a refusal of less than {} bytes", least),
                   fmt::format("{} took {} bytes", mention(run, *call), *maximum), {call->seq()});
  }
}

constinit const Rule kLeastSize{
    {.id = "VSSC-MGMT-001",
     .slug = "storage-of-least-size",
     .level = Level::must,
     .title = "Shadow copy storage has at least the smallest size that the machine allows.",
     .source = "nf-vsmgmt-ivssdifferentialsoftwaresnapshotmgmt-adddiffarea.md, "
               "nf-vsmgmt-ivssdifferentialsoftwaresnapshotmgmt-changediffareamaximumsize.md",
     .cause = "The provider accepted an area in which not even one copy can live.",
     .next_step = "Compare the size in the call with GetMinDiffAreaSize.",
     .fails_on = "0 R AddDiffArea volume=C:\\ storage=D:\\ maximum=104857600",
     .passes_on = "0 R AddDiffArea volume=C:\\ storage=D:\\ maximum=104857600 hr=E_INVALIDARG\n"
                  "1 R AddDiffArea volume=C:\\ storage=D:\\ maximum=335544320"},
    check_least_size};

// The associations that were made and not taken away again, as the calls that succeeded tell.
class Associations {
 public:
  explicit Associations(const RunView& run) : run_(run), names_(run) {}

  const Call* of(const Call& call) const {
    const auto found = made_.find(volume_of(call));
    return found == made_.end() ? nullptr : found->second.first;
  }
  void note(const Call& call) {
    if (!call.ok()) return;
    const std::string storage = names_.key(run_.arg(call, "storage").value_or(""));
    if (call.name == Ev::delete_unused_diff_areas) {
      std::erase_if(made_, [&](const auto& entry) { return entry.second.second == storage; });
    } else if (changes_size(call.name) && bytes(run_, call, "maximum") == 0) {
      made_.erase(volume_of(call));
    } else if (changes_size(call.name) || call.name == Ev::add_diff_area) {
      made_.try_emplace(volume_of(call), &call, storage);
    }
  }

 private:
  std::string volume_of(const Call& call) const {
    return names_.key(run_.arg(call, "volume").value_or(""));
  }

  const RunView& run_;
  const VolumeNames names_;
  std::map<std::string, std::pair<const Call*, std::string>> made_;  // by volume
};

// AddDiffArea is refused if the volume has an association (VSS_E_OBJECT_ALREADY_EXISTS).
void check_one_area(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  Associations known(run);
  for (const Call* call : run.calls()) {
    if (call->name == Ev::add_diff_area && call->returned()) {
      if (const Call* made = known.of(*call)) {
        service.expect(!call->ok(),
                       "VSS_E_OBJECT_ALREADY_EXISTS from " + mention(run, *call) + ", since " +
                           mention(run, *made) + " gave the volume its storage",
                       hresult_name(call->hr()), {made->seq(), call->seq()});
      } else if (call->ok()) {
        service.saw();
      }
    }
    known.note(*call);
  }
}

constinit const Rule kOneArea{
    {.id = "VSSC-MGMT-002",
     .slug = "one-storage-per-volume",
     .level = Level::must,
     .title = "AddDiffArea is refused for a volume that has shadow copy storage already.",
     .source = "nf-vsmgmt-ivssdifferentialsoftwaresnapshotmgmt-adddiffarea.md",
     .cause = "The provider keeps two associations of one volume.",
     .next_step = "Resize the storage that there is, or delete it first.",
     .fails_on = "0 R AddDiffArea volume=C:\\ storage=D:\\ maximum=-1\n"
                 "1 R AddDiffArea volume=C:\\ storage=E:\\ maximum=-1",
     .passes_on = "0 R AddDiffArea volume=C:\\ storage=D:\\ maximum=-1\n"
                  "1 R AddDiffArea volume=C:\\ storage=E:\\ maximum=-1 "
                  "hr=VSS_E_OBJECT_ALREADY_EXISTS\n"
                  "2 R ChangeDiffAreaMaximumSize volume=C:\\ storage=D:\\ maximum=0\n"
                  "3 R AddDiffArea volume=C:\\ storage=E:\\ maximum=-1"},
    check_one_area};

// The volume that keeps the differences must be NTFS (VSS_E_VOLUME_NOT_SUPPORTED).
void check_file_system(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  const VolumeNames names(run);
  std::map<std::string, std::string> file_system_of;
  for (const Call* call : run.lab_calls()) {
    if (call->name != Ev::volume) continue;
    const auto system = run.arg(*call, "file_system");
    if (system) file_system_of[names.key(run.arg(*call, "root").value_or(""))] = *system;
  }
  for (const Call* call : run.all(Ev::add_diff_area)) {
    const auto storage = run.arg(*call, "storage");
    if (!call->returned() || !storage) continue;
    const auto known = file_system_of.find(names.key(*storage));
    if (known == file_system_of.end()) continue;
    service.expect(
        same_text(known->second, "NTFS") || !call->ok(),
        "VSS_E_VOLUME_NOT_SUPPORTED for storage that is not on NTFS",
        fmt::format("{} took {}, which is {}", mention(run, *call), *storage, known->second),
        {call->seq()});
  }
}

constinit const Rule kFileSystem{
    {.id = "VSSC-MGMT-003",
     .slug = "storage-on-ntfs",
     .level = Level::must,
     .title = "Shadow copy storage lies on an NTFS volume.",
     .source = "nf-vsmgmt-ivssdifferentialsoftwaresnapshotmgmt-adddiffarea.md",
     .cause = "The provider accepted a volume that it cannot keep differences on.",
     .next_step = "Choose one that QueryVolumesSupportedForDiffAreas lists.",
     .fails_on = "0 L Volume root=E:\\ file_system=ReFS\n"
                 "1 R AddDiffArea volume=C:\\ storage=E:\\ maximum=-1",
     .passes_on = "0 L Volume root=E:\\ file_system=ReFS  0 L Volume root=D:\\ file_system=NTFS\n"
                  "1 R AddDiffArea volume=C:\\ storage=E:\\ maximum=-1 "
                  "hr=VSS_E_VOLUME_NOT_SUPPORTED\n"
                  "2 R AddDiffArea volume=C:\\ storage=D:\\ maximum=-1"},
    check_file_system};

// used <= allocated <= maximum.
void check_used(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  for (const Call* area : run.all(Ev::diff_area)) {
    const auto used = bytes(run, *area, "used");
    const auto allocated = bytes(run, *area, "allocated");
    const auto maximum = bytes(run, *area, "maximum");
    if (!used || !allocated || !maximum) continue;
    const bool limited = *maximum >= 0;
    service.expect(*used <= *allocated && (!limited || *allocated <= *maximum),
                   "used <= allocated <= maximum",
                   fmt::format("used {}, allocated {}, maximum {}", *used, *allocated,
                               limited ? std::to_string(*maximum) : "without limit"),
                   {area->seq()});
  }
}

constinit const Rule kUsed{
    {.id = "VSSC-MGMT-006",
     .slug = "storage-within-its-maximum",
     .level = Level::must,
     .title = "Shadow copy storage uses no more than is allocated, and no more is allocated than "
              "its maximum.",
     .source = "ns-vsmgmt-vss_diff_area_prop.md",
     .cause = "The provider's books do not add up, or it grew beyond the limit.",
     .next_step = "List the storage again, and compare with the volume's free space.",
     .fails_on = "0 R DiffArea volume=C:\\ storage=D:\\ maximum=335544320 allocated=1024 used=2048",
     .passes_on = "0 R DiffArea volume=C:\\ storage=D:\\ maximum=-1 allocated=4096 used=2048"},
    check_used};

// Protection calls for an unknown volume give VSS_E_OBJECT_NOT_FOUND.
void check_known_volume(const RunView& run, Findings& out) {
  ServiceVerdicts service(out);
  const VolumeNames names(run);
  if (names.empty()) return;
  for (const Ev name : {Ev::set_volume_protect_level, Ev::get_volume_protect_level,
                        Ev::clear_volume_protect_fault}) {
    for (const Call* call : run.all(name)) {
      const auto volume = run.arg(*call, "volume");
      if (!call->returned() || !volume) continue;
      service.expect(
          names.knows(*volume) || !call->ok(),
          "VSS_E_OBJECT_NOT_FOUND for a volume that there is not",
          fmt::format("{} of {}: {}", mention(run, *call), *volume, hresult_name(call->hr())),
          {call->seq()});
    }
  }
}

constinit const Rule kKnownVolume{
    {.id = "VSSC-MGMT-014",
     .slug = "protection-of-known-volumes",
     .level = Level::must,
     .title = "Protection is set, read and cleared of volumes that there are, and refused for "
              "others.",
     .source = "nf-vsmgmt-ivssdifferentialsoftwaresnapshotmgmt3-clearvolumeprotectfault.md",
     .cause = "The provider answers without looking for the volume.",
     .next_step = "Compare the volume in the call with those of the machine.",
     .fails_on = "0 L Volume root=C:\\  1 R ClearVolumeProtectFault volume=X:\\",
     .passes_on = "0 L Volume root=C:\\  1 R ClearVolumeProtectFault volume=X:\\ "
                  "hr=VSS_E_OBJECT_NOT_FOUND\n2 R ClearVolumeProtectFault volume=C:\\"},
    check_known_volume};

constexpr const Rule* kRules[] = {&kLeastSize, &kOneArea, &kFileSystem, &kUsed, &kKnownVolume};

}  // namespace

RuleSpan coordinator_storage_rules() { return kRules; }

}  // namespace vsslab::rules
