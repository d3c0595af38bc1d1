// What a scenario asks for, as plain structs: made by scenario/, read by run/, service/, requester/
// and the mocks. Values of SDK enumerations are kept as their SDK numbers; text is UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/guid.h"
#include "core/hresult.h"
#include "core/limits.h"
#include "core/time.h"
#include "plan/program.h"

namespace vsslab::plan {

// ---- faults ------------------------------------------------------------------------------------

enum class FaultAction {
  fail,        // SetWriterFailure(code) and false; a provider call returns `code`
  veto,        // SetWriterFailure(code) and true
  silent,      // false without a code
  hang,        // never returns (or returns after `delay` when one is given)
  late,        // sleeps `delay`, then does its work and succeeds
  crash,       // the party's process ends
  exception,   // a C++ exception leaves the handler
  wrong_code,  // like fail, with a code that is not allowed there
  // Faults of the wire: the service becomes the liar.
  drop,    // the call never reaches the party; the service believes it succeeded
  twice,   // delivered two times
  early,   // delivered before the call named by `relative_to` crosses
  after,   // held back until the call named by `relative_to` has crossed
  result,  // the caller is told `code` (or `state`) instead of the truth
};

struct Fault {
  FaultAction action = FaultAction::fail;
  std::string event;  // "Freeze", "CommitSnapshots", "StartSnapshotSet": Microsoft's name
  std::string party;  // wire faults: the writer/provider/requester; empty = any
  Duration delay{0};
  std::optional<Hr> code;              // none: chosen by seed among those allowed (retryable ones)
  bool retryable = false;              // FailEvent@retryable
  std::uint32_t failures_max = 0;      // FailEvent@numFailures; 0 = every time
  std::string relative_to;             // early/after: a call or event name
  std::optional<std::uint32_t> state;  // result of GetWriterStatus: a VSS_WRITER_STATE
  std::string argument;                // result: name of the other output that is falsified
  std::string value;                   // and its false value
  bool of_wire = false;                // else the party itself misbehaves
  int line = 0;
};

// ---- writers -----------------------------------------------------------------------------------

struct AlternateMapping {
  std::string path, filespec;
  bool recursive = false;
  std::string alternate_path;
  int line = 0;
};

struct FileSpec {  // ExcludeFile
  std::string path, filespec;
  bool recursive = false;
  int line = 0;
};

struct ComponentFile {
  std::string path, filespec;
  bool recursive = false;
  std::string alternate_path;
  std::uint32_t backup_type_mask = 0x0F0F;  // VSS_FILE_SPEC_BACKUP_TYPE
  bool log_file = false;                    // database components: AddDatabaseLogFiles
  int line = 0;
};

struct PartialFile {
  std::string path, filespec;
  std::string ranges;  // "offset:length,…"
  int line = 0;
};

struct DifferencedFile {
  std::string path, filespec;
  bool recursive = false;
  std::int64_t last_modified_100ns = 0;  // FILETIME, GMT
  int line = 0;
};

struct Dependency {
  Guid writer_id;
  std::string logical_path, component_name;
  int line = 0;
};

struct TestComponent {
  std::uint32_t type = 2;  // VSS_COMPONENT_TYPE: 1 database, 2 file group
  std::string logical_path, name, caption;
  bool selectable = true;
  bool selectable_for_restore = false;
  bool restore_metadata = false;
  bool notify_on_backup_complete = false;
  std::uint32_t flags = 0;  // VSS_COMPONENT_FLAGS
  std::vector<ComponentFile> files;
  std::vector<PartialFile> partial_files;
  std::vector<DifferencedFile> differenced_files;
  std::vector<Dependency> dependencies;
  // Ours: what the writer says in PreRestore.
  std::uint32_t restore_target = 0;  // VSS_RESTORE_TARGET; 0: it says nothing
  struct DirectedTarget {
    std::string path, filespec, ranges;
    std::string to_path, to_filespec, to_ranges;
    int line = 0;
  };
  std::vector<DirectedTarget> directed_targets;
  int line = 0;
};

// Microsoft's Test Writer configuration (vss-test-writer-tool.md), every element and attribute.
struct TestWriterConfig {
  std::uint32_t usage = 3;        // VSS_USAGE_TYPE
  std::uint32_t data_source = 3;  // VSS_SOURCE_TYPE (ours; the Test Writer page has no attribute)
  std::string verbosity = "medium";
  bool delete_files = false;
  bool delete_partial_files = false;
  bool delete_differenced_files = false;
  bool check_includes = false;
  bool check_excludes = false;
  bool supports_copy = false;  // the schema bits are off until a file asks for them
  bool supports_differential = false;
  bool supports_incremental = false;
  bool supports_log = false;
  bool supports_new_target = true;
  std::uint32_t backup_schema = 0;  // ours: more bits of VSS_BACKUP_SCHEMA
  bool has_restore_method = false;
  std::uint32_t restore_method = 0;  // VSS_RESTOREMETHOD_ENUM
  std::uint32_t writer_restore = 0;  // VSS_WRITERRESTORE_ENUM
  bool reboot_required = false;
  std::string service;
  std::vector<AlternateMapping> alternate_mappings;
  std::vector<FileSpec> exclude_files;
  std::vector<FileSpec> exclude_files_from_snapshot;  // ours
  std::vector<TestComponent> components;
  std::vector<Fault> fail_events;
};

// An application that keeps its books in an SQLite database, with a writer (mock-writers/sqlite).
struct SqliteConfig {
  std::string database;                 // "D:\\ledger\\ledger.db"
  std::string journal_mode = "DELETE";  // SQLite's words
  std::string synchronous = "FULL";
  std::string freeze = "hold";  // or "ignore": it goes on writing
  bool registers = true;        // it has a VSS writer at all
  bool any_order = false;       // unsynced writes get to the volume torn, or later
  Duration work = std::chrono::milliseconds(20);    // between the statements of a transaction
  Duration every = std::chrono::milliseconds(200);  // from one transaction to the next
};

enum class WriterKind {
  test_writer,  // mock-writers/testwriter, driven by `test`
  mirror,       // answers Identify with a captured document
  preset,       // a class of mock-writers/presets by name
  defect,       // a class of mock-writers/defects by name
  program,      // a program of its own: WriterPlan::program
  sqlite,       // mock-writers/sqlite, driven by `sqlite`
};

struct WriterPlan {
  std::string name;                    // the actor's name in the journal, unique in the scenario
  std::optional<ProgramPlan> program;  // then nothing else says what it is
  WriterKind kind = WriterKind::test_writer;
  std::string class_name;         // preset or defect
  std::optional<Guid> writer_id;  // default: the Test Writer's 5affb034-969f-4919-8875-88f830d0ef89
  std::string friendly_name;      // default: `name`
  std::string instance_name;
  std::uint32_t application_level = 3;   // VSS_APPLICATION_LEVEL, 3 = front end
  std::optional<Duration> freeze_limit;  // dwTimeoutFreeze; none: the API's default
  TestWriterConfig test;
  SqliteConfig sqlite;
  std::string metadata_xml;       // mirror: the captured document
  std::string metadata_file;      // where it came from, for messages
  bool keep_instance_id = false;  // mirror
  // Mirror: how long its backups may be restored; it says so in their metadata.
  std::optional<Duration> backup_lifetime;
  std::vector<Fault> faults;  // FailEvent of mirrors, presets, defects
  Duration start_delay{0};
  bool subject = false;  // `vsslab conform` puts the party under test here
  int line = 0;
};

// ---- volumes and providers ---------------------------------------------------------------------

struct FilePlan {
  std::string path;  // "C:\\TestPath\\a.txt"
  std::string content;
  std::uint64_t size = 0;  // when content is empty: filled by seed
  bool directory = false;
  std::uint32_t attributes = 0;  // FILE_ATTRIBUTE_…
  std::optional<Time> modified;  // since the lab's start; may be before it
  // Some program keeps it open and lets others read: the service of that name, or "yes" for one
  // that runs until the machine restarts.
  std::string in_use;
  int line = 0;
};

struct ServicePlan {
  std::string name;
  std::string display_name;
  bool running = true;
  bool stoppable = true;
  bool startable = true;
  bool automatic = true;
  Duration stop_time{0}, start_time{0};
  int line = 0;
};

struct VolumePlan {
  std::string root;    // "C:\\"
  std::string folder;  // of the host: its files; empty: the lab's own
  Guid guid;           // of \\?\Volume{…}\; null: made from the seed
  std::string file_system = "NTFS";
  std::uint64_t size = 1ULL << 40;  // bytes; sparse
  std::vector<std::string> mounts;  // folders of other volumes that lead here
  std::vector<FilePlan> files;
  int line = 0;
};

struct ProviderPlan {
  std::string name = "system";
  std::optional<ProgramPlan> program;
  std::string class_name;            // empty: the reference system provider; else a defect by name
  std::optional<Guid> provider_id;   // default: the system provider's id
  std::vector<std::string> volumes;  // volumes that it supports; empty: all
  std::uint32_t copies_per_volume_max = 512;
  std::vector<Fault> faults;
  bool subject = false;
  int line = 0;
};

// ---- requesters --------------------------------------------------------------------------------

// One call of IVssBackupComponents (or IVssAsync), by Microsoft's name. The names and arguments
// that exist stand in plan/step_calls.h.
struct Step {
  std::string call;
  std::vector<std::pair<std::string, std::string>> args;  // as written, `object` and `expect` apart
  std::uint32_t object = 1;  // which of the requester's backup objects; made at its first use
  std::optional<Hr> expect;  // the HRESULT the scenario wants; none: any
  int line = 0;
};

// A text that steps name: a file given to a step (`document`), read by the loader.
struct NamedDocument {
  std::string name;
  std::string text;
};

// BETest's XML: which components to take. Empty writers: everything, by the documented rules.
struct BetestSelection {
  struct Component {
    std::string logical_path, name;
    int line = 0;
    bool any_path = false;  // the old text form names a component by its name alone
  };
  struct Writer {
    Guid writer_id;
    std::vector<Component> components;  // empty: all of the writer's
    int line = 0;
  };
  std::vector<Writer> writers;
};

// Backup@…: what BETest's switches say.
struct BackupPlan {
  std::string name = "backup";  // in messages and expectations
  std::uint32_t type = 1;       // VSS_BACKUP_TYPE
  std::uint32_t context = 0;    // VSS_SNAPSHOT_CONTEXT with attributes
  bool component_mode = true;
  bool bootable_system_state = false;
  bool partial_file_support = false;
  bool stop_error = false;            // BETest /StopError
  bool skip_backup_complete = false;  // BETest /NBC
  bool snapshot_only = false;         // BETest /Snapshot
  bool check_status = true;           // GatherWriterStatus after each phase
  std::vector<std::string> volumes;   // the set; empty: every volume that the components touch
  Duration copy_time{0};              // how long the copying takes
  std::vector<std::string> exclude_writers;  // by name or id: DisableWriterClasses
  // A call after whose first success the requester gives up with AbortBackup; empty: none.
  std::string aborts_after;
  // A call in which its process dies, `dies_later` after the call was made: an asynchronous one is
  // then still under way.
  std::string dies_in;
  Duration dies_later{0};
  std::vector<std::string> only_writers;  // by name or id: EnableWriterClasses
  std::string to;       // BETest /D: the folder that gets the files; empty: nothing is copied
  std::string base;     // BETest /Pre: folder of the backup that this one builds on
  std::string options;  // SetBackupOptions of every component
  // A database of the machine that is looked through on its shadow copy; empty: none.
  std::string check_database;
  std::optional<BetestSelection> selection;  // of this backup alone; else the requester's
  int line = 0;
};

struct ComponentRestore {
  std::string writer;  // name or class id
  std::string logical_path, name;
  bool any_path = false;                      // by its name alone
  std::string options;                        // SetRestoreOptions
  std::string restore_name;                   // SetRestoreName
  std::optional<std::uint32_t> roll_forward;  // SetRollForward, VSS_ROLLFORWARD_TYPE
  std::string roll_forward_point;
  bool authoritative = false;
  std::string instance;  // SetSelectedForRestoreEx: name of a writer of the scenario
  std::vector<AlternateMapping> new_targets;
  struct Subcomponent {
    std::string logical_path, name;
  };
  std::vector<Subcomponent> subcomponents;
  int line = 0;
};

// Restore@…: a whole restore by the documented rules.
struct RestorePlan {
  std::string name = "restore";
  std::vector<std::string> from;  // backup folders, the oldest first: a chain
  std::uint32_t type = 0;         // VSS_RESTORE_TYPE; 0: SetRestoreState is not called
  bool custom = false;            // components of writers with the CUSTOM method too
  bool authoritative = false;     // BETest /Auth
  bool stop_error = false;
  bool check_status = true;
  std::string ranges_folder;                 // ranges files come back there, not to their own place
  std::vector<std::string> exclude_writers;  // by name or id
  std::vector<ComponentRestore> components;  // empty: everything that was backed up
  int line = 0;
};

// What the machine's own programs do to files between the operations of a requester.
struct FileChange {
  enum class Kind { write, append, remove, remove_directory, move, set };
  Kind kind = Kind::write;
  FilePlan file;
  std::string to;  // move
};

struct ChangePlan {
  std::vector<FileChange> changes;
  int line = 0;
};

// The machine goes down and comes up: writers start anew, delayed moves are made.
struct RebootPlan {
  Duration takes = std::chrono::minutes(1);
  int line = 0;
};

// A database is opened and looked through, where nothing is written.
struct DatabaseCheckPlan {
  std::string name = "check";
  std::string path;
  int line = 0;
};

// One call of a tool that users know (requester/tools), and its user.
struct ToolPlan {
  std::string name;  // of the operation; the tool's own where none is given
  std::string tool;  // "vshadow"
  std::vector<std::string> arguments;
  std::vector<std::string> lines;    // typed at its prompts
  std::vector<NamedDocument> files;  // of its user, by the names that arguments or scripts use
  int exit = 0;                      // the code that it should end with
  int line = 0;
};

using Operation =
    std::variant<BackupPlan, RestorePlan, ChangePlan, RebootPlan, DatabaseCheckPlan, ToolPlan>;

struct RequesterPlan {
  std::string name = "requester";
  std::optional<ProgramPlan> program;
  Duration start_delay{0};
  std::vector<Step> steps;               // scripted; or
  std::vector<NamedDocument> documents;  // files that steps name
  std::vector<Operation> operations;     // whole backups and restores, in their order
  std::optional<BetestSelection> betest;
  std::string class_name;  // a preset requester's main function
  bool subject = false;
  int line = 0;

