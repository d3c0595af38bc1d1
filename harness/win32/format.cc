#include "win32/format.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <vector>

#include "win32/wide.h"

namespace vsslab {

namespace {

constexpr int kFieldMax = 65'536;  // widths and precisions are cut here

// A va_list that can be handed to functions by reference on every platform.
struct Arguments {
  explicit Arguments(va_list from) { va_copy(list, from); }
  ~Arguments() { va_end(list); }
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;
  va_list list;
};

enum class Size { normal, byte, half, wide, bits64, pointer, long_double };

struct Spec {
  bool left = false, plus = false, space = false, alternate = false, zero = false;
  int width = 0;
  int precision = -1;
  Size size = Size::normal;
  char32_t conversion = 0;
};

template <class Char>
class Formatter {
 public:
  using Text = std::basic_string<Char>;

  Formatter(const Char* format, va_list args) : at_(format), args_(args) {}

  Text run() {
    while (*at_ != 0) {
      if (*at_ != '%') {
        out_ += *at_++;
      } else if (*++at_ == '%') {
        out_ += *at_++;
      } else if (*at_ != 0) {
        convert(read_spec());
      }
    }
    return std::move(out_);
  }

 private:
  Spec read_spec() {
    Spec spec;
    for (;; ++at_) {
      if (*at_ == '-')
        spec.left = true;
      else if (*at_ == '+')
        spec.plus = true;
      else if (*at_ == ' ')
        spec.space = true;
      else if (*at_ == '#')
        spec.alternate = true;
      else if (*at_ == '0')
        spec.zero = true;
      else
        break;
    }
    spec.width = read_number();
    if (spec.width < 0) {
      spec.left = true;
      spec.width = -spec.width;
    }
    if (*at_ == '.') {
      ++at_;
      spec.precision = std::max(read_number(), -1);
    }
    spec.size = read_size();
    if (*at_ != 0) spec.conversion = static_cast<char32_t>(*at_++);
    return spec;
  }

  int read_number() {
    if (*at_ == '*') {
      ++at_;
      return std::clamp(va_arg(args_.list, int), -kFieldMax, kFieldMax);
    }
    int number = 0;
    for (; *at_ >= '0' && *at_ <= '9'; ++at_) {
      number = std::min(number * 10 + static_cast<int>(*at_ - '0'), kFieldMax);
    }
    return number;
  }

  bool take(std::string_view word) {
    for (std::size_t i = 0; i < word.size(); ++i) {
      if (at_[i] != static_cast<Char>(word[i])) return false;
    }
    at_ += word.size();
    return true;
  }

  Size read_size() {
    if (take("I64") || take("ll") || take("j")) return Size::bits64;
    if (take("I32")) return Size::normal;
    if (take("hh")) return Size::byte;
    if (take("h")) return Size::half;
    if (take("l") || take("w")) return Size::wide;
    if (take("L")) return Size::long_double;
    if (take("I") || take("z") || take("t")) return Size::pointer;
    return Size::normal;
  }

  void convert(const Spec& spec) {
    switch (spec.conversion) {
      case 'd':
      case 'i':
        return put_signed(spec);
      case 'u':
      case 'o':
      case 'x':
      case 'X':
        return put_unsigned(spec, take_unsigned(spec));
      case 'p':
        return put_pointer(spec);
      case 'c':
      case 'C':
        return put_character(spec);
      case 's':
      case 'S':
        return put_text(spec);
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
      case 'a':
      case 'A':
        return put_float(spec);
      case 'n':
        va_arg(args_.list, void*);  // disabled by default on Windows too: nothing is written
        return;
      default:
        if (spec.conversion != 0) out_ += static_cast<Char>(spec.conversion);
    }
  }

  std::uint64_t take_unsigned(const Spec& spec) {
    if (spec.size == Size::bits64 || spec.size == Size::pointer) {
      return va_arg(args_.list, std::uint64_t);
    }
    const auto value = va_arg(args_.list, std::uint32_t);
    if (spec.size == Size::byte) return value & 0xFF;
    return spec.size == Size::half ? value & 0xFFFF : value;
  }

  void put_signed(const Spec& spec) {
    std::int64_t value = 0;
    if (spec.size == Size::bits64 || spec.size == Size::pointer) {
      value = va_arg(args_.list, std::int64_t);
    } else {
      value = va_arg(args_.list, std::int32_t);
      if (spec.size == Size::byte) value = static_cast<std::int8_t>(value);
      if (spec.size == Size::half) value = static_cast<std::int16_t>(value);
    }
    const auto magnitude =
        value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    const char* sign = value < 0 ? "-" : spec.plus ? "+" : spec.space ? " " : "";
    put_number(spec, sign, digits(magnitude, 10, "0123456789"));
  }

