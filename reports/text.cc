#include "reports/text.h"

#include <fmt/format.h>

namespace vsslab::reports {
namespace {

enum class Tone { bad, doubtful, good, quiet };

Tone tone_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::error:
    case Verdict::fail:
    case Verdict::unexpected_pass:
      return Tone::bad;
    case Verdict::inconclusive:
    case Verdict::warning:
      return Tone::doubtful;
    case Verdict::pass:
      return Tone::good;
    case Verdict::waived:
    case Verdict::not_applicable:
      break;
  }
  return Tone::quiet;
}

// Length of the well-formed UTF-8 sequence at the front of `text`; 0 when it is broken.
std::size_t sequence_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  std::size_t length = 0;
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  if (lead >= 0xE0 && lead <= 0xEF) length = 3;
  if (lead >= 0xF0 && lead <= 0xF4) length = 4;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 0;
  }
  const auto second = static_cast<unsigned char>(text[1]);
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
      (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
    return 0;
  }
  return length;
}

}  // namespace

std::string_view mark(Verdict verdict, const TextStyle& style) {
  switch (tone_of(verdict)) {
    case Tone::bad:
      return style.unicode ? "✗" : "x";
    case Tone::doubtful:
      return "!";
    case Tone::good:
      return style.unicode ? "✓" : "ok";
    case Tone::quiet:
      break;
  }
  return style.unicode ? "–" : "-";
}

std::size_t mark_columns(Verdict verdict, const TextStyle& style) {
  return columns(mark(verdict, style));
}

std::string painted(std::string_view text, Verdict verdict, const TextStyle& style) {
  if (!style.colour) return std::string(text);
  switch (tone_of(verdict)) {
    case Tone::bad:
      return fmt::format("\x1b[31m{}\x1b[0m", text);
    case Tone::doubtful:
      return fmt::format("\x1b[33m{}\x1b[0m", text);
    case Tone::good:
      return fmt::format("\x1b[32m{}\x1b[0m", text);
    case Tone::quiet:
      break;
  }
  return std::string(text);
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t length = sequence_length(text);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    const bool c1 = length == 2 && first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
    const unsigned last = static_cast<unsigned char>(text[length - 1]);
    // Marks that turn the direction of writing make a reader see another text.
    const bool turns = length == 3 && first == 0xE2 &&
                       ((text[1] == '\x80' && last >= 0xAA && last <= 0xAE) ||
                        (text[1] == '\x81' && last >= 0xA6 && last <= 0xA9));
    if (turns) {
      out +=
          fmt::format("\\u{:04x}", 0x2000U | ((static_cast<unsigned char>(text[1]) & 0x3FU) << 6) |
                                       (last & 0x3FU));
    } else if (first < 0x20 || first == 0x7F) {
      out += fmt::format("\\x{:02x}", first);
    } else if (c1) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[1]));
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

std::size_t columns(std::string_view text) {
  std::size_t count = 0;
  for (const char byte : text) {
    if ((static_cast<unsigned char>(byte) & 0xC0) != 0x80) ++count;
  }
  return count;
}

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  const std::size_t used = columns(text);
  if (used < width) out.append(width - used, ' ');
  return out;
}

std::string plural(std::size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

}  // namespace vsslab::reports
