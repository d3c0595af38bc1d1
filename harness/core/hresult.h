// Names and meanings of the HRESULTs that VSS speaks. Values: the SDK's vsserror.h and winerror.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vsslab {

using Hr = std::int32_t;  // an HRESULT

struct HresultInfo {
  Hr value;
  std::string_view name;     // "VSS_E_WRITERERROR_TIMEOUT"
  std::string_view meaning;  // one sentence
};

// Every code of vss.h / vsserror.h and the COM codes that VSS pages list, sorted by value.
std::span<const HresultInfo> hresult_table();

// Name when known, else "0x80071234".
std::string hresult_name(Hr value);

// A name of the table, or 0x… in hexadecimal.
std::optional<Hr> parse_hresult(std::string_view text);

// "0x800423f2"
std::string hresult_hex(Hr value);

constexpr bool succeeded(Hr value) { return value >= 0; }
constexpr bool failed(Hr value) { return value < 0; }

namespace hr {
inline constexpr Hr ok = 0;
inline constexpr Hr s_false = 1;
inline constexpr Hr async_pending = 0x00042309;
inline constexpr Hr async_finished = 0x0004230A;
inline constexpr Hr async_cancelled = 0x0004230B;
inline constexpr Hr not_impl = static_cast<Hr>(0x80004001);
inline constexpr Hr no_interface = static_cast<Hr>(0x80004002);
inline constexpr Hr pointer = static_cast<Hr>(0x80004003);
inline constexpr Hr com_fail = static_cast<Hr>(0x80004005);
inline constexpr Hr access_denied = static_cast<Hr>(0x80070005);
inline constexpr Hr out_of_memory = static_cast<Hr>(0x8007000E);
inline constexpr Hr invalid_arg = static_cast<Hr>(0x80070057);
inline constexpr Hr com_unexpected = static_cast<Hr>(0x8000FFFF);
inline constexpr Hr rpc_call_failed = static_cast<Hr>(0x800706BE);
inline constexpr Hr bad_state = static_cast<Hr>(0x80042301);
inline constexpr Hr unexpected = static_cast<Hr>(0x80042302);
inline constexpr Hr provider_already_registered = static_cast<Hr>(0x80042303);
inline constexpr Hr provider_not_registered = static_cast<Hr>(0x80042304);
inline constexpr Hr provider_veto = static_cast<Hr>(0x80042306);
inline constexpr Hr provider_in_use = static_cast<Hr>(0x80042307);
inline constexpr Hr object_not_found = static_cast<Hr>(0x80042308);
inline constexpr Hr volume_not_supported = static_cast<Hr>(0x8004230C);
inline constexpr Hr object_already_exists = static_cast<Hr>(0x8004230D);
inline constexpr Hr volume_not_supported_by_provider = static_cast<Hr>(0x8004230E);
inline constexpr Hr unexpected_provider_error = static_cast<Hr>(0x8004230F);
inline constexpr Hr invalid_xml_document = static_cast<Hr>(0x80042311);
inline constexpr Hr maximum_number_of_volumes_reached = static_cast<Hr>(0x80042312);
inline constexpr Hr flush_writes_timeout = static_cast<Hr>(0x80042313);
inline constexpr Hr hold_writes_timeout = static_cast<Hr>(0x80042314);
inline constexpr Hr unexpected_writer_error = static_cast<Hr>(0x80042315);
inline constexpr Hr snapshot_set_in_progress = static_cast<Hr>(0x80042316);
inline constexpr Hr maximum_number_of_snapshots_reached = static_cast<Hr>(0x80042317);
inline constexpr Hr writer_infrastructure = static_cast<Hr>(0x80042318);
inline constexpr Hr writer_not_responding = static_cast<Hr>(0x80042319);
inline constexpr Hr writer_already_subscribed = static_cast<Hr>(0x8004231A);
inline constexpr Hr unsupported_context = static_cast<Hr>(0x8004231B);
inline constexpr Hr volume_in_use = static_cast<Hr>(0x8004231D);
inline constexpr Hr insufficient_storage = static_cast<Hr>(0x8004231F);
inline constexpr Hr revert_in_progress = static_cast<Hr>(0x80042325);
inline constexpr Hr reboot_required = static_cast<Hr>(0x80042327);
inline constexpr Hr transaction_freeze_timeout = static_cast<Hr>(0x80042328);
inline constexpr Hr transaction_thaw_timeout = static_cast<Hr>(0x80042329);
inline constexpr Hr nested_volume_limit = static_cast<Hr>(0x8004232C);
inline constexpr Hr not_supported = static_cast<Hr>(0x8004232F);
inline constexpr Hr writererror_partial_failure = static_cast<Hr>(0x80042336);
inline constexpr Hr writererror_inconsistentsnapshot = static_cast<Hr>(0x800423F0);
inline constexpr Hr writererror_outofresources = static_cast<Hr>(0x800423F1);
inline constexpr Hr writererror_timeout = static_cast<Hr>(0x800423F2);
inline constexpr Hr writererror_retryable = static_cast<Hr>(0x800423F3);
inline constexpr Hr writererror_nonretryable = static_cast<Hr>(0x800423F4);
inline constexpr Hr writer_status_not_available = static_cast<Hr>(0x80042409);
}  // namespace hr

}  // namespace vsslab
