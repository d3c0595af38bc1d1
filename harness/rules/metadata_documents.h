// The Writer Metadata Documents of a run, each judged once per writer and session. Shared by the
// metadata families.
#pragma once

#include <initializer_list>
#include <string_view>

#include "rules/support.h"

namespace vsslab::rules {

// Calls look(document, participation, verdicts) for every accepted document that reads.
template <class Look>
void for_each_document(const RunView& run, Findings& out, Look look) {
  for (const Participation& part : run.participations()) {
    const metadata::WriterMetadata* document = document_of(run, part);
    if (document == nullptr) continue;
    Verdicts verdicts(out, run.writer(part).name);
    look(*document, part, verdicts);
  }
}

// "path\name of component", for messages.
inline std::string component_text(const metadata::Component& component) {
  return component_text(component.logical_path, component.name);
}

// A document-building call of a writer that was refused with one of the codes breaks the rule;
// writers whose document was accepted and that made no such call keep it.
void check_building_call(const RunView& run, Findings& out, std::initializer_list<Ev> names,
                         std::initializer_list<Hr> codes, std::string_view expected);

}  // namespace vsslab::rules
