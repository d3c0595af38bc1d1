#include "requester/restore.h"

#include <algorithm>
#include <deque>
#include <set>
#include <utility>

#include "requester/com_text.h"
#include "requester/examine.h"
#include "requester/files.h"
#include "requester/restore_one.h"

namespace vsslab::requester {

bool Restore::run() {
  const bool done = (!imports() || import_copies()) && begin() && select() && pre_restore();
  if (done) put_everything_back();
  const bool ended = done && post_restore();
  vss_.release();
  if (importer_.exists()) importer_.release();
  if (ended) restart_services();
  return ended && complete_;
}

std::optional<std::string> Restore::text(std::string_view name) {
  auto read = read_file(join(folder_, name));
  if (!read) {
    refuse("reading the backup", read.error().text(),
           static_cast<Hr>(0x80070000U | read.error().error));
    return std::nullopt;
  }
  return std::move(*read);
}

bool Restore::load() {
  const auto catalogue = text(kCatalogueFile);
  if (!catalogue) return false;
  auto parsed = parse_catalogue(*catalogue, join(folder_, kCatalogueFile));
  if (!parsed) return refuse("reading the backup", parsed.error().to_text());
  catalogue_ = std::move(*parsed);
  const auto document = text(kDocumentFile);
  if (!document) return false;
  document_ = *document;
  for (const Catalogue::Writer& identity : catalogue_.writers) {
    const auto xml = text(identity.document);
    if (!xml) return false;
    const Bstr handed(*xml);
    Held<IVssExamineWriterMetadata> examined;
    if (!did("CreateVssExamineWriterMetadata",
             CreateVssExamineWriterMetadata(handed.get(), examined.out()))) {
      reason_ = fmt::format("{} is no Writer Metadata Document", join(folder_, identity.document));
      note(reason_);
      return false;
    }
    auto metadata = examine(*examined.get(), Depth::files);
    if (!metadata) return refuse("IVssExamineWriterMetadata", metadata.error().to_text());
    Writer writer;
    writer.identity = identity;
    writer.stored = std::move(*metadata);
    writers_.push_back(std::move(writer));
  }
  for (Writer& writer : writers_) writer.tree.emplace(writer.stored);
  for (const StoredFile& file : catalogue_.files) {
    Writer& writer = writers_[file.writer];
    const auto owner = writer.tree->index_of({file.logical_path, file.component});
    if (owner) writer.files.emplace(*owner, &file);
  }
  return true;
}

// Instead of copying from a medium, the shadow copies of the backup are brought in, on an object of
// their own, which is initialised with the document of the machine that made them
// (importing-transportable-shadow-copied-volumes.md).
bool Restore::import_copies() {
  if (!did("CreateVssBackupComponents", importer_.create())) return false;
  const Bstr document(document_);
  if (!did("InitializeForBackup", importer_.get()->InitializeForBackup(document.get()))) {
    importer_.release();
    return false;
  }
  const Hr imported = importer_.run(
      "ImportSnapshots", [&](IVssAsync** out) { return importer_.get()->ImportSnapshots(out); });
  if (did("ImportSnapshots", imported)) return true;
  note(fmt::format("the shadow copies of {} cannot be imported: nothing is restored", folder_));
  importer_.release();
  return false;
}

bool Restore::begin() {
  if (!did("CreateVssBackupComponents", vss_.create())) return false;
  const Bstr document(document_);
  if (!did("InitializeForRestore", vss_.get()->InitializeForRestore(document.get()))) {
    reason_ = fmt::format("{} is no Backup Components Document", join(folder_, kDocumentFile));
    note(reason_);
    return false;
  }
  if (plan_.type != 0 && !did("SetRestoreState", vss_.get()->SetRestoreState(
                                                     static_cast<VSS_RESTORE_TYPE>(plan_.type)))) {
    return false;
  }
  if (!did("GatherWriterMetadata", vss_.run("GatherWriterMetadata", [&](IVssAsync** out) {
        return vss_.get()->GatherWriterMetadata(out);
      }))) {
    return false;
  }
  if (!did("GetWriterMetadata", vss_.read_writers())) return false;
  if (!read_instance_names()) return false;
  if (!did("FreeWriterMetadata", vss_.get()->FreeWriterMetadata())) return false;
  for (Writer& writer : writers_) {
    writer.live = vss_.find(writer.identity.class_id.to_string());
    for (const GatheredWriter& live : vss_.writers()) {
      // The very instance that was backed up, when it still runs.
      if (Guid::from(live.instance) == writer.identity.instance_id) writer.live = &live;
    }
    const Method method = writer.method().method;
    const bool never = writer.method().writer_restore == metadata::WriterRestore::never;
    writer.events = writer.live != nullptr && !never && (method != Method::custom || plan_.custom);
  }
  return did("GetWriterComponents", read_components(*vss_.get(), said_));
}

// Only where the plan moves a component to another instance.
bool Restore::read_instance_names() {
  if (std::none_of(plan_.components.begin(), plan_.components.end(),
                   [](const auto& component) { return !component.instance.empty(); })) {
    return true;
  }
  for (UINT i = 0; i < vss_.writers().size(); ++i) {
    Held<IVssExamineWriterMetadataEx> document;
    VSS_ID instance{}, writer{};
    if (!did("GetWriterMetadataEx",
             vss_.get()->GetWriterMetadataEx(i, &instance, document.out()))) {
      return false;
    }
    BSTR name = NULL, instance_name = NULL;
    VSS_USAGE_TYPE usage = VSS_UT_UNDEFINED;
    VSS_SOURCE_TYPE source = VSS_ST_UNDEFINED;
    const HRESULT told =
        document->GetIdentityEx(&instance, &writer, &name, &instance_name, &usage, &source);
    take(name);
    instance_names_[Guid::from(instance)] = take(instance_name);
    if (!did("GetIdentityEx", told)) return false;
  }
  return true;
}

bool Restore::takes_part() const {
  return std::any_of(components_.begin(), components_.end(),
                     [](const Component& component) { return component.selected; });
}

bool Restore::pre_restore() {
  if (!takes_part()) return true;  // a restore without writers
  if (!did("PreRestore",
           vss_.run("PreRestore", [&](IVssAsync** out) { return vss_.get()->PreRestore(out); }))) {
    return false;
  }
  pre_restored_ = true;
  if (!check_status()) return false;
  // Only now the writers have said where the files are to go (VSSR-REST-008).
  return did("GetWriterComponents", read_components(*vss_.get(), said_));
}

bool Restore::check_status() {
  if (!plan_.check_status) return true;
  std::vector<WriterStatus> all;
  if (!did("GatherWriterStatus", vss_.read_status(all))) return false;
  bool failed = false;
  for (const WriterStatus& status : all) {
    if (succeeded(status.failure)) continue;
    for (Writer& writer : writers_) {
      const Guid instance = Guid::from(status.instance);
      const bool its_own = writer.live != nullptr && Guid::from(writer.live->instance) == instance;
      const bool moved = std::find(writer.moved_to.begin(), writer.moved_to.end(), instance) !=
                         writer.moved_to.end();
      if (!writer.events || (!its_own && !moved)) continue;
      if (!writer.failed) {
        note(fmt::format("writer {} reports {}", writer.stored.identification.friendly_name,
                         hresult_name(status.failure)));
      }
      writer.failed = failed = true;
      complete_ = false;
    }
  }
  return !failed || !plan_.stop_error;
}

bool Restore::post_restore() {
  if (!pre_restored_) return true;
  if (!did("PostRestore", vss_.run("PostRestore", [&](IVssAsync** out) {
        return vss_.get()->PostRestore(out);
      }))) {
    return false;
  }
  return check_status();
}

bool run_restore(const plan::RestorePlan& plan, RequesterObserver& observer) {
  bool all = !plan.from.empty();
  std::string last_call = "reading the backup";
  std::string reason = plan.from.empty() ? "it names no backup" : "";
  Hr last_hr = plan.from.empty() ? hr::invalid_arg : hr::ok;
  std::set<std::string> ours;
  bool waited_for = false;
  // A chain of which a backup is not there changes nothing: all are read before the first begins.
  std::deque<Restore> chain;
  for (std::size_t i = 0; i < plan.from.size() && all; ++i) {
    Restore& restore = chain.emplace_back(plan, expand(plan.from[i]), i + 1 < plan.from.size(),
                                          false, ours, observer);
    all = restore.load();
  }
  const auto keep = [&](const Restore& restore) {
    last_call = restore.last_call();
    last_hr = restore.last_hr();
    reason = restore.reason();
    waited_for = restore.waited_for();
  };
  if (!all && !chain.empty()) keep(chain.back());
  for (; all && !chain.empty(); chain.pop_front()) {
    all = chain.front().run();
    keep(chain.front());
  }
  // A restore has no abort. Writers that were told of more to come hear in the last of the chain
  // that nothing came (VSSR-REST-030).
  if (!all && waited_for) {
    Restore last(plan, expand(plan.from.back()), false, true, ours, observer);
    if (last.load()) last.run();
  }
  observer.operation_done({"restore", plan.name, all, last_call, last_hr, reason});
  return all;
}

}  // namespace vsslab::requester
