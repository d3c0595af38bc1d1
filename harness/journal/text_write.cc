#include <algorithm>
#include <charconv>
#include <cstring>

#include "core/hresult.h"
#include "journal/text.h"
#include "journal/words.h"

namespace vsslab {
namespace {

constexpr std::size_t kPieceBytes = 64ULL << 10;
constexpr std::size_t kDecisionsOfLine = 4096;

std::string_view phase_text(Phase phase) {
  switch (phase) {
    case Phase::enter:
      return " enter";
    case Phase::leave:
      return " leave";
    case Phase::instant:
      return " -";
  }
  return {};
}

constexpr std::size_t quoted_bytes_max(std::size_t bytes) { return 4 * bytes + 2; }

// Everything of a line that is no word of the journal's own length: numbers, signs, the HRESULT's
// name.
constexpr std::size_t kLineFrameBytes = 256;

std::size_t line_bytes_max(const Actor& actor, const Event& event, std::span<const Arg> args) {
  std::size_t bytes =
      kLineFrameBytes + quoted_bytes_max(actor.name.size()) + quoted_bytes_max(event.name.size());
  for (const Arg& arg : args) bytes += arg.key.size() + 2 + quoted_bytes_max(arg.value.size());
  return bytes;
}

// Writes into a string that has room for all of the line: half of a digest's time would go into
// asking for room character by character.
class LinePen {
 public:
  LinePen(std::string& out, std::size_t bytes_max) : out_(out) {
    const std::size_t used = out.size();
    out.resize(used + bytes_max);
    at_ = out.data() + used;
  }
  ~LinePen() { out_.resize(static_cast<std::size_t>(at_ - out_.data())); }
  LinePen(const LinePen&) = delete;
  LinePen& operator=(const LinePen&) = delete;

  void put(char c) { *at_++ = c; }
  void put(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void put_number(std::uint64_t number) { at_ = std::to_chars(at_, at_ + 20, number).ptr; }
  void put_seconds(Duration duration) {
    const std::int64_t count = duration.count();
    if (count < 0) {
      std::string text;
      append_seconds(text, duration);
      put(text);
      return;
    }
    put_number(static_cast<std::uint64_t>(count / 1'000'000'000));
    put('.');
    std::int64_t rest = count % 1'000'000'000;
    for (int i = 8; i >= 0; --i, rest /= 10) at_[i] = static_cast<char>('0' + rest % 10);
    at_ += 9;
  }
  void put_word(std::string_view text) {
    if (is_bare_word(text)) {
      put(text);
      return;
    }
    std::string quoted;
    append_word(quoted, text);
    put(quoted);
  }
  void put_hr(Hr hr) {
    if (hr == hr::ok) {
      put("S_OK");
    } else {
      put(hresult_name(hr));
    }
  }

 private:
  std::string& out_;
  char* at_;
};

void append_meta(std::string& out, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  out += "! ";
  out += key;
  out += '=';
  append_bytes(out, value);
  out += '\n';
}

void append_decisions(std::string& out, const std::vector<std::uint8_t>& decisions) {
  constexpr char kHex[] = "0123456789abcdef";
  for (std::size_t begin = 0; begin < decisions.size(); begin += kDecisionsOfLine) {
    out += "! decisions=";
    const std::size_t end = std::min(begin + kDecisionsOfLine, decisions.size());
    for (std::size_t i = begin; i < end; ++i) {
      out += kHex[decisions[i] >> 4];
      out += kHex[decisions[i] & 15];
    }
    out += '\n';
  }
}

void append_header(std::string& out, const Journal& journal, TextHeader header) {
  const JournalMeta& meta = journal.meta;
  out += "vsslab-journal 1\n";
  if (header == TextHeader::whole) append_meta(out, "toolkit", meta.toolkit);
  append_meta(out, "scenario", meta.scenario);
  if (header == TextHeader::whole) {
    append_meta(out, "file", meta.scenario_file);
    append_meta(out, "inputs", meta.inputs);
    append_meta(out, "inputs_digest", meta.inputs_digest);
    for (const std::string& setting : meta.settings) append_meta(out, "set", setting);
    if (meta.redacted) append_meta(out, "redacted", "yes");
    append_meta(out, "events", std::to_string(journal.events().size()));
  }
  append_meta(out, "clock", meta.clock);
  append_meta(out, "profile", meta.profile);
  append_meta(out, "seed", std::to_string(meta.seed));
  append_meta(out, "ties", meta.ties);
  append_decisions(out, meta.decisions);
  append_meta(out, "ended", meta.ended);
}

}  // namespace

void append_event(std::string& out, const Journal& journal, const Event& event) {
  const Actor& actor = journal.actor(event.actor);
  const std::span<const Arg> args = journal.args(event);
  LinePen pen(out, line_bytes_max(actor, event, args));
  pen.put('#');
  pen.put_number(event.seq);
  pen.put(' ');
  pen.put_seconds(event.t);
  pen.put(" s");
  pen.put_number(event.session);
  pen.put(' ');
  pen.put(actor_kind_name(actor.kind));
  pen.put(':');
  pen.put_word(actor.name);
  pen.put(' ');
  pen.put_word(event.name);
  pen.put(phase_text(event.phase));
  if (event.has_hr) {
    pen.put(" hr=");
    pen.put_hr(event.hr);
  }
  if (event.cause != 0) {
    pen.put(" ^");
    pen.put_number(event.cause);
  }
  if (event.thread != 0) {
    pen.put(" @");
    pen.put_number(event.thread);
  }
  if (event.document >= 0) {
    pen.put(" doc=");
    pen.put_number(static_cast<std::uint64_t>(event.document));
  }
  for (const Arg& arg : args) {
    pen.put(' ');
    pen.put(arg.key);
    pen.put('=');
    pen.put_word(arg.value);
  }
}

std::string event_line(const Journal& journal, const Event& event) {
  std::string line;
  append_event(line, journal, event);
  return line;
}

void stream_text(const Journal& journal, TextHeader header, const TextSink& sink) {
  std::string piece;
  piece.reserve(kPieceBytes + 4096);
  append_header(piece, journal, header);
  const auto flush = [&] {
    sink(piece);
    piece.clear();
  };
  for (const Event& event : journal.events()) {
    append_event(piece, journal, event);
    piece += '\n';
    if (piece.size() >= kPieceBytes) flush();
  }
  std::uint64_t number = 0;
  for (const StoredDocument& document : journal.documents()) {
    piece += "document ";
    append_number(piece, number++);
    piece += ' ';
    piece += document_kind_name(document.kind);
    piece += ' ';
    append_number(piece, document.text.size());
    piece += '\n';
    flush();
    sink(document.text);
    piece += '\n';
  }
  flush();
}

std::string write_text(const Journal& journal) {
  std::string text;
  stream_text(journal, TextHeader::whole, [&](std::string_view piece) { text += piece; });
  return text;
}

}  // namespace vsslab
