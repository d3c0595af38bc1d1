// vsslab metadata FILE...: a writer metadata or backup components document, readable.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "metadata/backup_components.h"
#include "metadata/describe.h"
#include "metadata/writer_metadata.h"
#include "reports/json.h"
#include "xml/document.h"
#include "xml/tree.h"

namespace vsslab::cli {
namespace {

using Json = nlohmann::ordered_json;

Json tree_json(const xml::Tree& tree) {
  Json item{{"element", tree.name}};
  if (!tree.attributes.empty()) {
    item["attributes"] = Json::object();
    for (const auto& [name, value] : tree.attributes) item["attributes"][name] = value;
  }
  for (const xml::Tree& child : tree.children) {
    if (child.kind == xml::Tree::Kind::element) item["children"].push_back(tree_json(child));
    if (child.kind == xml::Tree::Kind::text) item["text"].push_back(child.name);
  }
  return item;
}

struct Described {
  std::string kind;
  std::string text;
  Json content;
};

Result<Described> describe_file(const std::string& path, bool all_files) {
  auto bytes = xml::read_file(path);
  if (!bytes) return fail(bytes.error());
  auto document = xml::parse(std::move(*bytes), path == "-" ? "<stdin>" : path);
  if (!document) return fail(document.error());
  metadata::DescribeOptions options;
  if (all_files) options.file_sets_max = 0;
  Described described;
  described.content = tree_json(xml::copy_of(document->root()));
  switch (metadata::kind_of(*document)) {
    case metadata::DocumentKind::writer_metadata: {
      const auto model = metadata::read_writer_metadata(*document);
      if (!model) return fail(model.error());
      described.kind = "writer metadata";
      described.text = metadata::describe(*model, options);
      return described;
    }
    case metadata::DocumentKind::backup_components: {
      const auto model = metadata::read_backup_components(*document);
      if (!model) return fail(model.error());
      described.kind = "backup components";
      described.text = metadata::describe(*model, options);
      return described;
    }
    case metadata::DocumentKind::other:
      break;
  }
  return fail(document->error(document->root(), "this is no document of VSS",
                              "WRITER_METADATA and BACKUP_COMPONENTS documents can be shown"));
}

class MetadataCommand : public Command {
 public:
  std::string_view name() const override { return "metadata"; }
  std::string_view summary() const override {
    return "show a writer metadata or backup components document";
  }
  std::string_view examples() const override {
    return "  vsslab metadata WM3.xml\n"
           "  vsslab metadata --json BCDocument.xml\n";
  }
  void declare(CLI::App& app) override {
    app.add_option("FILE", files_, "documents; - is standard input")->required();
    app.add_flag("--all-files", all_files_, "every file set, however many");
    app.add_flag("--json", json_, "one JSON document on stdout");
  }
  ExitCode execute(Output& out) override {
    Json document{{"format", 1}, {"documents", Json::array()}};
    bool all_good = true;
    for (const std::string& file : files_) {
      const auto described = describe_file(file, all_files_);
      if (!described) {
        all_good = false;
        out.error(described.error());
        continue;
      }
      if (json_) {
        document["documents"].push_back(
            {{"file", file}, {"kind", described->kind}, {"root", described->content}});
      } else {
        out.answer(described->text);
        if (!described->text.ends_with('\n')) out.answer("\n");
      }
    }
    if (json_) out.answer(reports::to_json_text(document));
    return all_good ? ExitCode::conforming : ExitCode::usage;
  }

 private:
  std::vector<std::string> files_;
  bool all_files_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_metadata_command() { return std::make_unique<MetadataCommand>(); }

}  // namespace vsslab::cli
