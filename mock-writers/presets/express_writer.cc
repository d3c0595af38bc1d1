#include "mock-writers/presets/express_writer.h"

#include "mock-writers/process.h"

namespace vsslab::mock {

HRESULT describe_express(IVssCreateExpressWriterMetadata& metadata) {
  HRESULT hr =
      metadata.SetRestoreMethod(VSS_RME_RESTORE_IF_CAN_REPLACE, NULL, NULL, VSS_WRE_NEVER, false);
  if (SUCCEEDED(hr)) {
    hr = metadata.AddComponent(VSS_CT_FILEGROUP, NULL, L"Files", NULL, NULL, 0, false, false, true);
  }
  if (SUCCEEDED(hr)) {
    hr = metadata.AddFilesToFileGroup(NULL, L"Files", L"C:\\ExpressData", L"*", true, NULL);
  }
  return hr;
}

HRESULT store_express(IVssExpressWriter& writer, const ExpressIdentity& identity,
                      const std::function<HRESULT(IVssCreateExpressWriterMetadata&)>& describe,
                      VSS_USAGE_TYPE usage) {
  IVssCreateExpressWriterMetadata* metadata = NULL;
  HRESULT hr = writer.CreateMetadata(identity.writer_id, identity.name, usage, 1, 0, 0, &metadata);
  if (FAILED(hr)) return hr;
  hr = describe(*metadata);
  metadata->Release();
  return SUCCEEDED(hr) ? writer.Register() : hr;
}

int run_express(const ExpressIdentity& identity,
                const std::function<HRESULT(IVssExpressWriter&)>& store) {
  IVssExpressWriter* writer = NULL;
  const int code = run_until_stopped(
      [&] {
        const HRESULT hr = CreateVssExpressWriter(&writer);
        return SUCCEEDED(hr) ? store(*writer) : hr;
      },
      [&] { writer->Unregister(identity.writer_id); });
  if (writer != NULL) writer->Release();
  return code;
}

}  // namespace vsslab::mock

int vsslab_preset_express_writer(int, wchar_t**) {
  using namespace vsslab::mock;
  const ExpressIdentity identity{
      {0x5b0a1f3e, 0x77c4, 0x4d5a, {0x9e, 0x21, 0x3c, 0x4f, 0x0b, 0x6d, 0x8a, 0x90}},
      L"Lab Express Writer"};
  return run_express(identity, [&](IVssExpressWriter& writer) {
    writer.Unregister(identity.writer_id);  // an earlier run may have left it behind
    return store_express(writer, identity, describe_express);
  });
}
