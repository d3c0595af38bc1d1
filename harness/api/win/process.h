// Microsoft's C run-time threads (learn.microsoft.com, "_beginthread, _beginthreadex").
#ifndef VSSLAB_WIN_PROCESS_H
#define VSSLAB_WIN_PROCESS_H

#include <winbase.h>

EXTERN_C uintptr_t _beginthreadex(void* security, unsigned stack_size,
                                  unsigned (*start_address)(void*), void* arglist,
                                  unsigned initflag, unsigned* thrdaddr);
EXTERN_C uintptr_t _beginthread(void (*start_address)(void*), unsigned stack_size, void* arglist);
EXTERN_C void _endthreadex(unsigned retval);
EXTERN_C void _endthread();

#endif
