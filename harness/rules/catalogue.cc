#include <algorithm>
#include <vector>

#include "rules/families.h"

namespace vsslab {
namespace {

using FamilyRules = std::span<const Rule* const> (*)();

// One line a rule file. A family that is not listed here does not exist.
constexpr FamilyRules kFamilies[] = {
    rules::writer_init_rules,
    rules::writer_order_rules,
    rules::writer_shutdown_rules,
    rules::writer_taking_part_rules,
    rules::writer_state_rules,
    rules::writer_time_rules,
    rules::writer_fail_rules,
    rules::writer_ident_rules,
    rules::writer_prep_rules,
    rules::writer_snap_rules,
    rules::writer_abort_rules,
    rules::writer_setter_rules,
    rules::writer_incremental_rules,
    rules::writer_idle_rules,
    rules::coordinator_order_rules,
    rules::coordinator_time_rules,
    rules::coordinator_limit_rules,
    rules::coordinator_event_rules,
    rules::coordinator_life_rules,
    rules::coordinator_storage_rules,
    rules::requester_init_rules,
    rules::requester_refused_rules,
    rules::requester_async_rules,
    rules::requester_context_rules,
    rules::requester_meta_rules,
    rules::requester_state_rules,
    rules::requester_components_rules,
    rules::requester_set_rules,
    rules::requester_volumes_rules,
    rules::requester_prepare_rules,
    rules::requester_status_rules,
    rules::requester_done_rules,
    rules::requester_abort_rules,
    rules::requester_documents_rules,
    rules::requester_query_rules,
    rules::requester_copy_rules,
    rules::requester_stamp_rules,
    rules::requester_expose_rules,
    rules::requester_success_rules,
    rules::requester_copy_set_rules,
    rules::requester_copy_own_rules,
    rules::requester_changed_file_rules,
    rules::requester_restore_whole_rules,
    rules::requester_backup_base_rules,
    rules::requester_restore_rules,
    rules::requester_restore_method_rules,
    rules::requester_restore_chain_rules,
    rules::requester_restore_target_rules,
    rules::requester_restore_service_rules,
    rules::requester_restore_selection_rules,
    rules::writer_restore_rules,
    rules::writer_express_rules,
    rules::provider_load_rules,
    rules::provider_order_rules,
    rules::provider_prepare_rules,
    rules::provider_commit_rules,
    rules::provider_time_rules,
    rules::provider_abort_rules,
    rules::provider_errors_rules,
    rules::provider_software_rules,
    rules::metadata_document_rules,
    rules::metadata_components_rules,
    rules::metadata_files_rules,
    rules::metadata_schema_rules,
    rules::metadata_dependencies_rules,
    rules::metadata_backup_rules,
    rules::file_range_rules,
};

std::vector<const Rule*> sorted_rules() {
  std::vector<const Rule*> all;
  for (const FamilyRules family : kFamilies) {
    const auto rules = family();
    all.insert(all.end(), rules.begin(), rules.end());
  }
  std::sort(all.begin(), all.end(),
            [](const Rule* a, const Rule* b) { return a->card.id < b->card.id; });
  return all;
}

}  // namespace

std::span<const Rule* const> catalogue() {
  static const std::vector<const Rule*> rules = sorted_rules();
  return rules;
}

const Rule* find_rule(std::string_view id_or_slug) {
  for (const Rule* rule : catalogue()) {
    if (rule->card.id == id_or_slug || rule->card.slug == id_or_slug) return rule;
  }
  return nullptr;
}

}  // namespace vsslab
