// IVssWriterComponents(Ext) and IVssComponent (to Ex2): the components of one writer in the Backup
// Components Document, as the writer changes them in its handlers and the requester reads them.
#pragma once

#include <windows.h>

#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#include <memory>

#include "service/com.h"
#include "service/impl.h"

namespace vsslab {

class WriterComponentsObject final : public IVssWriterComponentsExt {
 public:
  // `frame` is the handler that the writer runs; null for the requester, who only reads.
  WriterComponentsObject(LabVss::Impl& service, std::shared_ptr<BackupSession> session,
                         std::size_t writer_index, HandlerFrame* frame);

  HRESULT STDMETHODCALLTYPE GetComponentCount(UINT* count) override;
  HRESULT STDMETHODCALLTYPE GetWriterInfo(VSS_ID* instance, VSS_ID* writer) override;
  HRESULT STDMETHODCALLTYPE GetComponent(UINT index, IVssComponent** out) override;

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** out) override;
  ULONG STDMETHODCALLTYPE AddRef() override { return ++references_; }
  ULONG STDMETHODCALLTYPE Release() override;

 private:
  LabVss::Impl& service_;
  std::shared_ptr<BackupSession> session_;
  std::size_t writer_index_;
  HandlerFrame* frame_;
  ULONG references_ = 1;
};

}  // namespace vsslab