  // The first of them.
  const BackupPlan* backup() const {
    for (const Operation& operation : operations) {
      if (const auto* backup = std::get_if<BackupPlan>(&operation)) return backup;
    }
    return nullptr;
  }
};

// ---- expectations ------------------------------------------------------------------------------

struct ExpectRule {
  std::string id;       // rule id
  std::string subject;  // writer/provider/requester name; empty: any
  std::string verdict;  // pass | fail | warning | not-applicable | inconclusive
  int line = 0;
};

struct ExpectWriterStatus {
  std::string writer;
  std::string after;  // the call after which the status was asked for, e.g. DoSnapshotSet
  std::optional<std::uint32_t> state;
  std::optional<Hr> code;
  int line = 0;
};

// An argument that an event has to have: exactly this value, or a part of it.
struct ExpectArgument {
  std::string name, value;
  bool part = false;
};

struct ExpectEvent {
  std::string actor;  // "writer:files", "service:vss", …
  std::string name;
  std::vector<ExpectArgument> arguments;  // only events with all of them count
  std::optional<Duration> within;         // of the first `of` event of the same actor
  std::string of;
  std::optional<std::uint32_t> count;  // exactly
  std::optional<Hr> hr;
  bool absent = false;
  int line = 0;
};

struct ExpectCall {
  std::string requester, call;
  Hr hr = 0;
  int line = 0;
};

// How a party ends, and that is as it should be.
struct ExpectParty {
  std::string actor;  // "writer:files"
  std::string ends;   // well | crash | hang | exit
  int line = 0;
};

// Whether a whole backup or restore of a requester comes about.
struct ExpectBackup {
  std::string requester;
  std::string operation;  // its name; empty: the requester's backups
  bool made = true;
  int line = 0;
};

// What a file or folder of the machine is like at the end.
struct ExpectFile {
  std::string path;
  bool exists = true;
  bool directory = false;
  std::optional<Time> modified;
  std::optional<std::uint32_t> attributes;  // of R, H, S and A
  std::optional<std::string> content;
  std::optional<std::uint64_t> size;
  std::string same_as;  // as a file of the scenario was when the machine was made
  int line = 0;
};

// What a look at a database (Backup@checkDatabase, CheckDatabase) has to find.
struct ExpectDatabase {
  std::string of;                 // the operation's name
  std::optional<bool> sound;      // SQLite's own integrity check
  std::optional<bool> complete;   // exactly the first so many transactions, and their sums
  std::optional<bool> recovered;  // SQLite had to roll back or replay first
  bool frozen = false;            // as many transactions as the writer told of in the document
  std::optional<std::uint64_t> transactions;
  int line = 0;
};

struct Expectations {
  std::vector<ExpectRule> rules;
  // Rules@verdict, for every rule that has no line of its own: "pass" or "any". None: nothing was
  // said, and every MUST rule has to pass.
  std::optional<std::string> other_rules;
  std::vector<ExpectWriterStatus> writer_status;
  std::vector<ExpectEvent> events;
  std::vector<ExpectCall> calls;
  std::vector<ExpectParty> parties;
  std::vector<ExpectBackup> backups;
  std::vector<ExpectFile> files;
  std::vector<ExpectDatabase> databases;
};

// ---- the scenario ------------------------------------------------------------------------------

enum class Clock { virtual_time, real };
enum class Ties { seeded, first_come };

// A value for one of the scenario's declared parameters.
struct Setting {
  std::string name, value;
};

struct ScenarioPlan {
  std::string name;         // "timing/freeze-hang": from the path when it lies below scenarios/
  std::string file;         // as given on the command line
  std::string description;  // the first comment
  Clock clock = Clock::virtual_time;
  Ties ties = Ties::seeded;
  std::uint64_t seed = 42;
  Duration budget = std::chrono::minutes(30);
  std::string profile = "ws2022";
  bool client = false;                     // a Windows for clients: its tools can do less
  std::optional<Duration> response_limit;  // of a party where the documents name none
  std::vector<VolumePlan> volumes;         // empty: C:\ alone
  std::vector<ServicePlan> services;
  std::vector<WriterPlan> writers;
  std::vector<ProviderPlan> providers;  // empty: the system provider
  std::vector<RequesterPlan> requesters;
  std::vector<Fault> wire_faults;
  Expectations expect;
  std::vector<Setting> settings;  // what the caller set; parameters left alone are not here
  std::string inputs_digest;      // of every file that was read for the plan; empty: not known
};

}  // namespace vsslab::plan
