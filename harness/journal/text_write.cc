#include "core/hresult.h"
#include "journal/text.h"
#include "journal/words.h"

namespace vsslab {
namespace {

constexpr std::size_t kPieceBytes = 64ULL << 10;
constexpr std::size_t kDecisionsOfLine = 4096;

void append_actor(std::string& out, const Actor& actor) {
  out += actor_kind_name(actor.kind);
  out += ':';
  append_word(out, actor.name);
}

void append_phase(std::string& out, Phase phase) {
  switch (phase) {
    case Phase::enter:
      out += "enter";
      return;
    case Phase::leave:
      out += "leave";
      return;
    case Phase::instant:
      out += '-';
      return;
  }
}

void append_hr(std::string& out, Hr hr) {
  out += " hr=";
  if (hr == hr::ok) {
    out += "S_OK";
  } else {
    out += hresult_name(hr);
  }
}

void append_meta(std::string& out, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  out += "! ";
  out += key;
  out += '=';
  append_word(out, value);
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

void append_header(std::string& out, const JournalMeta& meta, TextHeader header) {
  out += "vsslab-journal 1\n";
  if (header == TextHeader::whole) append_meta(out, "toolkit", meta.toolkit);
  append_meta(out, "scenario", meta.scenario);
  if (header == TextHeader::whole) append_meta(out, "file", meta.scenario_file);
  append_meta(out, "clock", meta.clock);
  append_meta(out, "profile", meta.profile);
  append_meta(out, "seed", std::to_string(meta.seed));
  append_meta(out, "ties", meta.ties);
  append_decisions(out, meta.decisions);
  append_meta(out, "ended", meta.ended);
}

}  // namespace

void append_event(std::string& out, const Journal& journal, const Event& event) {
  out += '#';
  append_number(out, event.seq);
  out += ' ';
  append_seconds(out, event.t);
  out += " s";
  append_number(out, event.session);
  out += ' ';
  append_actor(out, journal.actor(event.actor));
  out += ' ';
  append_word(out, event.name);
  out += ' ';
  append_phase(out, event.phase);
  if (event.has_hr) append_hr(out, event.hr);
  if (event.cause != 0) {
    out += " ^";
    append_number(out, event.cause);
  }
  if (event.thread != 0) {
    out += " @";
    append_number(out, event.thread);
  }
  if (event.document >= 0) {
    out += " doc=";
    append_number(out, static_cast<std::uint64_t>(event.document));
  }
  for (const Arg& arg : journal.args(event)) {
    out += ' ';
    out += arg.key;
    out += '=';
    append_word(out, arg.value);
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
  append_header(piece, journal.meta, header);
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
