// The parts of a scenario file, one function each. Internal to scenario/; they throw Refused.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scenario/read.h"

namespace vsslab::scenario {

inline constexpr std::string_view kTestWriterId = "5affb034-969f-4919-8875-88f830d0ef89";
inline constexpr std::string_view kSystemProviderId = "b5946137-7b9f-4925-af80-51abd60b20d5";

struct WindowsMachine;

// Scenario and Machine: @format, @seed, @profile.
void read_lab_settings(const Source& source, const xml::Element& root, plan::ScenarioPlan& plan);
// Services, Volumes, Writers, Provider, Providers, in this order whatever the file's: the later
// ones name the earlier ones.
void read_lab_parties(const Source& source, const xml::Element& root, plan::ScenarioPlan& plan);
// After all parties: Wire, programs.
void finish_lab(const Source& source, const xml::Element& root, plan::ScenarioPlan& plan);
// The children of that name, one after another; a second one is refused where one may stand.
enum class Times : std::uint8_t { once, any };
using ReadPart = std::function<void(const xml::Element&)>;
void each_part(const Source& source, const xml::Element& root, std::string_view name, Times times,
               const ReadPart& read);

// "\\?\Volume{…}\": the name of a volume that has no letter.
std::optional<Guid> guid_of_volume_name(std::string_view name);

void read_volumes(const Source& source, const xml::Element& element, plan::ScenarioPlan& plan);
// @content, @size or @ranges of a file that the scenario makes.
void read_content(const Source& source, const xml::Element& element, plan::FilePlan& file);
void read_services(const Source& source, const xml::Element& element, plan::ScenarioPlan& plan);
// After the services.
void check_files_in_use(const Source& source, const xml::Element& element,
                        const plan::ScenarioPlan& plan);
// The Windows that Scenario@machine names, else the server of the profile.
const WindowsMachine& machine_of(const Source& source, const plan::ScenarioPlan& plan);
// Scenario@machine, @roles: the writers that come with that Windows, and its volumes where the
// scenario has none. After Volumes.
void add_machine(const Source& source, plan::ScenarioPlan& plan);
// Without Volumes the machine has C:\, its Windows' and what the files of Test Writers and the
// documents of mirrors name. After Writers.
void add_missing_volumes(plan::ScenarioPlan& plan);
// <Writers>; a Writer with count= becomes so many writers.
void read_writers(const Source& source, const xml::Element& element, plan::ScenarioPlan& plan);
void read_provider(const Source& source, const xml::Element& element, plan::ScenarioPlan& plan);
// Of a party with exec=; none otherwise.
std::optional<plan::ProgramPlan> read_program(const Source& source, const xml::Element& element);
void check_programs(const Source& source, const xml::Element& root, const plan::ScenarioPlan& plan);
void read_wire(const Source& source, const xml::Element& element, plan::ScenarioPlan& plan);
// After writers and providers: steps name them.
void read_requester(const Source& source, const xml::Element& element, plan::ScenarioPlan& plan);
// VShadow, DiskShadow, VssAdmin, or BETest with arguments=.
bool is_tool_call(const xml::Element& element);
plan::ToolPlan read_tool_call(const Source& source, const xml::Element& element);
// After all parties.
void read_expect(const Source& source, const xml::Element& element, plan::ScenarioPlan& plan);
void check_wire_parties(const Source& source, const xml::Element& element,
                        const plan::ScenarioPlan& plan);

// Adds a requester, writer or provider name, which has to be new among its kind.
void check_new_name(const Source& source, const xml::Element& element, std::string_view name,
                    const std::vector<std::string_view>& known, std::string_view kind);

}  // namespace vsslab::scenario
