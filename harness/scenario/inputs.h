// What a plan was read from, as one file: enough to run it again when the files have changed, or
// when they came from standard input.
//
//   vsslab-inputs 1
//   ! writer=VswriterSample.xml          or: ! scenario=<stdin>
//   ! betest=BetestSample.xml
//   ! type=FULL
//   file 2164 VswriterSample.xml
//   …2164 bytes…
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "core/error.h"
#include "plan/plan.h"
#include "scenario/scenario.h"

namespace vsslab::scenario {

struct InputFile {
  std::string path;  // as it was asked for
  std::string bytes;
};

struct Inputs {
  std::string scenario = {};             // the scenario's path; or
  std::string writer = {}, betest = {};  // Microsoft's pair
  std::string type = {};                 // and the backup type's word
  std::vector<InputFile> files = {};
};

// Reads through another reader and notes what it hands on. Has to outlive its reader().
class InputRecorder {
 public:
  enum class Keep { digest, files };
  InputRecorder(FileReader from, Keep keep) : from_(std::move(from)), keep_(keep) {}

  FileReader reader();
  // Of the bytes of every file in the order of the first reading; where they lie does not count.
  std::string digest();
  // Each file once; none when together they are larger than input_bytes_max.
  std::vector<InputFile> take_files() { return std::move(files_); }

 private:
  void note(const std::string& path, const std::string& bytes);

  FileReader from_;
  Keep keep_;
  std::set<std::string> seen_;
  DigestStream digest_;
  std::size_t bytes_ = 0;
  std::vector<InputFile> files_;
};

bool is_inputs(std::string_view bytes);
std::string write_inputs(const Inputs& inputs);
Result<Inputs> parse_inputs(std::string_view bytes, const std::string& file);

// The plan, read from what the inputs hold and nothing else.
Result<plan::ScenarioPlan> load_inputs(const Inputs& inputs,
                                       const std::vector<plan::Setting>& settings = {});

}  // namespace vsslab::scenario
