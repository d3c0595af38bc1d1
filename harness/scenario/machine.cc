// Volumes, providers and the wire.
#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

#include <fmt/format.h>

#include "core/ascii.h"
#include "core/suggest.h"
#include "metadata/component_path.h"
#include "metadata/normal_path.h"
#include "scenario/faults.h"
#include "scenario/parts.h"

namespace vsslab::scenario {

namespace {

plan::FilePlan read_file_plan(const Source& source, const xml::Element& element,
                              const plan::VolumePlan& volume) {
  plan::FilePlan file;
  file.directory = element.name() == "Directory";
  if (file.directory) {
    check_shape(source, element, {"path", "attributes", "modified"});
  } else {
    check_shape(source, element,
                {"path", "content", "size", "ranges", "attributes", "modified", "inUse"});
  }
  file.line = element.line();
  file.path = required_text(source, element, "path");
  file.attributes = file_attributes(source, element, "attributes").value_or(0);
  file.modified = moment(source, element, "modified");
  file.in_use = text(element, "inUse");
  if (file.in_use == "no") file.in_use.clear();
  read_content(source, element, file);
  if (std::max<std::uint64_t>(file.content.size(), file.size) > volume.size) {
    refuse(source, element,
           fmt::format("file '{}' is larger than volume '{}'", file.path, volume.root));
  }
  if (!file.path.starts_with(volume.root) || file.path.size() == volume.root.size()) {
    refuse_attribute(source, element, "path",
                     fmt::format("file '{}' does not lie on volume '{}'", file.path, volume.root));
  }
  if (file.path.find_first_of("*?\"<>|", volume.root.size()) != std::string::npos) {
    refuse_attribute(source, element, "path", fmt::format("'{}' is no file's name", file.path));
  }
  return file;
}

}  // namespace

std::optional<Guid> guid_of_volume_name(std::string_view name) {
  constexpr std::string_view kPrefix = "\\\\?\\Volume";
  if (!name.starts_with(kPrefix) || !name.ends_with('\\')) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  name.remove_suffix(1);
  if (!name.starts_with('{')) return std::nullopt;
  return Guid::parse(name);
}

namespace {

// Each path once, and nothing below a file.
void check_tree(const Source& source, const xml::Element& element, const plan::VolumePlan& volume) {
  const auto spelling = [](const std::string& path) {
    return ascii::lower(metadata::normal_path(path));
  };
  std::map<std::string, const plan::FilePlan*> known;
  for (const plan::FilePlan& file : volume.files) {
    known.emplace(spelling(file.path), &file);
  }
  std::size_t at = 0;
  for (const xml::Element& child : element.children()) {
    const plan::FilePlan& file = volume.files[at++];
    const std::string path = spelling(file.path);
    if (known.at(path) != &file) {
      refuse_attribute(source, child, "path", fmt::format("a second '{}'", file.path));
    }
    for (std::size_t end = path.rfind('\\'); end != std::string::npos && end > 2;
         end = path.rfind('\\', end - 1)) {
      const auto above = known.find(path.substr(0, end));
      if (above == known.end() || above->second->directory) continue;
      refuse_attribute(
          source, child, "path",
          fmt::format("'{}' is a file, and has nothing below it", above->second->path));
    }
  }
}

constexpr std::uint64_t kVolumeBytesMin = 16'384;  // volume/page.h: one block

plan::VolumePlan read_volume(const Source& source, const xml::Element& element) {
  check_shape(source, element, {"root", "guid", "fileSystem", "size", "mount", "folder"},
              {"File", "Directory"});
  plan::VolumePlan volume;
  volume.line = element.line();
  volume.root = required_text(source, element, "root");
  const bool drive = volume.root.size() == 3 && volume.root[0] >= 'A' && volume.root[0] <= 'Z' &&
                     volume.root.ends_with(":\\");
  const auto own = guid_of_volume_name(volume.root);
  if (!drive && !own) {
    refuse_attribute(
        source, element, "root", fmt::format("volume '{}' is no root", volume.root),
        "write a drive (\"C:\\\"), or \"\\\\?\\Volume{…}\\\" for one without a letter");
  }
  if (own && has(element, "guid")) {
    refuse_attribute(source, element, "guid", "a volume without a letter has its id in its root");
  }
  volume.guid = own ? *own : guid(source, element, "guid").value_or(Guid{});
  volume.file_system =
      one_of(source, element, "fileSystem", {"NTFS", "ReFS", "FAT32", "RAW"}, "NTFS");
  volume.size = bytes(source, element, "size").value_or(volume.size);
  if (volume.size < kVolumeBytesMin) {
    refuse_attribute(source, element, "size",
                     fmt::format("volume '{}' is smaller than one block of {} bytes", volume.root,
                                 kVolumeBytesMin));
  }
  volume.mounts = list(element, "mount");
  if (has(element, "folder")) {
    volume.folder = source.resolve(required_text(source, element, "folder"));
    std::error_code ignored;
    if (!std::filesystem::is_directory(volume.folder, ignored)) {
      refuse_attribute(source, element, "folder",
                       fmt::format("there is no folder '{}'", volume.folder));
    }
    if (has(element, "mount") || element.child("File")) {
      refuse(source, element,
             "a Volume with folder= has the folder's files, and no mounted folder");
    }
  }
  for (const xml::Element& child : element.children()) {
    volume.files.push_back(read_file_plan(source, child, volume));
  }
  check_tree(source, element, volume);
  return volume;
}

// A mounted folder lies on a volume of this machine that has a letter.
void check_mounts(const Source& source, const xml::Element& element,
                  const plan::ScenarioPlan& plan) {
  std::size_t at = 0;
  for (const xml::Element& child : element.children()) {
    for (const std::string& folder : plan.volumes[at++].mounts) {
      const bool there =
          std::any_of(plan.volumes.begin(), plan.volumes.end(), [&](const plan::VolumePlan& on) {
            return on.root.size() == 3 && folder.size() > 3 &&
                   metadata::equal_ignoring_case(folder.substr(0, 3), on.root);
          });
      if (there) continue;
      refuse_attribute(source, child, "mount",
                       fmt::format("'{}' is no folder of a volume of this machine", folder),
                       R"(such as "C:\mnt\archive", with C:\ among the Volumes)");
    }
  }
}

}  // namespace

void read_volumes(const Source& source, const xml::Element& element, plan::ScenarioPlan& plan) {
  check_shape(source, element, {}, {"Volume"});
  for (const xml::Element& child : element.children()) {
    plan::VolumePlan volume = read_volume(source, child);
    for (const plan::VolumePlan& known : plan.volumes) {
      if (known.root == volume.root) {
        refuse_attribute(source, child, "root", fmt::format("a second volume '{}'", volume.root));
      }
      if (!volume.guid.is_null() && known.guid == volume.guid) {
        refuse(source, child,
               fmt::format("volumes '{}' and '{}' have one id", known.root, volume.root));
      }
    }
    plan.volumes.push_back(std::move(volume));
  }
  check_mounts(source, element, plan);
  if (plan.volumes.empty()) {
    refuse(source, element, "element 'Volumes' has no Volume",
           "leave it out to get C:\\ and what the writers' files name");
  }
}

void read_services(const Source& source, const xml::Element& element, plan::ScenarioPlan& plan) {
  check_shape(source, element, {}, {"Service"});
  for (const xml::Element& child : element.children()) {
    check_shape(source, child,
                {"name", "displayName", "running", "stoppable", "startable", "automatic",
                 "stopTime", "startTime"});
    plan::ServicePlan service;
    service.line = child.line();
    service.name = required_text(source, child, "name");
    service.display_name = text(child, "displayName", service.name);
    service.running = yes_no(source, child, "running", true);
    service.stoppable = yes_no(source, child, "stoppable", true);
    service.startable = yes_no(source, child, "startable", true);
    service.automatic = yes_no(source, child, "automatic", true);
    service.stop_time = duration(source, child, "stopTime").value_or(Duration{0});
    service.start_time = duration(source, child, "startTime").value_or(Duration{0});
    std::vector<std::string_view> names;
    for (const plan::ServicePlan& known : plan.services) names.push_back(known.name);
    check_new_name(source, child, service.name, names, "service");
    plan.services.push_back(std::move(service));
  }
}

void check_files_in_use(const Source& source, const xml::Element& element,
                        const plan::ScenarioPlan& plan) {
  std::vector<std::string_view> names{"yes"};
  for (const plan::ServicePlan& service : plan.services) names.push_back(service.name);
  for (const xml::Element& volume : element.children()) {
    for (const xml::Element& file : volume.children()) {
      const std::string_view holder = file.attribute_or("inUse", {});
      if (holder.empty() || holder == "no") continue;
      check_one_of(source, file, "inUse", holder, names, "service");
    }
  }
}

namespace {

void read_provider_body(const Source& source, const xml::Element& element,
                        plan::ProviderPlan& provider) {
  provider.class_name = text(element, "defect", provider.class_name);
  if (const auto id = guid(source, element, "id")) provider.provider_id = *id;
  if (has(element, "volumes")) provider.volumes = list(element, "volumes");
  if (const auto most = number(source, element, "copiesPerVolumeMax", 1'000'000)) {
    provider.copies_per_volume_max = static_cast<std::uint32_t>(*most);
  }
  for (const xml::Element& child : element.children()) {
    if (child.name() == "Fault") provider.faults.push_back(read_provider_fault(source, child));
  }
}

// A file of its own whose root is Provider: the same words, but no config=.
void read_provider_file(const Source& source, const xml::Element& element,
                        plan::ProviderPlan& provider) {
  auto document =
      xml::parse(source.read(element, "config"), source.resolve(text(element, "config")),
                 {.bytes_max = limits::kScenarioBytesMax, .bytes_max_name = "scenario_bytes_max"});
  if (!document) refuse(std::move(document.error()));
  const Source inner{*document, {}, source.read_file, source.files_left};
  const xml::Element root = document->root();
  if (root.name() != "Provider") {
    refuse(inner, root, fmt::format("the root element is '{}', not Provider", root.name()));
  }
  check_shape(inner, root, {"name", "id", "defect", "volumes", "copiesPerVolumeMax"}, {"Fault"});
  provider.name = text(root, "name", provider.name);
  read_provider_body(inner, root, provider);
}

}  // namespace

void read_provider(const Source& source, const xml::Element& element, plan::ScenarioPlan& plan) {
  check_shape(source, element,
              {"name", "config", "id", "defect", "volumes", "copiesPerVolumeMax", "subject", "exec",
               "arguments"},
              {"Fault", "Signal"});
  plan::ProviderPlan provider;
  provider.line = element.line();
  provider.subject = yes_no(source, element, "subject", false);
  if (has(element, "config")) read_provider_file(source, element, provider);
  provider.name = text(element, "name", provider.name);
  read_provider_body(source, element, provider);
  provider.program = read_program(source, element);
  for (const std::string_view other : {"defect", "config"}) {
    if (provider.program && has(element, other)) {
      refuse_attribute(source, element, other, "the program says what the provider is",
                       "give either exec= or " + std::string(other) + "=");
    }
  }
  std::vector<std::string_view> names;
  for (const plan::ProviderPlan& known : plan.providers) names.push_back(known.name);
  check_new_name(source, element, provider.name, names, "provider");
  plan.providers.push_back(std::move(provider));
}

void read_wire(const Source& source, const xml::Element& element, plan::ScenarioPlan& plan) {
  check_shape(source, element, {}, {"Fault"});
  for (const xml::Element& child : element.children()) {
    plan.wire_faults.push_back(read_wire_fault(source, child));
  }
}

void check_wire_parties(const Source& source, const xml::Element& element,
                        const plan::ScenarioPlan& plan) {
  std::vector<std::string_view> names;
  for (const plan::WriterPlan& writer : plan.writers) names.push_back(writer.name);
  for (const plan::ProviderPlan& provider : plan.providers) names.push_back(provider.name);
  if (plan.providers.empty()) names.push_back("system");
  for (const plan::RequesterPlan& requester : plan.requesters) names.push_back(requester.name);
  for (const plan::VolumePlan& volume : plan.volumes) names.push_back(volume.root);
  names.push_back("vss");
  for (const xml::Element& child : element.children()) {
    const std::string_view party = child.attribute_or("party", {});
    if (party.empty()) continue;
    check_one_of(source, child, "party", party, names, "party");
  }
}

}  // namespace vsslab::scenario
