// The values that each enumeration of the published interfaces has. A C enumeration holds no others
// in C++, so one that comes from another process is looked at first.
#pragma once

#include <vsbackup.h>
#include <vsprov.h>
#include <vss.h>
#include <vswriter.h>

#include <cstdint>

namespace vsslab::transport {

template <class E>
struct Range;  // an enumeration that crosses without one does not compile

#define VSSLAB_RANGE(E, FIRST, LAST)              \
  template <>                                     \
  struct Range<E> {                               \
    static constexpr std::int32_t kFirst = FIRST; \
    static constexpr std::int32_t kLast = LAST;   \
  };
VSSLAB_RANGE(VSS_OBJECT_TYPE, 0, VSS_OBJECT_TYPE_COUNT)
VSSLAB_RANGE(VSS_SNAPSHOT_STATE, 0, VSS_SS_COUNT)
VSSLAB_RANGE(VSS_SNAPSHOT_PROPERTY_ID, 0, VSS_SPROPID_STATUS)
VSSLAB_RANGE(VSS_WRITER_STATE, 0, VSS_WS_COUNT)
VSSLAB_RANGE(VSS_BACKUP_TYPE, 0, VSS_BT_OTHER)
VSSLAB_RANGE(VSS_RESTORE_TYPE, 0, VSS_RTYPE_OTHER)
VSSLAB_RANGE(VSS_ROLLFORWARD_TYPE, 0, VSS_RF_PARTIAL)
VSSLAB_RANGE(VSS_PROVIDER_TYPE, 0, VSS_PROV_FILESHARE)
VSSLAB_RANGE(VSS_APPLICATION_LEVEL, VSS_APP_AUTO, VSS_APP_SYSTEM_RM)
VSSLAB_RANGE(VSS_USAGE_TYPE, 0, VSS_UT_OTHER)
VSSLAB_RANGE(VSS_SOURCE_TYPE, 0, VSS_ST_OTHER)
VSSLAB_RANGE(VSS_RESTOREMETHOD_ENUM, 0, VSS_RME_RESTORE_STOP_START)
VSSLAB_RANGE(VSS_WRITERRESTORE_ENUM, 0, VSS_WRE_ALWAYS)
VSSLAB_RANGE(VSS_COMPONENT_TYPE, 0, VSS_CT_FILEGROUP)
VSSLAB_RANGE(VSS_ALTERNATE_WRITER_STATE, 0, VSS_AWS_THIS_IS_ALTERNATE_WRITER)
VSSLAB_RANGE(VSS_RESTORE_TARGET, 0, VSS_RT_ORIGINAL_LOCATION)
VSSLAB_RANGE(VSS_FILE_RESTORE_STATUS, 0, VSS_RS_FAILED)
#undef VSSLAB_RANGE

}  // namespace vsslab::transport
