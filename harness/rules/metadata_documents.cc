#include "rules/metadata_documents.h"

#include <fmt/format.h>

#include <algorithm>

namespace vsslab::rules {

void check_building_call(const RunView& run, Findings& out, std::initializer_list<Ev> names,
                         std::initializer_list<Hr> codes, std::string_view expected) {
  for (const Ev name : names) {
    for (const Call* call : run.all(name)) {
      if (call->kind != ActorKind::writer || !call->refused()) continue;
      if (std::find(codes.begin(), codes.end(), call->hr()) == codes.end()) continue;
      out.fail({run.actor_name(*call),
                std::string(expected),
                fmt::format("{} for {}: {}", mention(run, *call),
                            component_text(run.arg(*call, "path").value_or(""),
                                           run.arg(*call, "component").value_or("")),
                            hresult_name(call->hr())),
                {call->seq()}});
    }
  }
  for (const Participation& part : run.participations()) {
    if (part.metadata != nullptr) out.pass(run.writer(part).name);
  }
}

}  // namespace vsslab::rules
