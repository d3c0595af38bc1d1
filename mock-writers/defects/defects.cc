#include "mock-writers/defects/defects.h"

#include <algorithm>

#include "mock-writers/defects/defective.h"

namespace vsslab::mock {

namespace {

// A class id of its own for every defect, the same in every run.
Guid class_id_for(std::string_view name) {
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  Guid id = Guid::from(test_writer_id());
  id.data1 = hash;
  return id;
}

std::vector<Defect> sorted_defects() {
  std::vector<Defect> all;
  for (const auto family : {registration_defects(), failure_defects(), document_defects(),
                            handler_defects(), component_defects(), express_defects()}) {
    all.insert(all.end(), family.begin(), family.end());
  }
  std::sort(all.begin(), all.end(),
            [](const Defect& a, const Defect& b) { return a.name < b.name; });
  return all;
}

}  // namespace

std::span<const Defect> defects() {
  static const std::vector<Defect> kAll = sorted_defects();
  return kAll;
}

const Defect* find_defect(std::string_view name) {
  const std::span<const Defect> all = defects();
  const auto at = std::lower_bound(
      all.begin(), all.end(), name,
      [](const Defect& defect, std::string_view wanted) { return defect.name < wanted; });
  return at != all.end() && at->name == name ? &*at : nullptr;
}

plan::WriterPlan sound_plan(plan::WriterPlan plan) {
  if (!plan.writer_id) plan.writer_id = class_id_for(plan.class_name);
  if (!plan.test.components.empty() || plan.test.has_restore_method) return plan;
  plan.test.has_restore_method = true;
  plan.test.restore_method = VSS_RME_RESTORE_IF_CAN_REPLACE;
  plan.test.writer_restore = VSS_WRE_ALWAYS;
  plan::TestComponent component;
  component.name = "Data";
  plan::ComponentFile files;
  files.path = "C:\\DefectData";
  files.filespec = "*";
  files.recursive = true;
  component.files.push_back(files);
  plan.test.components.push_back(component);
  return plan;
}

}  // namespace vsslab::mock
