// The older annotations. Some of their names are parameter names inside the C++ standard library,
// so the headers that use them come first.
#ifndef VSSLAB_WIN_SPECSTRINGS_H
#define VSSLAB_WIN_SPECSTRINGS_H

#include <algorithm>
#include <condition_variable>
#include <fstream>
#include <functional>
#include <future>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <list>
#include <locale>
#include <map>
#include <memory>
#include <mutex>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <sal.h>

#define __in
#define __out
#define __inout
#define __in_opt
#define __out_opt
#define __inout_opt
#define __in_z
#define __in_z_opt
#define __in_ecount(size)
#define __in_ecount_opt(size)
#define __in_bcount(size)
#define __in_bcount_opt(size)
#define __out_ecount(size)
#define __out_ecount_opt(size)
#define __out_ecount_z(size)
#define __out_ecount_part(size, length)
#define __out_bcount(size)
#define __out_bcount_opt(size)
#define __out_bcount_part(size, length)
#define __inout_ecount(size)
#define __inout_bcount(size)
#define __deref_out
#define __deref_out_opt
#define __deref_out_z
#define __deref_inout
#define __deref_out_ecount(size)
#define __checkReturn
#define __success(condition)
#define __RPC_unique_pointer
#define __RPC_string
#define __RPC__in_string
#define __RPC__in_opt_string
#define __RPC__in_ecount(size)
#define __RPC__in_ecount_full(size)
#define __RPC__in_ecount_full_opt(size)
#define __RPC__in_ecount_part(size, length)
#define __RPC__inout_opt
#define __RPC__inout_ecount(size)
#define __RPC__inout_ecount_full(size)
#define __RPC__inout_ecount_full_opt(size)
#define __RPC__out_ecount(size)
#define __RPC__out_ecount_full(size)
#define __RPC__out_ecount_full_opt(size)
#define __RPC__out_ecount_part(size, length)
#define __RPC__deref_inout_opt
#define __RPC__in
#define __RPC__out
#define __RPC__in_opt
#define __RPC__out_opt
#define __RPC__inout
#define __RPC__deref_out
#define __RPC__deref_out_opt

#endif
