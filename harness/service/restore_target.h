// Which instance of a writer a component is restored to.
#pragma once

#include <cstddef>
#include <optional>

#include "service/impl.h"

namespace vsslab {

// The instance that gets the component's restore events: the one that SetSelectedForRestoreEx
// names; else the one that was backed up, when it still runs; else one whose document has such a
// component; else the class's first. Null when none of the class is there. Server 2003 knows one
// instance of a class in restores (VSSW-REST-013).
const WriterRecord* restored_to(const LabVss::Impl& service, const BackupSession& session,
                                const WriterComponents& components, const ComponentEntry& entry);

// The part of the document that a writer gets in PreRestore and PostRestore: the first of its class
// with a component that is selected for it.
std::optional<std::size_t> restore_entry_of(const LabVss::Impl& service,
                                            const BackupSession& session,
                                            const WriterRecord& writer);

}  // namespace vsslab
