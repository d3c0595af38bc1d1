// Microsoft's debugging run-time library: assertions are assert, the heap is not watched.
#ifndef VSSLAB_WIN_CRTDBG_H
#define VSSLAB_WIN_CRTDBG_H

#include <cassert>

#ifndef _ASSERTE
#define _ASSERTE(condition) assert(condition)
#endif
#ifndef _ASSERT
#define _ASSERT(condition) assert(condition)
#endif
#define _CRTDBG_ALLOC_MEM_DF 0x1
#define _CRTDBG_LEAK_CHECK_DF 0x20
inline int _CrtSetDbgFlag(int flag) { return flag; }
inline int _CrtDumpMemoryLeaks() { return 0; }

#endif
