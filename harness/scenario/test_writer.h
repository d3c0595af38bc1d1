// Microsoft's Test Writer configuration (vswriter.exe's file): every element and attribute that the
// tool's page names, in its words; its misspellings are accepted. Ours on top: FailEvent@action,
// @delay, @code; TestWriter@dataSource; Component@caption, @selectableForRestore, @restoreMetadata,
// @notifyOnBackupComplete, @componentFlags; ComponentFile@logFile; ExcludeFileFromSnapshot.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "plan/plan.h"

namespace vsslab::xml {
class Element;
}

namespace vsslab::scenario {

struct Source;

// The element TestWriter inside another document. Throws Refused: for scenario/ only.
plan::TestWriterConfig read_test_writer(const Source& source, const xml::Element& element);

// A whole file, its bytes handed in. `file` is for messages.
Result<plan::TestWriterConfig> parse_test_writer(std::string bytes, const std::string& file);

// Volumes that the writer's files lie on, each with small files that its file sets match: what a
// tester would have put there before starting vswriter.exe.
void add_volumes_for(const plan::TestWriterConfig& config, std::vector<plan::VolumePlan>& volumes);

// A file name that the file spec matches.
std::string matching_name(std::string_view filespec);

}  // namespace vsslab::scenario
