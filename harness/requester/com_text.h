// Text and references at the edge of the COM interfaces. Internal to requester/.
#pragma once

#include <windows.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/guid.h"
#include "core/time.h"

namespace vsslab::requester {

std::wstring wide(std::string_view utf8);
std::string narrow(const WCHAR* text);  // NULL gives ""
std::string take(BSTR text);            // copies and frees

inline LPCWSTR or_null(const std::wstring& text) { return text.empty() ? NULL : text.c_str(); }

// For INFINITE and Sleep. Longer than a DWORD can say is INFINITE.
DWORD milliseconds(std::optional<Duration> duration);

// A BSTR of ours for one call.
class Bstr {
 public:
  explicit Bstr(std::string_view utf8) : text_(SysAllocString(wide(utf8).c_str())) {}
  ~Bstr() { SysFreeString(text_); }
  Bstr(const Bstr&) = delete;
  Bstr& operator=(const Bstr&) = delete;
  BSTR get() const { return text_; }

 private:
  BSTR text_;
};

// One reference, released at the end.
template <class T>
class Held {
 public:
  Held() = default;
  ~Held() { reset(); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  Held(Held&& other) noexcept : pointer_(std::exchange(other.pointer_, nullptr)) {}
  Held& operator=(Held&& other) noexcept {
    std::swap(pointer_, other.pointer_);
    return *this;
  }

  T** out() {
    reset();
    return &pointer_;
  }
  T* get() const { return pointer_; }
  T* operator->() const { return pointer_; }
  explicit operator bool() const { return pointer_ != nullptr; }
  void reset() {
    if (pointer_ != nullptr) pointer_->Release();
    pointer_ = nullptr;
  }

 private:
  T* pointer_ = nullptr;
};

}  // namespace vsslab::requester
