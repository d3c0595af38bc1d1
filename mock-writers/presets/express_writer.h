// A program that stores an express writer's document and waits: what a set-up program leaves
// behind, taken away again when it is asked to leave.
#pragma once

#include <windows.h>

#include <vss.h>
#include <vswriter.h>

#include <functional>

namespace vsslab::mock {

struct ExpressIdentity {
  VSS_ID writer_id;
  LPCWSTR name;
};

// Says the document of a sound express writer: one file group of C:\ExpressData.
HRESULT describe_express(IVssCreateExpressWriterMetadata& metadata);

// `store` creates and registers the document. Gives the process's exit code.
int run_express(const ExpressIdentity& identity,
                const std::function<HRESULT(IVssExpressWriter&)>& store);

// CreateMetadata, the description, Register.
HRESULT store_express(IVssExpressWriter& writer, const ExpressIdentity& identity,
                      const std::function<HRESULT(IVssCreateExpressWriterMetadata&)>& describe,
                      VSS_USAGE_TYPE usage = VSS_UT_USERDATA);

}  // namespace vsslab::mock
