// What the sanitizers must be told about fibers, as calls that vanish in a plain build.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define VSSLAB_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define VSSLAB_ASAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define VSSLAB_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define VSSLAB_TSAN 1
#endif
#endif

#ifdef VSSLAB_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#endif
#ifdef VSSLAB_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace vsslab::os {

#if defined(VSSLAB_ASAN) || defined(VSSLAB_TSAN)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#ifdef VSSLAB_TSAN
inline constexpr bool kThreadSanitized = true;
#else
inline constexpr bool kThreadSanitized = false;
#endif

// AddressSanitizer keeps the running stack's bounds: start before a switch, finish right after it.
inline void start_switch([[maybe_unused]] void** save, [[maybe_unused]] const void* bottom,
                         [[maybe_unused]] std::size_t bytes) {
#ifdef VSSLAB_ASAN
  __sanitizer_start_switch_fiber(save, bottom, bytes);
#endif
}
inline void finish_switch([[maybe_unused]] void* saved, [[maybe_unused]] const void** old_bottom,
                          [[maybe_unused]] std::size_t* old_bytes) {
#ifdef VSSLAB_ASAN
  __sanitizer_finish_switch_fiber(saved, old_bottom, old_bytes);
#endif
}
inline void unpoison_stack([[maybe_unused]] void* bottom, [[maybe_unused]] std::size_t bytes) {
#ifdef VSSLAB_ASAN
  __asan_unpoison_memory_region(bottom, bytes);
#endif
}
inline void keep_reachable([[maybe_unused]] void* bottom, [[maybe_unused]] std::size_t bytes) {
#ifdef VSSLAB_ASAN
  __lsan_register_root_region(bottom, bytes);
#endif
}

// ThreadSanitizer has an object for each fiber.
inline void* tsan_create() {
#ifdef VSSLAB_TSAN
  return __tsan_create_fiber(0);
#else
  return nullptr;
#endif
}
inline void tsan_destroy([[maybe_unused]] void* fiber) {
#ifdef VSSLAB_TSAN
  __tsan_destroy_fiber(fiber);
#endif
}
inline void* tsan_current() {
#ifdef VSSLAB_TSAN
  return __tsan_get_current_fiber();
#else
  return nullptr;
#endif
}
inline void tsan_switch([[maybe_unused]] void* fiber) {
#ifdef VSSLAB_TSAN
  __tsan_switch_to_fiber(fiber, 0);
#endif
}

}  // namespace vsslab::os
