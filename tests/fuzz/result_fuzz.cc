// What a lane hands back is trusted with nothing: any bytes are refused or make a result that packs
// to bytes which unpack again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "run/result_io.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto packed = vsslab::unpack_result(bytes);
  if (!packed) return 0;
  if (!vsslab::unpack_result(vsslab::pack_result(packed->result, packed->journal_text))) {
    std::abort();
  }
  return 0;
}
