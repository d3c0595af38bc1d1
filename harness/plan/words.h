// The words of the SDK's enumerations and of the Test Writer's configuration, with their numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/error.h"
#include "plan/plan.h"

namespace vsslab::plan {

// A word and its number. Several words may stand for one number: the first is the one that
// `word_of` gives back, the others are documented aliases.
struct Word {
  std::string_view word;
  std::uint32_t value;
};
using Words = std::span<const Word>;

// From vss.h.
Words backup_types();         // VSS_BT_FULL, FULL, …
Words restore_types();        // VSS_RTYPE_BY_COPY, …
Words rollforward_types();    // VSS_RF_ALL, …
Words snapshot_contexts();    // VSS_CTX_BACKUP, … and the attributes that may be or'ed in
Words snapshot_attributes();  // VSS_VOLSNAP_ATTR_…
Words object_types();         // VSS_OBJECT_SNAPSHOT, …
Words writer_states();        // VSS_WS_STABLE, …
Words application_levels();   // VSS_APP_FRONT_END, …
Words hardware_options();     // VSS_BREAKEX_FLAG_…
Words recovery_options();     // VSS_RECOVERY_…
// From vswriter.h.
Words usage_types();            // USER_DATA, VSS_UT_USERDATA, …
Words source_types();           // TRANSACTION_DB, VSS_ST_TRANSACTEDDB, …
Words restore_methods();        // RESTORE_IF_CAN_BE_REPLACED, RESTORE_IF_CAN_REPLACE, …
Words restore_targets();        // VSS_RT_ORIGINAL, …
Words writer_restores();        // never, replaceFails, always
Words backup_schemas();         // VSS_BS_…
Words component_types();        // filegroup, database, VSS_CT_…
Words component_flags();        // VSS_CF_…
Words file_restore_statuses();  // VSS_RS_…
Words subscribe_masks();        // VSS_SM_…

// "wrong-code"
std::string_view fault_action_name(FaultAction action);

// The number of one word.
std::optional<std::uint32_t> value_of(Words words, std::string_view word);
// The first word of a number; empty when it has none.
std::string_view word_of(Words words, std::uint32_t value);
// One word, or a number written in hexadecimal (0x…). The error names the value and suggests a
// word.
Result<std::uint32_t> parse_word(Words words, std::string_view text);
// Words joined by '|' (blanks around it are fine), or a number in hexadecimal.
Result<std::uint32_t> parse_mask(Words words, std::string_view text);
// "FULL, INCREMENTAL, …": for messages.
std::string list_words(Words words);

}  // namespace vsslab::plan
