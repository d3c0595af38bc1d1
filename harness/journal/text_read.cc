#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "core/hresult.h"
#include "core/limits.h"
#include "journal/text.h"
#include "journal/words.h"

namespace vsslab {
namespace {

constexpr std::string_view kMagic = "vsslab-journal ";
constexpr std::size_t kSourceLineShown = 120;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// A word as it stands: `Freeze`, `limit=20`, `writer:"System Writer"`. What stood in quotes is
// decoded.
struct Token {
  std::string_view bare;  // all of it, or what stands before the quotes
  bool quoted = false;
  std::string value;  // what stood in the quotes
};

class Parser {
 public:
  Parser(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  Result<Journal> parse();

 private:
  struct Fields {
    NewEvent event;
    std::uint64_t label = 0, cause = 0;
    std::string name;
    std::vector<std::pair<std::string_view, std::string>> args;
  };

  tl::unexpected<Error> error(std::string message, std::string hint = {}) const;
  std::string_view take_line();
  Result<void> parse_header();
  Result<void> parse_meta(std::string_view line);
  Result<void> parse_document(std::string_view line);
  Result<void> parse_events(std::string_view line);
  Result<void> parse_event(std::string_view line, std::size_t& at);
  Result<bool> next_token(std::string_view line, std::size_t& at, Token& token,
                          Escapes escapes = Escapes::text);
  bool end_of_event(std::string_view line, std::size_t at) const;
  Result<void> take_label(const Token& token, Fields& fields);
  Result<void> take_time(const Token& token, Fields& fields);
  Result<void> take_actor(const Token& token, Fields& fields);
  Result<void> take_rest(std::string_view line, std::size_t& at, Fields& fields);
  Result<void> take_field(const Token& token, Fields& fields);
  Result<void> take_number(const Token& token, Fields& fields);
  Result<void> take_arg(std::string_view key, std::string value, Fields& fields);
  Result<void> take_document(const Token& token, Fields& fields);
  Result<void> finish(Fields& fields);
  Result<void> check_documents() const;

  std::string_view text_;
  std::string_view file_;
  std::size_t position_ = 0;
  int line_number_ = 0;
  std::string_view line_;
  bool short_form_ = true;
  std::optional<std::uint64_t> announced_events_;
  Journal journal_;
  std::unordered_map<std::uint64_t, Seq> labels_;  // short form: #N as written -> sequence number
  std::int32_t highest_document_ = -1;
};

tl::unexpected<Error> Parser::error(std::string message, std::string hint) const {
  Error error;
  error.message = std::move(message);
  error.file = file_;
  error.line = line_number_;
  error.source_line = line_.substr(0, kSourceLineShown);
  error.hint = std::move(hint);
  return tl::make_unexpected(std::move(error));
}

std::string_view Parser::take_line() {
  const std::size_t end = std::min(text_.find('\n', position_), text_.size());
  line_ = text_.substr(position_, end - position_);
  position_ = std::min(end + 1, text_.size());
  ++line_number_;
  if (line_.ends_with('\r')) line_.remove_suffix(1);
  return line_;
}

Result<Journal> Parser::parse() {
  if (const auto bad = find_invalid_utf8(text_); bad != std::string_view::npos) {
    line_number_ = 1 + static_cast<int>(std::count(text_.begin(), text_.begin() + bad, '\n'));
    return error("the journal is not UTF-8", fmt::format("byte {} of the file", bad + 1));
  }
  if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  if (text_.starts_with(kMagic)) {
    if (auto done = parse_header(); !done) return tl::make_unexpected(done.error());
  } else {
    journal_.meta.ended = "quiet";
  }
  while (position_ < text_.size()) {
    const std::string_view line = take_line();
    Result<void> done;
    if (!short_form_ && line.starts_with("! ")) {
      done = parse_meta(line.substr(2));
    } else if (!short_form_ && line.starts_with("document ")) {
      done = parse_document(line);
    } else {
      done = parse_events(line);
    }
    if (!done) return tl::make_unexpected(done.error());
  }
  if (auto done = check_documents(); !done) return tl::make_unexpected(done.error());
  if (announced_events_ && *announced_events_ != journal_.events().size()) {
    if (*announced_events_ < journal_.events().size()) {
      return error(fmt::format("the journal announces {} events and has {}", *announced_events_,
                               journal_.events().size()));
    }
    journal_.meta.ended.clear();  // the file was cut off between two lines
  }
  return std::move(journal_);
}

Result<void> Parser::parse_header() {
  short_form_ = false;
  const auto version = parse_number(take_line().substr(kMagic.size()));
  if (!version) return error("the format number of the journal is missing");
  if (*version != 1) {
    return error(fmt::format("journal format {} is not known", *version),
                 "this vsslab reads format 1");
  }
  return {};
}

Result<void> Parser::parse_meta(std::string_view line) {
  std::size_t at = 0;
  Token token;
  // A file's name may be any bytes.
  if (auto read = next_token(line, at, token, Escapes::any_byte); !read) {
    return tl::make_unexpected(read.error());
  }
  const std::size_t equals = token.bare.find('=');
  if (equals == std::string_view::npos) return error("a '!' line needs key=value");
  const std::string_view key = token.bare.substr(0, equals);
  const std::string value =
      token.quoted ? std::move(token.value) : std::string(token.bare.substr(equals + 1));
  JournalMeta& meta = journal_.meta;
  if (key == "seed") {
    const auto seed = parse_number(value);
    if (!seed) return error(fmt::format("'{}' is no seed", value), "a whole number");
    meta.seed = *seed;
  } else if (key == "decisions") {
    if (!parse_hex(value, meta.decisions)) {
      return error("the decisions are not pairs of hexadecimal digits");
    }
  } else if (key == "toolkit") {
    meta.toolkit = value;
  } else if (key == "scenario") {
    meta.scenario = value;
  } else if (key == "file") {
    meta.scenario_file = value;
  } else if (key == "clock") {
    meta.clock = value;
  } else if (key == "profile") {
    meta.profile = value;
  } else if (key == "ties") {
    meta.ties = value;
  } else if (key == "ended") {
    meta.ended = value;
  } else if (key == "inputs") {
    meta.inputs = value;
  } else if (key == "inputs_digest") {
    meta.inputs_digest = value;
  } else if (key == "set") {
    meta.settings.push_back(value);
  } else if (key == "events") {
    announced_events_ = parse_number(value);
    if (!announced_events_) return error(fmt::format("'{}' is no number of events", value));
  } else if (key == "redacted") {
    meta.redacted = value == "yes";
  } else {
    return error(fmt::format("unknown header key '{}'", key),
                 "toolkit, scenario, file, inputs, inputs_digest, set, redacted, events, clock, "
                 "profile, seed, ties, decisions, ended");
  }
  return {};
}

Result<void> Parser::parse_document(std::string_view line) {
  std::size_t at = std::string_view("document ").size();
  Token number, kind, bytes;
  for (Token* token : {&number, &kind, &bytes}) {
    if (auto read = next_token(line, at, *token); !read) return tl::make_unexpected(read.error());
    while (at < line.size() && is_blank(line[at])) ++at;
  }
  const auto index = parse_number(number.bare);
  if (!index || *index != journal_.documents().size()) {
    return error(fmt::format("document '{}' is out of order", number.bare),
                 fmt::format("the next one is {}", journal_.documents().size()));
  }
  if (kind.bare != "WriterMetadata" && kind.bare != "BackupComponents") {
    return error(fmt::format("unknown kind of document '{}'", kind.bare),
                 "WriterMetadata or BackupComponents");
  }
  const auto size = parse_number(bytes.bare);
  if (!size) return error(fmt::format("'{}' is no number of bytes", bytes.bare));
  if (*size > text_.size() - position_) {
    return error(fmt::format("the file ends within document {}: {} bytes announced, {} there",
                             *index, *size, text_.size() - position_));
  }
  const std::string_view document = text_.substr(position_, *size);
  position_ += document.size();
  line_number_ += static_cast<int>(std::count(document.begin(), document.end(), '\n'));
  if (position_ < text_.size() && text_[position_] != '\n') {
    return error(fmt::format("document {} is not followed by a line break", *index));
  }
  position_ = std::min(position_ + 1, text_.size());
  ++line_number_;
  journal_.add_document(kind.bare == "WriterMetadata" ? DocumentKind::writer_metadata
                                                      : DocumentKind::backup_components,
                        std::string(document));
  return {};
}

Result<void> Parser::parse_events(std::string_view line) {
  if (line.size() > limits::kJournalLineBytesMax) {
    return error(fmt::format("the line has {} bytes; journal_line_bytes_max is {}", line.size(),
                             limits::kJournalLineBytesMax));
  }
  std::size_t at = 0;
  for (;;) {
    while (at < line.size() && is_blank(line[at])) ++at;
    if (at == line.size()) return {};
    if (auto done = parse_event(line, at); !done) return done;
  }
}

// Two blanks (or the end of the line) part one event from the next.
bool Parser::end_of_event(std::string_view line, std::size_t at) const {
  if (at >= line.size()) return true;
  return is_blank(line[at]) && (at + 1 >= line.size() || is_blank(line[at + 1]));
}

// Reads one word; leaves `at` behind it. False: the event has no further word.
Result<bool> Parser::next_token(std::string_view line, std::size_t& at, Token& token,
                                Escapes escapes) {
  if (end_of_event(line, at)) return false;
  if (is_blank(line[at])) ++at;
  const std::size_t begin = at;
  token = {};
  while (at < line.size() && !is_blank(line[at]) && line[at] != '"') ++at;
  token.bare = line.substr(begin, at - begin);
  if (at == line.size() || line[at] != '"') return true;
  if (!token.bare.empty() && token.bare.back() != '=' && token.bare.back() != ':') {
    return error(fmt::format("a quote within the word '{}'", token.bare),
                 "a word with a quote in it stands in quotes as a whole");
  }
  auto value = read_quoted(line, at, escapes);
  if (!value) return error("a quoted word does not end, or has an unknown escape");
  if (at < line.size() && !is_blank(line[at])) return error("text follows a closing quote");
  token.quoted = true;
  token.value = std::move(*value);
  return true;
}

Result<void> Parser::parse_event(std::string_view line, std::size_t& at) {
  Fields fields;
  Token token;
  const auto next = [&](const char* wanted) -> Result<void> {
    auto read = next_token(line, at, token);
    if (!read) return tl::make_unexpected(read.error());
    if (!*read) return error(fmt::format("the event ends where {} was due", wanted));
    return {};
  };
  if (auto done = next("a time"); !done) return done;
  if (token.bare.starts_with('#')) {
    if (auto done = take_label(token, fields); !done) return done;
    if (auto done = next("a time"); !done) return done;
  } else if (!short_form_) {
    return error("an event begins with '#' and its sequence number");
  }
  if (auto done = take_time(token, fields); !done) return done;
  if (auto done = next("an actor"); !done) return done;
  bool session_given = false;
  if (!token.quoted && token.bare.size() > 1 && token.bare[0] == 's') {
    if (const auto session = parse_number(token.bare.substr(1));
        session && *session <= UINT32_MAX) {
      fields.event.session = static_cast<std::uint32_t>(*session);
      session_given = true;
      if (auto done = next("an actor"); !done) return done;
    }
  }
  if (!session_given && !short_form_) return error("the session is missing", "s0, s1, …");
  if (auto done = take_actor(token, fields); !done) return done;
  if (!session_given) {
    const ActorKind kind = journal_.actor(fields.event.actor).kind;
    fields.event.session = kind == ActorKind::lab || kind == ActorKind::volume ? 0 : 1;
  }
  if (auto done = next("the name of an event"); !done) return done;
  fields.name = token.quoted ? std::move(token.value) : std::string(token.bare);
  if (auto done = take_rest(line, at, fields); !done) return done;
  return finish(fields);
}

Result<void> Parser::take_label(const Token& token, Fields& fields) {
  const auto label = parse_number(token.bare.substr(1));
  if (!label || *label == 0) return error(fmt::format("'{}' is no sequence number", token.bare));
  const Seq next = journal_.events().size() + 1;
  if (!short_form_ && *label != next) {
    return error(fmt::format("event #{} is out of sequence", *label),
                 fmt::format("#{} is next", next));
  }
  fields.label = *label;
  return {};
}

Result<void> Parser::take_time(const Token& token, Fields& fields) {
  const auto time = token.quoted ? std::nullopt : parse_seconds(token.bare);
  if (!time) {
    return error(fmt::format("'{}' is no time", token.bare), "seconds, such as 0.5 or 61");
  }
  fields.event.t = *time;
  return {};
}

Result<void> Parser::take_actor(const Token& token, Fields& fields) {
  constexpr ActorKind kKinds[] = {ActorKind::requester, ActorKind::writer, ActorKind::provider,
                                  ActorKind::service,   ActorKind::volume, ActorKind::lab};
  const std::size_t colon = token.bare.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view kind = token.bare.substr(0, colon);
    const std::string_view name =
        token.quoted ? std::string_view(token.value) : token.bare.substr(colon + 1);
    for (const ActorKind candidate : kKinds) {
      if (actor_kind_name(candidate) != kind) continue;
      fields.event.actor = journal_.actor(candidate, name);
      return {};
    }
  } else if (short_form_ && !token.quoted && !token.bare.empty()) {
    constexpr std::string_view kLetters = "RWPCVL";
    const std::size_t letter = kLetters.find(token.bare[0]);
    if (letter != std::string_view::npos) {
      std::string_view name = token.bare;
      if (kKinds[letter] == ActorKind::service) name = "vss";
      if (kKinds[letter] == ActorKind::lab) name = "lab";
      fields.event.actor = journal_.actor(kKinds[letter], name);
      return {};
    }
  }
  return error(fmt::format("'{}' is no actor", token.bare),
               "kind:name, where the kind is requester, writer, provider, service, volume or lab");
}

Result<void> Parser::take_rest(std::string_view line, std::size_t& at, Fields& fields) {
  Token token;
  bool phase_given = false;
  for (bool first = true;; first = false) {
    auto read = next_token(line, at, token);
    if (!read) return tl::make_unexpected(read.error());
    if (!*read) break;
    if (first && !token.quoted) {
      phase_given = true;
      if (token.bare == "enter") {
        fields.event.phase = Phase::enter;
      } else if (token.bare == "leave") {
        fields.event.phase = Phase::leave;
      } else if (token.bare != "-") {
        phase_given = false;
      }
      if (phase_given) continue;
    }
    if (auto done = take_field(token, fields); !done) return done;
  }
  if (!phase_given && !short_form_) return error("the phase is missing", "enter, leave or -");
  return {};
}

Result<void> Parser::take_field(const Token& token, Fields& fields) {
  if (!token.quoted && (token.bare.starts_with('^') || token.bare.starts_with('@'))) {
    return take_number(token, fields);
  }
  const std::size_t equals = token.bare.find('=');
  const std::string_view key = token.bare.substr(0, equals);
  if (equals == std::string_view::npos || !(key == "hr" || key == "doc" || is_argument_key(key)) ||
      (token.quoted && equals + 1 != token.bare.size())) {
    return error(fmt::format("'{}' is not understood", token.bare),
                 "after the name stand enter, leave or -, then hr=, ^cause, @thread, key=value");
  }
  if (key == "doc") return take_document(token, fields);
  std::string value = token.quoted ? token.value : std::string(token.bare.substr(equals + 1));
  if (key == "hr") {
    const auto hr = parse_hresult(value);
    if (!hr) return error(fmt::format("'{}' is no HRESULT", value), "a name, or 0x and 8 digits");
    fields.event.hr = *hr;
    return {};
  }
  return take_arg(key, std::move(value), fields);
}

Result<void> Parser::take_number(const Token& token, Fields& fields) {
  const auto number = parse_number(token.bare.substr(1));
  if (!number) return error(fmt::format("'{}' is no number", token.bare));
  if (token.bare[0] == '^') {
    fields.cause = *number;
  } else if (*number > UINT32_MAX) {
    return error(fmt::format("thread {} is too large", *number));
  } else {
    fields.event.thread = static_cast<std::uint32_t>(*number);
  }
  return {};
}

Result<void> Parser::take_arg(std::string_view key, std::string value, Fields& fields) {
  if (fields.args.size() >= limits::kJournalArgsMax) {
    return error(fmt::format("more than {} arguments (journal_args_max)", limits::kJournalArgsMax));
  }
  for (const auto& [known, _] : fields.args) {
    if (known == key) return error(fmt::format("argument '{}' stands twice", key));
  }
  fields.args.emplace_back(key, std::move(value));
  return {};
}

Result<void> Parser::take_document(const Token& token, Fields& fields) {
  if (token.quoted) {
    if (!short_form_) return error("doc= names a document by its number");
    const bool writer = token.value.find("<WRITER_METADATA") != std::string::npos;
    fields.event.document = journal_.add_document(
        writer ? DocumentKind::writer_metadata : DocumentKind::backup_components, token.value);
    return {};
  }
  const auto number = parse_number(token.bare.substr(4));
  if (!number || *number > INT32_MAX || short_form_) {
    return error(fmt::format("'{}' is no document", token.bare));
  }
  fields.event.document = static_cast<std::int32_t>(*number);
  highest_document_ = std::max(highest_document_, fields.event.document);
  return {};
}

Result<void> Parser::finish(Fields& fields) {
  const Seq next = journal_.events().size() + 1;
  if (next > limits::kJournalEventsMax) {
    return error(
        fmt::format("more than {} events (journal_events_max)", limits::kJournalEventsMax));
  }
  if (next > 1 && fields.event.t < journal_.event(next - 1).t) {
    return error(fmt::format("time runs backwards: event #{} is earlier than #{}", next, next - 1),
                 "events stand in the order in which they happened");
  }
  if (fields.cause != 0) {
    fields.event.cause = fields.cause;
    if (const auto known = labels_.find(fields.cause); known != labels_.end()) {
      fields.event.cause = known->second;
    }
    if (fields.event.cause >= next) {
      return error(fmt::format("cause ^{} is no earlier event", fields.cause));
    }
  }
  if (fields.label != 0 && short_form_ && !labels_.emplace(fields.label, next).second) {
    return error(fmt::format("#{} stands twice", fields.label));
  }
  std::vector<ArgText> args;
  args.reserve(fields.args.size());
  for (const auto& [key, value] : fields.args) args.push_back({key, value});
  fields.event.name = fields.name;
  journal_.append(fields.event, args);
  return {};
}

Result<void> Parser::check_documents() const {
  if (highest_document_ >= static_cast<std::int32_t>(journal_.documents().size())) {
    return error(fmt::format("an event carries document {}, the journal has {}", highest_document_,
                             journal_.documents().size()),
                 "the file may be truncated");
  }
  return {};
}

}  // namespace

Result<Journal> parse_text(std::string_view text, std::string_view file) {
  return Parser(text, file).parse();
}

}  // namespace vsslab
