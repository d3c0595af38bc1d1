// A writer of some other project: it backs up the files of a ledger.
#pragma once

#include <windows.h>

#include <vss.h>
#include <vswriter.h>

class LedgerWriter : public CVssWriter {
 public:
  HRESULT Initialize();

  bool STDMETHODCALLTYPE OnIdentify(IVssCreateWriterMetadata* metadata) override;
  bool STDMETHODCALLTYPE OnPrepareSnapshot() override;
  bool STDMETHODCALLTYPE OnFreeze() override;
  bool STDMETHODCALLTYPE OnThaw() override;
  bool STDMETHODCALLTYPE OnAbort() override;
};

// The same with a defect: it copies the ledger while writes are held, and takes two minutes.
class SlowLedgerWriter : public LedgerWriter {
 public:
  bool STDMETHODCALLTYPE OnFreeze() override;
};
