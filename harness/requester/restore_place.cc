#include "requester/restore_place.h"

namespace vsslab::requester {

namespace {

using Method = metadata::RestoreMethodType;
using Target = metadata::RestoreTarget;
using Where = Decision::Where;

Decision alternate_or(const PlaceFacts& facts, std::string_view why) {
  if (!facts.full_mapping) return {Where::refused, why};
  if (!facts.alternate_usable) {
    return {Where::refused, "the alternate locations cannot be written"};
  }
  return {Where::alternate};
}

bool original_usable(const PlaceFacts& facts) {
  return facts.present_replaceable && facts.absent_creatable;
}

Decision by_method(Method method, const PlaceFacts& facts) {
  switch (method) {
    case Method::restore_if_not_there:
      if (!facts.any_present && facts.absent_creatable) return {Where::original};
      if (facts.full_mapping && facts.alternate_present) {
        return {Where::refused, "files are there, at the alternate locations too"};
      }
      return alternate_or(facts, "files are there, and not every file has an alternate location");
    case Method::restore_if_can_replace:
    case Method::stop_restore_start:
    case Method::restore_stop_start:
      if (original_usable(facts)) return {Where::original};
      return alternate_or(facts,
                          "files cannot be replaced, and not every file has an alternate location");
    case Method::restore_to_alternate_location:
      return alternate_or(facts, "not every file has an alternate location");
    case Method::restore_at_reboot:
      return {Where::at_reboot};
    case Method::restore_at_reboot_if_cannot_replace:
      return original_usable(facts) ? Decision{Where::original} : Decision{Where::at_reboot};
    case Method::custom:
      return {Where::by_writer};
    case Method::undefined:
      break;
  }
  return {Where::refused, "the writer names no restore method"};
}

}  // namespace

Decision decide(Method method, Target target, const PlaceFacts& facts) {
  // Targets can do nothing about these (setting-vss-restore-targets.md).
  const bool fixed = method == Method::restore_at_reboot ||
                     method == Method::restore_at_reboot_if_cannot_replace ||
                     method == Method::custom || method == Method::undefined;
  if (fixed) return by_method(method, facts);
  switch (target) {
    case Target::alternate:
      return alternate_or(facts,
                          "the writer asks for ALTERNATE, and not every file has such a location");
    case Target::original_location:
      if (original_usable(facts)) return {Where::original};
      return {Where::refused, "the writer asks for the place of the backup, which is not writable"};
    default:
      return by_method(method, facts);
  }
}

}  // namespace vsslab::requester
