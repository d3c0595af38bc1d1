// Frames from a hostile peer, and arguments of every type that crosses.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "transport/frame.h"
#include "transport/marshal.h"

using namespace vsslab::transport;

namespace {

template <class T>
void take(std::string_view bytes) {
  In in(bytes);
  Passed<T> place;
  place.take(in);
  if (!in.ok()) return;
  Out out;
  place.reply(out);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  FrameDecoder decoder;
  decoder.add(bytes.substr(0, size / 2));
  for (int round = 0; round < 2; ++round) {
    while (const auto frame = decoder.next()) {
      const std::string_view body = frame->substr(1);
      static_cast<void>(read_hello(body));
      static_cast<void>(read_call(body));
      static_cast<void>(read_answer(body));
    }
    if (round == 0) decoder.add(bytes.substr(size / 2));
  }
  take<LPCWSTR>(bytes);
  take<VSS_ID>(bytes);
  take<VSS_BACKUP_TYPE>(bytes);
  take<const VSS_ID*>(bytes);
  take<const BYTE*>(bytes);
  take<VARIANT>(bytes);
  take<const std::string*>(bytes);
  VSS_SNAPSHOT_PROP snapshot{};
  In in(bytes);
  get_snapshot(in, snapshot);
  Out freed;
  put_snapshot(freed, snapshot);
  VSS_OBJECT_PROP object{};
  In second(bytes);
  get_object(second, object);
  put_object(freed, object);
  In third(bytes);
  if (auto* document = get_document(third)) document->Release();
  return 0;
}