  void put_unsigned(const Spec& spec, std::uint64_t value) {
    const unsigned base = spec.conversion == 'u' ? 10 : spec.conversion == 'o' ? 8 : 16;
    const char* alphabet = spec.conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    const char* prefix = "";
    if (spec.alternate && value != 0) {
      prefix = spec.conversion == 'x'   ? "0x"
               : spec.conversion == 'X' ? "0X"
               : spec.conversion == 'o' ? "0"
                                        : "";
    }
    put_number(spec, prefix, digits(value, base, alphabet));
  }

  void put_pointer(const Spec& spec) {
    Spec hex = spec;
    hex.precision = 16;
    hex.zero = false;
    const auto value = reinterpret_cast<std::uintptr_t>(va_arg(args_.list, void*));
    put_number(hex, "", digits(value, 16, "0123456789ABCDEF"));
  }

  static std::string digits(std::uint64_t value, unsigned base, const char* alphabet) {
    std::string text;
    for (; value != 0; value /= base) text += alphabet[value % base];
    std::reverse(text.begin(), text.end());
    return text;
  }

  // `number` has no leading zeros: a value of zero is empty.
  void put_number(const Spec& spec, std::string_view prefix, std::string number) {
    const auto wanted = static_cast<std::size_t>(spec.precision < 0 ? 1 : spec.precision);
    if (number.size() < wanted) number.insert(0, wanted - number.size(), '0');
    const auto used = prefix.size() + number.size();
    const auto width = static_cast<std::size_t>(spec.width);
    if (spec.zero && !spec.left && spec.precision < 0 && used < width) {
      number.insert(0, width - used, '0');
    }
    pad(spec, Text(prefix.begin(), prefix.end()) + Text(number.begin(), number.end()));
  }

  void put_float(const Spec& spec) {
    std::string format = "%";
    if (spec.plus) format += '+';
    if (spec.space) format += ' ';
    if (spec.alternate) format += '#';
    if (spec.zero && !spec.left) format += '0';
    format += "*.*";
    const bool extended = spec.size == Size::long_double;
    if (extended) format += 'L';
    format += static_cast<char>(spec.conversion);
    const int width = spec.left ? 0 : spec.width;
    const long double wide = extended ? va_arg(args_.list, long double) : 0;
    const double value = extended ? 0 : va_arg(args_.list, double);
    const auto print = [&](char* out, std::size_t size) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      return extended ? std::snprintf(out, size, format.c_str(), width, spec.precision, wide)
                      : std::snprintf(out, size, format.c_str(), width, spec.precision, value);
#pragma GCC diagnostic pop
    };
    std::vector<char> buffer(static_cast<std::size_t>(print(nullptr, 0)) + 1);
    print(buffer.data(), buffer.size());
    pad(spec, Text(buffer.begin(), buffer.end() - 1));
  }

  static constexpr bool kWideFunction = sizeof(Char) == sizeof(wchar_t);

  // Whether this %s, %c and their kin take wide text.
  bool takes_wide(const Spec& spec) const {
    if (spec.size == Size::wide) return true;
    if (spec.size == Size::half || spec.size == Size::byte) return false;
    const bool own = spec.conversion == 's' || spec.conversion == 'c';
    return own == kWideFunction;
  }

  void put_character(const Spec& spec) {
    if (takes_wide(spec)) {
      const auto character = static_cast<wchar_t>(va_arg(args_.list, unsigned));
      return pad(spec, own(std::wstring_view(&character, 1)));
    }
    const auto character = static_cast<char>(va_arg(args_.list, int));
    pad(spec, own(std::string_view(&character, 1)));
  }

  void put_text(const Spec& spec) {
    const auto most = static_cast<std::size_t>(spec.precision);  // SIZE_MAX when none was given
    if (takes_wide(spec)) {
      const auto* text = va_arg(args_.list, const wchar_t*);
      if (text == nullptr) text = L"(null)";
      std::size_t length = 0;
      while (length < most && text[length] != 0) ++length;
      return pad(spec, own(std::wstring_view(text, length)));
    }
    const auto* text = va_arg(args_.list, const char*);
    if (text == nullptr) text = "(null)";
    std::size_t length = 0;
    while (length < most && text[length] != 0) ++length;
    pad(spec, own(std::string_view(text, length)));
  }

  Text own(std::wstring_view text) const {
    if constexpr (kWideFunction)
      return Text(text);
    else
      return to_utf8(text);
  }
  Text own(std::string_view text) const {
    if constexpr (kWideFunction)
      return to_wide(text);
    else
      return Text(text);
  }

  void pad(const Spec& spec, const Text& text) {
    const auto width = static_cast<std::size_t>(spec.width);
    const std::size_t fill = text.size() < width ? width - text.size() : 0;
    if (!spec.left) out_.append(fill, ' ');
    out_ += text;
    if (spec.left) out_.append(fill, ' ');
  }

  const Char* at_;
  Arguments args_;
  Text out_;
};

}  // namespace

std::wstring format_wide(const wchar_t* format, va_list args) {
  return Formatter<wchar_t>(format, args).run();
}

std::string format_narrow(const char* format, va_list args) {
  return Formatter<char>(format, args).run();
}

}  // namespace vsslab
