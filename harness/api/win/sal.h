// Source annotations: they mean nothing to the compiler (learn.microsoft.com, "SAL annotations").
#ifndef VSSLAB_WIN_SAL_H
#define VSSLAB_WIN_SAL_H

#define _In_
#define _In_opt_
#define _In_z_
#define _In_opt_z_
#define _In_reads_(size)
#define _In_reads_opt_(size)
#define _In_reads_bytes_(size)
#define _In_reads_bytes_opt_(size)
#define _Inout_
#define _Inout_opt_
#define _Inout_updates_(size)
#define _Inout_updates_bytes_(size)
#define _Out_
#define _Out_opt_
#define _Out_writes_(size)
#define _Out_writes_opt_(size)
#define _Out_writes_z_(size)
#define _Out_writes_bytes_(size)
#define _Out_writes_bytes_opt_(size)
#define _Out_writes_to_(size, count)
#define _Out_writes_all_(size)
#define _Outptr_
#define _Outptr_opt_
#define _Outptr_result_maybenull_
#define _COM_Outptr_
#define _COM_Outptr_opt_
#define _Ret_maybenull_
#define _Ret_notnull_
#define _Ret_z_
#define _Success_(condition)
#define _Check_return_
#define _Must_inspect_result_
#define _Pre_satisfies_(condition)
#define _Post_satisfies_(condition)
#define _Printf_format_string_
#define _Analysis_assume_(condition)
#define _Use_decl_annotations_
#define _Field_size_(size)
#define _Field_size_bytes_(size)
#define _Null_terminated_
#define _Reserved_
#define _Maybenull_
#define _Notnull_
#define _When_(condition, annotation)
#define _At_(target, annotation)
#define _Acquires_lock_(lock)
#define _Releases_lock_(lock)
#define _Requires_lock_held_(lock)
#define _IRQL_requires_max_(level)

#endif
