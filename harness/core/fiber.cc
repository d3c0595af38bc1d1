#include "core/fiber.h"

#include <cxxabi.h>

#include <boost/context/detail/fcontext.hpp>
#include <cstdint>

#include "core/error.h"
#include "core/os/sanitizers.h"

namespace vsslab {

namespace ctx = boost::context::detail;

struct FiberTrampoline {
  static void start(ctx::transfer_t from) {
    auto* const fiber = static_cast<Fiber*>(from.data);
    os::finish_switch(nullptr, &fiber->outside_bottom_, &fiber->outside_bytes_);
    fiber->outside_ = from.fctx;
    fiber->entry_(fiber->argument_);
    VSSLAB_ASSERT(!"a fiber's entry function returned");
  }
};

Fiber::Fiber(Entry entry, void* argument)
    : entry_(entry), argument_(argument), stack_(os::acquire_stack()) {
  auto* const top = static_cast<std::uint8_t*>(stack_.bottom) + stack_.bytes;
  inside_ = ctx::make_fcontext(top, stack_.bytes, &FiberTrampoline::start);
  tsan_fiber_ = os::tsan_create();
}

Fiber::~Fiber() {
  os::tsan_destroy(tsan_fiber_);
  os::release_stack(stack_);
}

void Fiber::swap_exceptions(ExceptionState& own, ExceptionState& other) {
  // The layout of __cxa_eh_globals is fixed by the C++ ABI.
  auto* const live = reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals());
  own = *live;
  *live = other;
}

void Fiber::resume() {
  swap_exceptions(outside_exceptions_, exceptions_);
  outside_tsan_fiber_ = os::tsan_current();
  os::start_switch(&outside_fake_stack_, stack_.bottom, stack_.bytes);
  os::tsan_switch(tsan_fiber_);
  const ctx::transfer_t back = ctx::jump_fcontext(inside_, this);
  inside_ = back.fctx;
  os::finish_switch(outside_fake_stack_, nullptr, nullptr);
}

void Fiber::suspend() {
  swap_exceptions(exceptions_, outside_exceptions_);
  os::start_switch(&fake_stack_, outside_bottom_, outside_bytes_);
  os::tsan_switch(outside_tsan_fiber_);
  const ctx::transfer_t back = ctx::jump_fcontext(outside_, nullptr);
  outside_ = back.fctx;
  os::finish_switch(fake_stack_, &outside_bottom_, &outside_bytes_);
}

void Fiber::abandon() { os::exempt_from_leak_check(stack_); }

}  // namespace vsslab
