// Every limit of the toolkit by name. A message about a limit carries the name.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/time.h"

namespace vsslab::limits {

// Inputs.
inline constexpr std::size_t kInputBytesMax = 64ULL << 20;  // input_bytes_max: any file read
// What vsslab writes itself is larger: ten thousand writers' journal, the result of all scenarios.
inline constexpr std::size_t kJournalBytesMax = 512ULL << 20;  // journal_bytes_max
inline constexpr std::size_t kResultBytesMax = 512ULL << 20;   // result_bytes_max
inline constexpr std::size_t kScenarioBytesMax = 16ULL << 20;  // scenario_bytes_max
inline constexpr int kXmlDepthMax = 64;                        // xml_depth_max
inline constexpr std::size_t kXmlAttributesMax = 256;          // xml_attributes_max, of one element
// xml_nodes_max: elements, attributes, texts and comments of one document. The largest real one
// known (a System Writer's, 2 MB) has 76,000; with this many a hostile document stays under 1 GiB.
inline constexpr std::size_t kXmlNodesMax = 1'500'000;
inline constexpr std::size_t kJournalEventsMax = 20'000'000;       // journal_events_max
inline constexpr std::size_t kJournalLineBytesMax = 1ULL << 20;    // journal_line_bytes_max
inline constexpr std::size_t kJournalArgsMax = 256;                // journal_args_max, of one event
inline constexpr std::size_t kSuggestWordBytesMax = 64;            // suggest_word_bytes_max
inline constexpr int kEnvNestingMax = 32;                          // env_nesting_max
inline constexpr std::size_t kExpandedPathBytesMax = 64ULL << 10;  // expanded_path_bytes_max
inline constexpr int kScenarioFilesMax = 10'000;                // scenario_files_max, named in one
inline constexpr std::size_t kBetestTextBytesMax = 1ULL << 20;  // betest_text_bytes_max: /C files
inline constexpr std::size_t kWriterDocumentsBytesMax = 512ULL << 20;  // writer_documents_bytes_max
inline constexpr std::size_t kSuiteScenariosMax = 100'000;             // suite_scenarios_max

// The lab.
inline constexpr std::size_t kWritersMax = 20'000;                 // writers_max, of one scenario
inline constexpr std::size_t kStepsMax = 100'000;                  // steps_max, of one scenario
inline constexpr std::size_t kTasksMax = 200'000;                  // tasks_max, alive at once
inline constexpr std::size_t kFiberStackBytes = 256ULL << 10;      // fiber_stack_bytes
inline constexpr std::uint64_t kVirtualEventsMax = 2'000'000'000;  // virtual_events_max, of one run

// Where the documents name no limit, ours keep one silent party from holding up a backup for ever.
inline constexpr Duration kWriterResponseLimit = std::chrono::minutes(10);  // writer_response_limit
inline constexpr Duration kProviderResponseLimit =
    std::chrono::minutes(10);  // provider_response_limit
inline constexpr Duration kProviderUnloadLimit =
    std::chrono::seconds(10);  // provider_unload_limit: OnUnload when the machine goes down
inline constexpr std::size_t kWriterSessionsMax = 64;  // writer_sessions_max: slots of one writer

inline constexpr std::size_t kFolderEntriesMax = 1'000'000;  // folder_entries_max, of a folder=
inline constexpr std::size_t kPathBytesMax = 98'301;         // path_bytes_max: 32,767 characters
inline constexpr std::size_t kPathDepthMax = 256;            // path_depth_max, names in a path
inline constexpr std::size_t kFileNameBytesMax = 765;        // file_name_bytes_max: 255 characters
inline constexpr std::uint64_t kFileReadBytesMax = 1ULL << 30;  // file_read_bytes_max, at once

// Of one party's process.
inline constexpr std::size_t kProcessOutputBytesMax = 16ULL << 20;  // process_output_bytes_max
inline constexpr std::size_t kProcessHandlesMax = 1'000'000;        // process_handles_max

// Between processes (docs/protocol.md).
inline constexpr std::size_t kFrameBytesMax = 16ULL << 20;      // frame_bytes_max
inline constexpr std::size_t kSendQueueBytesMax = 64ULL << 20;  // send_queue_bytes_max
inline constexpr std::size_t kCallsOpenMax = 1024;              // calls_open_max, of one connection
inline constexpr std::size_t kNestedCallsMax = 8;               // nested_calls_max, in one task
inline constexpr std::size_t kRemoteObjectsMax = 100'000;  // remote_objects_max, of one connection
inline constexpr std::size_t kConnectionsMax = 4096;       // connections_max
// event_text_characters_max, as ReportEvent has it
inline constexpr std::size_t kEventTextCharactersMax = 31'839;
inline constexpr std::size_t kPartyNameBytesMax = 128;  // party_name_bytes_max
inline constexpr std::size_t kArrayItemsMax = 65'536;   // array_items_max, in one argument
inline constexpr std::size_t kProgramsMax = 100'000;    // programs_max, in one run
inline constexpr Duration kHelloLimit = std::chrono::seconds(10);         // hello_limit
inline constexpr Duration kProgramStartLimit = std::chrono::seconds(30);  // program_start_limit
inline constexpr Duration kServiceGoneLimit = std::chrono::seconds(10);   // service_gone_limit
inline constexpr Duration kConnectLimit = std::chrono::seconds(10);       // connect_limit

// VSS's own numbers (spec: timing).
inline constexpr Duration kFreezeLimitDefault = std::chrono::seconds(60);
inline constexpr Duration kFlushAndHoldLimit = std::chrono::seconds(10);
inline constexpr std::size_t kVolumesInSetMax = 64;
inline constexpr std::size_t kSoftwareCopiesPerVolumeMax = 512;

}  // namespace vsslab::limits
