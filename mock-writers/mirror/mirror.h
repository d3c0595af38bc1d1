// A writer that answers Identify with a document captured on another machine: it says the same
// calls in the same order. What the interface cannot say (the instance id, elements and attributes
// that we do not know) is not replayed. In everything else it is a plain, well-behaved writer.
#pragma once

#include <windows.h>

#include <vss.h>
#include <vswriter.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/writer_metadata.h"
#include "plan/plan.h"

namespace vsslab::mock {

// The calls that make a document, in the document's order.
class DocumentReplay {
 public:
  // An Error for a document that is not one of a writer.
  static Result<DocumentReplay> parse(std::string_view xml, std::string_view file_name);

  const metadata::WriterMetadata& metadata() const { return metadata_; }

  // Gives the HRESULT of the first call that was refused; the others are made all the same, as the
  // captured document got them in.
  HRESULT play(IVssCreateWriterMetadataEx& to) const;

 private:
  enum class Part { restore_method, component, exclude, exclude_from_snapshot };
  struct Entry {
    Part part;
    std::size_t index;
  };

  metadata::WriterMetadata metadata_;
  std::vector<Entry> entries_;
};

class MirrorWriter final : public CVssWriterEx2 {
 public:
  // Both outlive the writer.
  MirrorWriter(const plan::WriterPlan& plan, const DocumentReplay& document);

  HRESULT start();  // InitializeEx by document and plan, Subscribe
  void leave();

  bool STDMETHODCALLTYPE OnIdentifyEx(IVssCreateWriterMetadataEx* metadata) override;
  bool STDMETHODCALLTYPE OnPrepareBackup(IVssWriterComponents* components) override;
  bool STDMETHODCALLTYPE OnPrepareSnapshot() override;
  bool STDMETHODCALLTYPE OnFreeze() override { return true; }
  bool STDMETHODCALLTYPE OnThaw() override { return true; }
  bool STDMETHODCALLTYPE OnPostSnapshot(IVssWriterComponents* components) override;
  bool STDMETHODCALLTYPE OnPreRestore(IVssWriterComponents* components) override;
  bool STDMETHODCALLTYPE OnAbort() override;
  bool STDMETHODCALLTYPE OnBackupComplete(IVssWriterComponents* components) override;
  bool STDMETHODCALLTYPE OnBackupShutdown(VSS_ID set) override;

 private:
  std::string session_key() const;
  bool set_expiry(IVssWriterComponents* components);

  const plan::WriterPlan& plan_;
  const DocumentReplay& document_;
  // By session: a directory on each volume that the components of the backup lie on.
  std::map<std::string, std::vector<std::wstring>> directories_;
};

// The writer's main function.
int run_mirror(const plan::WriterPlan& plan, const DocumentReplay& document);

}  // namespace vsslab::mock
