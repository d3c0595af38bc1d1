// What the families of defects share. Internal to defects/.
#pragma once

#include <span>
#include <string_view>

#include "mock-writers/components.h"
#include "mock-writers/defects/defects.h"
#include "mock-writers/testwriter/test_writer.h"
#include "mock-writers/text.h"

namespace vsslab::mock {

// One span a family, joined by defects().
std::span<const Defect> registration_defects();
std::span<const Defect> failure_defects();
std::span<const Defect> document_defects();
std::span<const Defect> handler_defects();
std::span<const Defect> component_defects();
std::span<const Defect> express_defects();

// The Test Writer, but a document that VSS does not take whole is handed in all the same.
class Defective : public TestWriter {
 public:
  using TestWriter::TestWriter;
  bool STDMETHODCALLTYPE OnIdentifyEx(IVssCreateWriterMetadataEx* metadata) override {
    build_document(*metadata, config(), true);
    return true;
  }

 protected:
  // A failure as a sound writer reports it, up to the handler's result.
  void complain(HRESULT code, std::string_view why) {
    SetWriterFailure(code);
    log_error(plan().name, why);
  }
};

template <class Writer>
int run_defect(const plan::WriterPlan& plan, std::uint64_t seed) {
  const plan::WriterPlan sound = sound_plan(plan);
  Writer writer(sound, seed);
  return run_writer(writer);
}

// A sound writer whose configuration holds the bug.
template <void (*alter)(plan::WriterPlan&)>
int run_altered(const plan::WriterPlan& plan, std::uint64_t seed) {
  plan::WriterPlan altered = sound_plan(plan);
  alter(altered);
  Defective writer(altered, seed);
  return run_writer(writer);
}

}  // namespace vsslab::mock
