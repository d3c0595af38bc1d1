// A lab with mock writers as processes and one scripted requester.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock-writers/factory.h"
#include "requester/requester.h"
#include "unit/service/fake_provider.h"
#include "unit/service/lab_fixture.h"

namespace vsslab::test {

class PartyLab : public requester::RequesterObserver {
 public:
  PartyLab() : provider_(*lab.scheduler) {
    lab.add_provider("system", *Guid::parse("b5946137-7b9f-4925-af80-51abd60b20d5"),
                     provider_.unknown());
  }

  // What the requester told.
  std::vector<std::string> left_out;  // "writer: path\component (volume)"
  std::vector<std::string> steps;     // "call hr"
  std::vector<std::string> notes;
  std::vector<std::string> mistakes;  // of the scenario
  std::map<std::string, Guid> known_writers;
  std::optional<bool> backup_succeeded;
  int exit_code = -1;

  LabFixture lab;

  LabProcess& add_writer(const plan::WriterPlan& plan, std::uint64_t seed = 1) {
    auto main = mock::make_writer_main(plan, seed);
    if (!main) throw std::runtime_error(main.error().to_text());
    writers_.push_back(&spawn_process(lab.lab, plan.name, *main));
    return *writers_.back();
  }

  // Runs the requesters one after another, then ends the writers by Ctrl-C.
  void run(const std::vector<plan::RequesterPlan>& requesters) {
    spawn_process(lab.lab, "requester", [&] {
      lab.scheduler->sleep_for(std::chrono::seconds(1));
      for (const plan::RequesterPlan& plan : requesters) {
        exit_code = requester::run_requester(plan, *this);
      }
      for (LabProcess* writer : writers_) writer->raise_console_event(CTRL_C_EVENT);
      return exit_code;
    });
    lab.run();
  }
  void back_up(const plan::BackupPlan& backup) {
    plan::RequesterPlan plan;
    plan.operations.emplace_back(backup);
    run({plan});
  }

  void component_left_out(std::string_view writer, std::string_view path,
                          std::string_view component, std::string_view volume) override {
    left_out.push_back(std::string(writer) + ": " + std::string(path) + "\\" +
                       std::string(component) + " (" + std::string(volume) + ")");
  }
  void step_done(const requester::StepResult& result) override {
    steps.push_back(result.step.call + " " + hresult_name(result.hr) +
                    (result.as_expected ? "" : " UNEXPECTED"));
  }
  void operation_done(const requester::OperationResult& result) override {
    backup_succeeded = result.succeeded;
  }
  void note(std::string_view line) override { notes.emplace_back(line); }
  void cannot_play(const Error& mistake) override { mistakes.push_back(mistake.message); }
  std::optional<Guid> class_id_of(std::string_view writer) override {
    const auto known = known_writers.find(std::string(writer));
    if (known == known_writers.end()) return std::nullopt;
    return known->second;
  }

 private:
  FakeProvider provider_;
  std::vector<LabProcess*> writers_;
};

inline plan::WriterPlan files_writer(const std::string& name = "files") {
  plan::WriterPlan plan;
  plan.name = name;
  plan.test.has_restore_method = true;
  plan.test.restore_method = VSS_RME_RESTORE_IF_CAN_REPLACE;
  plan.test.writer_restore = VSS_WRE_NEVER;
  plan::TestComponent component;
  component.name = "Files";
  plan::ComponentFile files;
  files.path = "C:\\data";
  files.filespec = "*.txt";
  component.files.push_back(files);
  plan.test.components.push_back(component);
  return plan;
}

}  // namespace vsslab::test
