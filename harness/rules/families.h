// The rules of each family, as the files of this folder define them. Included by catalogue.cc
// alone.
#pragma once

#include <span>

#include "rules/rule.h"

namespace vsslab::rules {

using RuleSpan = std::span<const Rule* const>;

RuleSpan writer_init_rules();
RuleSpan writer_order_rules();
RuleSpan writer_shutdown_rules();
RuleSpan writer_taking_part_rules();
RuleSpan writer_state_rules();
RuleSpan writer_time_rules();
RuleSpan writer_fail_rules();
RuleSpan writer_ident_rules();
RuleSpan writer_prep_rules();
RuleSpan writer_snap_rules();
RuleSpan writer_abort_rules();
RuleSpan writer_setter_rules();
RuleSpan writer_incremental_rules();
RuleSpan writer_idle_rules();
RuleSpan writer_restore_rules();
RuleSpan writer_express_rules();
RuleSpan coordinator_order_rules();
RuleSpan coordinator_time_rules();
RuleSpan coordinator_limit_rules();
RuleSpan coordinator_event_rules();
RuleSpan coordinator_life_rules();
RuleSpan coordinator_storage_rules();

RuleSpan requester_init_rules();
RuleSpan requester_refused_rules();
RuleSpan requester_async_rules();
RuleSpan requester_context_rules();
RuleSpan requester_meta_rules();
RuleSpan requester_state_rules();
RuleSpan requester_components_rules();
RuleSpan requester_set_rules();
RuleSpan requester_volumes_rules();
RuleSpan requester_prepare_rules();
RuleSpan requester_status_rules();
RuleSpan requester_done_rules();
RuleSpan requester_abort_rules();
RuleSpan requester_documents_rules();
RuleSpan requester_query_rules();
RuleSpan requester_restore_rules();
RuleSpan requester_restore_method_rules();
RuleSpan requester_restore_chain_rules();
RuleSpan requester_restore_target_rules();
RuleSpan requester_restore_service_rules();
RuleSpan requester_restore_selection_rules();
RuleSpan requester_copy_rules();
RuleSpan requester_stamp_rules();
RuleSpan requester_expose_rules();
RuleSpan requester_success_rules();
RuleSpan requester_copy_set_rules();
RuleSpan requester_copy_own_rules();
RuleSpan requester_changed_file_rules();
RuleSpan requester_restore_whole_rules();
RuleSpan requester_backup_base_rules();
RuleSpan provider_load_rules();
RuleSpan provider_order_rules();
RuleSpan provider_prepare_rules();
RuleSpan provider_commit_rules();
RuleSpan provider_time_rules();
RuleSpan provider_abort_rules();
RuleSpan provider_errors_rules();
RuleSpan provider_software_rules();
RuleSpan metadata_document_rules();
RuleSpan metadata_components_rules();
RuleSpan metadata_files_rules();
RuleSpan metadata_schema_rules();
RuleSpan metadata_dependencies_rules();
RuleSpan metadata_backup_rules();
RuleSpan file_range_rules();

}  // namespace vsslab::rules
