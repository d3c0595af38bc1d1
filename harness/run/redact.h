// Takes customers' names and paths out of journals and results (--redact): names of writers,
// instances, components, volumes, machines and users, paths, and whatever a party wrote as free
// text. What is redacted is judged as before: equal names stay equal, a path stays below its
// folder.
#pragma once

#include <cstddef>
#include <string>

#include "journal/journal.h"
#include "plan/plan.h"
#include "run/redact_words.h"
#include "run/result.h"
#include "xml/tree.h"

namespace vsslab {

class Redactor {
 public:
  // What is learnt gets its tokens first, in this order; the same in every process of a run.
  void learn(const plan::ScenarioPlan& plan);
  void learn(const Journal& journal);

  // One scenario of the run: `number` is its place. What only this run of it brought up gets tokens
  // of its own.
  class Scenario {
   public:
    Scenario(const Redactor& base, std::size_t number);
    Journal journal(const Journal& original);
    // Everything that reports show, and the journal, which the result has to hold if there was one.
    // Rules have judged before, waivers are applied.
    void result(ScenarioResult& result);

   private:
    friend class Redactor;
    void learn(const Journal& journal);
    void meta(JournalMeta& meta);
    std::string actor(const Actor& actor);
    std::string subject(const std::string& subject) const;
    std::string argument(std::string_view key, std::string_view value);
    std::string value(std::string_view value, bool keep_path_form);
    std::string ranges(std::string_view value);
    std::string paths(std::string_view value);
    std::string document(const StoredDocument& document);
    void tree(xml::Tree& tree);
    std::string attribute(std::string_view name, std::string_view value);

    RedactWords words_;
  };

  // Verdicts that waivers change at the very end, from the results as they were.
  static void copy_late_verdicts(const RunResult& original, RunResult& redacted);

  // "scenario-1" for a scenario's name.
  std::string scenario_name(const std::string& name) const;

 private:
  void learn_folder_and_files(const plan::TestWriterConfig& config);

  RedactWords words_;
};

}  // namespace vsslab
