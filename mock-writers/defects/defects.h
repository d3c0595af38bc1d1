// Writers with one named bug each. A rule that claims a bug is tested by running the writer that
// has it; everything else about these writers is sound.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "plan/plan.h"

namespace vsslab::mock {

// The ids of the rules that a defect breaks: one to three.
struct BrokenRules {
  std::string_view first, second = {}, third = {};

  std::vector<std::string_view> ids() const {
    std::vector<std::string_view> all;
    for (const std::string_view id : {first, second, third}) {
      if (!id.empty()) all.push_back(id);
    }
    return all;
  }
};

struct Defect {
  std::string_view name;      // "failure-in-identify"
  std::string_view sentence;  // what it does wrong
  BrokenRules rules;
  std::string_view needs;  // what the scenario has to bring; empty: any full backup
  int (*run)(const plan::WriterPlan& plan, std::uint64_t seed);  // the writer's main function
};

std::span<const Defect> defects();  // sorted by name
const Defect* find_defect(std::string_view name);

// The sound writer that defects start from: the plan as it is where it describes components, else
// one file group of C:\DefectData. Its class id comes from the defect's name unless the plan has
// one.
plan::WriterPlan sound_plan(plan::WriterPlan plan);

}  // namespace vsslab::mock
