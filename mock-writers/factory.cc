#include "mock-writers/factory.h"

#include <memory>
#include <string>
#include <utility>

#include "mock-writers/defects/defects.h"
#include "mock-writers/mirror/mirror.h"
#include "mock-writers/presets/presets.h"
#include "mock-writers/sqlite/writer.h"
#include "mock-writers/testwriter/test_writer.h"

namespace vsslab::mock {

Result<WriterMain> make_writer_main(const plan::WriterPlan& plan, std::uint64_t seed) {
  switch (plan.kind) {
    case plan::WriterKind::test_writer:
      return WriterMain([plan = std::make_shared<const plan::WriterPlan>(plan), seed] {
        return run_test_writer(*plan, seed);
      });
    case plan::WriterKind::mirror: {
      // Read here already: a document that is none is the scenario's fault, not the writer's.
      auto document = DocumentReplay::parse(plan.metadata_xml, plan.metadata_file);
      if (!document) return tl::make_unexpected(std::move(document.error()));
      plan::WriterPlan slim = plan;
      slim.metadata_xml.clear();
      return WriterMain([slim, replay = std::make_shared<const DocumentReplay>(
                                   std::move(*document))] { return run_mirror(slim, *replay); });
    }
    case plan::WriterKind::defect: {
      const Defect* const defect = find_defect(plan.class_name);
      if (defect == nullptr) {
        return fail(Error{"there is no defective writer '" + plan.class_name + "'",
                          {},
                          plan.line,
                          {},
                          "'vsslab list defects' names them"});
      }
      return WriterMain([plan = std::make_shared<const plan::WriterPlan>(plan), seed, defect] {
        return defect->run(*plan, seed);
      });
    }
    case plan::WriterKind::preset: {
      const Preset* const preset = find_preset(plan.class_name, PresetKind::writer);
      if (preset == nullptr) break;
      return WriterMain([preset] {
        WCHAR name[] = L"writer.exe";
        WCHAR* arguments[] = {name, NULL};
        return preset->main(1, arguments);
      });
    }
    case plan::WriterKind::sqlite:
      return WriterMain([plan, seed] { return sqlite::run_sqlite_writer(plan, seed); });
    case plan::WriterKind::program:
      break;  // no class of ours
  }
  return fail(Error{"there is no preset writer '" + plan.class_name + "'", {}, plan.line, {}, {}});
}

}  // namespace vsslab::mock
