// Which volumes and files the writer under test describes: the machine that it is tested on has
// them.
#pragma once

#include <string>
#include <vector>

#include "core/error.h"
#include "plan/plan.h"
#include "run/parties.h"
#include "sdk/subject.h"

namespace vsslab::sdk {

struct SubjectSite {
  std::vector<std::string> drives;          // "F:\\" and so on, sorted
  std::vector<plan::WriterPlan> documents;  // mirrors of what it answered Identify with
};

// What is in the documents that the subject answers Identify with, in a run of the suite's scenario
// 'gather-only' (below `scenarios_folder`). Nothing when it gives no document; the run of the suite
// finds out why. An error when the scenario cannot be read.
Result<SubjectSite> site_of_writer(const Subject& subject, const Parties& parties,
                                   const std::string& scenarios_folder, Duration patience);

// Gives the plan the volumes that it lacks, and one small file for each file set that has none.
void add_site(plan::ScenarioPlan& plan, const SubjectSite& site);

}  // namespace vsslab::sdk
