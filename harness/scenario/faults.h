// FailEvent and Fault elements. Internal to scenario/.
#pragma once

#include <string_view>
#include <vector>

#include "scenario/read.h"

namespace vsslab::scenario {

// Events that reach a writer, by the Test Writer's names (and BackupShutdown, which it lacks).
const std::vector<std::string_view>& writer_events();
// Calls that reach a provider.
const std::vector<std::string_view>& provider_calls();
// What the service does itself while it makes a set; the party is a volume, or "vss".
const std::vector<std::string_view>& service_steps();
// Calls of a requester that VSS sees.
const std::vector<std::string_view>& requester_calls();

// <FailEvent writerEvent="Freeze" retryable="yes" numFailures="1" action="hang" delay="75s"/>
plan::Fault read_fail_event(const Source& source, const xml::Element& element);
// <Fault event="CommitSnapshots" action="late" delay="12s"/> inside Provider
plan::Fault read_provider_fault(const Source& source, const xml::Element& element);
// <Fault party="orders-db" event="Freeze" action="drop"/> inside Wire
plan::Fault read_wire_fault(const Source& source, const xml::Element& element);

}  // namespace vsslab::scenario
