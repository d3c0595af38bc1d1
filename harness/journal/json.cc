#include "journal/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/hresult.h"
#include "core/limits.h"
#include "journal/words.h"

namespace vsslab {
namespace {

using Json = nlohmann::ordered_json;

// Text that is not UTF-8 cannot be said in JSON; it is replaced rather than lost with the whole
// line.
std::string line_of(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string_view phase_name(Phase phase) {
  switch (phase) {
    case Phase::enter:
      return "enter";
    case Phase::leave:
      return "leave";
    case Phase::instant:
      return "instant";
  }
  return {};
}

std::string hexadecimal(const std::vector<std::uint8_t>& bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

Json header_json(const Journal& journal) {
  const JournalMeta& meta = journal.meta;
  Json object;
  object["vsslab-journal"] = 1;
  object["toolkit"] = meta.toolkit;
  object["scenario"] = meta.scenario;
  object["file"] = meta.scenario_file;
  if (!meta.inputs.empty()) object["inputs"] = meta.inputs;
  if (!meta.inputs_digest.empty()) object["inputs_digest"] = meta.inputs_digest;
  if (!meta.settings.empty()) object["set"] = meta.settings;
  if (meta.redacted) object["redacted"] = true;
  object["events"] = journal.events().size();
  object["clock"] = meta.clock;
  object["profile"] = meta.profile;
  object["seed"] = meta.seed;
  object["ties"] = meta.ties;
  object["decisions"] = hexadecimal(meta.decisions);
  object["ended"] = meta.ended;
  return object;
}

Json event_json(const Journal& journal, const Event& event) {
  const Actor& actor = journal.actor(event.actor);
  Json object;
  object["seq"] = event.seq;
  object["t_ns"] = event.t.count();
  object["session"] = event.session;
  object["actor"] = fmt::format("{}:{}", actor_kind_name(actor.kind), actor.name);
  object["event"] = event.name;
  object["phase"] = phase_name(event.phase);
  if (event.has_hr) object["hr"] = hresult_name(event.hr);
  if (event.cause != 0) object["cause"] = event.cause;
  if (event.thread != 0) object["thread"] = event.thread;
  if (event.document >= 0) object["doc"] = event.document;
  if (event.args_count > 0) {
    Json& args = object["args"] = Json::object();
    for (const Arg& arg : journal.args(event)) args[std::string(arg.key)] = arg.value;
  }
  return object;
}

class Parser {
 public:
  Parser(std::string_view text, std::string_view file) : text_(text), file_(file) {}
  Result<Journal> parse();

 private:
  tl::unexpected<Error> error(std::string message, std::string hint = {}) const;
  Result<void> take(const Json& object);
  Result<void> take_header(const Json& object);
  Result<void> take_event(const Json& object);
  Result<void> take_place(const Json& object, NewEvent& event);
  Result<void> take_actor(const Json& object, NewEvent& event);
  Result<void> take_phase(const Json& object, NewEvent& event);
  Result<void> take_args(const Json& object, std::vector<ArgText>& args);
  Result<void> take_document(const Json& object);
  Result<void> only(const Json& object, std::initializer_list<std::string_view> keys) const;
  // A member as text or as a number from 0 to `most`; nothing when it is missing or something else.
  static std::optional<std::string_view> text_of(const Json& object, const char* key);
  static std::optional<std::uint64_t> number_of(const Json& object, const char* key,
                                                std::uint64_t most);

  std::string_view text_;
  std::string_view file_;
  std::string_view line_;
  int line_number_ = 0;
  bool header_seen_ = false;
  std::optional<std::uint64_t> announced_events_;
  std::int32_t highest_document_ = -1;
  Journal journal_;
};

tl::unexpected<Error> Parser::error(std::string message, std::string hint) const {
  Error error;
  error.message = std::move(message);
  error.file = file_;
  error.line = line_number_;
  error.source_line = line_.substr(0, 120);
  error.hint = std::move(hint);
  return tl::make_unexpected(std::move(error));
}

std::optional<std::string_view> Parser::text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get_ref<const std::string&>();
}

std::optional<std::uint64_t> Parser::number_of(const Json& object, const char* key,
                                               std::uint64_t most) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  const auto number = found->get<std::uint64_t>();
  if (number > most) return std::nullopt;
  return number;
}

Result<void> Parser::only(const Json& object, std::initializer_list<std::string_view> keys) const {
  for (const auto& [key, value] : object.items()) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      return error(fmt::format("unknown member '{}'", key.substr(0, 40)));
    }
  }
  return {};
}

Result<Journal> Parser::parse() {
  if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  for (std::size_t position = 0; position < text_.size();) {
    const std::size_t end = std::min(text_.find('\n', position), text_.size());
    line_ = text_.substr(position, end - position);
    position = end + 1;
    ++line_number_;
    if (line_.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const bool document = line_.starts_with("{\"document\"");
    if (!document && line_.size() > limits::kJournalLineBytesMax) {
      return error(fmt::format("the line has {} bytes; journal_line_bytes_max is {}", line_.size(),
                               limits::kJournalLineBytesMax));
    }
    const Json object = Json::parse(line_, nullptr, false);
    if (!object.is_object()) return error("the line is no JSON object");
    if (auto done = take(object); !done) return tl::make_unexpected(done.error());
  }
  if (!header_seen_) return error("the journal has no header", R"({"vsslab-journal":1,…})");
  if (highest_document_ >= static_cast<std::int32_t>(journal_.documents().size())) {
    return error(fmt::format("an event carries document {}, the journal has {}", highest_document_,
                             journal_.documents().size()),
                 "the file may be truncated");
  }
  if (announced_events_ && *announced_events_ != journal_.events().size()) {
    if (*announced_events_ < journal_.events().size()) {
      return error(fmt::format("the journal announces {} events and has {}", *announced_events_,
                               journal_.events().size()));
    }
    journal_.meta.ended.clear();  // the file was cut off between two lines
  }
  return std::move(journal_);
}

Result<void> Parser::take(const Json& object) {
  if (!header_seen_) return take_header(object);
  if (object.contains("document")) return take_document(object);
  return take_event(object);
}

Result<void> Parser::take_header(const Json& object) {
  const auto format = number_of(object, "vsslab-journal", UINT32_MAX);
  if (!format) return error("the first line is no journal header", R"({"vsslab-journal":1,…})");
  if (*format != 1) {
    return error(fmt::format("journal format {} is not known", *format),
                 "this vsslab reads format 1");
  }
  if (auto done = only(object, {"vsslab-journal", "toolkit", "scenario", "file", "clock", "profile",
                                "seed", "ties", "decisions", "ended", "inputs", "inputs_digest",
                                "set", "redacted", "events"});
      !done) {
    return done;
  }
  JournalMeta& meta = journal_.meta;
  const std::pair<const char*, std::string*> texts[] = {{"toolkit", &meta.toolkit},
                                                        {"scenario", &meta.scenario},
                                                        {"file", &meta.scenario_file},
                                                        {"clock", &meta.clock},
                                                        {"profile", &meta.profile},
                                                        {"ties", &meta.ties},
                                                        {"ended", &meta.ended},
                                                        {"inputs", &meta.inputs},
                                                        {"inputs_digest", &meta.inputs_digest}};
  for (const auto& [key, target] : texts) {
    if (!object.contains(key)) continue;
    const auto value = text_of(object, key);
    if (!value) return error(fmt::format("'{}' is no text", key));
    *target = *value;
  }
  if (object.contains("seed")) {
    const auto seed = number_of(object, "seed", UINT64_MAX);
    if (!seed) return error("'seed' is no whole number");
    meta.seed = *seed;
  }
  if (object.contains("decisions")) {
    const auto hex = text_of(object, "decisions");
    if (!hex || !parse_hex(*hex, meta.decisions)) {
      return error("the decisions are not pairs of hexadecimal digits");
    }
  }
  if (object.contains("events")) {
    announced_events_ = number_of(object, "events", UINT64_MAX);
    if (!announced_events_) return error("'events' is no whole number");
  }
  if (const auto set = object.find("set"); set != object.end()) {
    if (!set->is_array()) return error("'set' is no list");
    for (const Json& setting : *set) {
      if (!setting.is_string()) return error("'set' is no list of texts");
      meta.settings.push_back(setting.get<std::string>());
    }
  }
  if (const auto redacted = object.find("redacted"); redacted != object.end()) {
    if (!redacted->is_boolean()) return error("'redacted' is neither true nor false");
    meta.redacted = redacted->get<bool>();
  }
  header_seen_ = true;
  return {};
}

Result<void> Parser::take_event(const Json& object) {
  if (auto done = only(object, {"seq", "t_ns", "session", "actor", "event", "phase", "hr", "cause",
                                "thread", "doc", "args"});
      !done) {
    return done;
  }
  NewEvent event;
  if (auto done = take_place(object, event); !done) return done;
  if (auto done = take_actor(object, event); !done) return done;
  if (auto done = take_phase(object, event); !done) return done;
  const auto name = text_of(object, "event");
  if (!name) return error("'event' has to be the name of an event");
  event.name = *name;
  if (object.contains("hr")) {
    const auto text = text_of(object, "hr");
    const auto hr = text ? parse_hresult(*text) : std::nullopt;
    if (!hr) return error("'hr' is no HRESULT", "a name, or 0x and 8 digits");
    event.hr = *hr;
  }
  std::vector<ArgText> args;
  if (auto done = take_args(object, args); !done) return done;
  journal_.append(event, args);
  return {};
}

Result<void> Parser::take_place(const Json& object, NewEvent& event) {
  const Seq next = journal_.events().size() + 1;
  if (next > limits::kJournalEventsMax) {
    return error(
        fmt::format("more than {} events (journal_events_max)", limits::kJournalEventsMax));
  }
  const auto seq = number_of(object, "seq", UINT64_MAX);
  if (!seq || *seq != next) {
    return error("the event is out of sequence", fmt::format("\"seq\":{} is next", next));
  }
  constexpr std::uint64_t kCentury = 3'200'000'000'999'999'999ULL;  // as parse_seconds has it
  const auto t = number_of(object, "t_ns", kCentury);
  if (!t) return error("'t_ns' has to be a whole number of nanoseconds, 0 or more");
  event.t = Time(static_cast<std::int64_t>(*t));
  if (!journal_.events().empty() && event.t < journal_.events().back().t) {
    return error(fmt::format("time runs backwards: the event is earlier than #{}",
                             journal_.events().size()));
  }
  const auto session = number_of(object, "session", UINT32_MAX);
  if (!session) return error("'session' has to be a whole number");
  event.session = static_cast<std::uint32_t>(*session);
  if (object.contains("cause")) {
    const auto cause = number_of(object, "cause", next - 1);
    if (!cause || *cause == 0) return error("'cause' is no earlier event");
    event.cause = *cause;
  }
  if (object.contains("thread")) {
    const auto thread = number_of(object, "thread", UINT32_MAX);
    if (!thread) return error("'thread' has to be a whole number");
    event.thread = static_cast<std::uint32_t>(*thread);
  }
  if (object.contains("doc")) {
    const auto document = number_of(object, "doc", INT32_MAX);
    if (!document) return error("'doc' has to be the number of a document");
    event.document = static_cast<std::int32_t>(*document);
    highest_document_ = std::max(highest_document_, event.document);
  }
  return {};
}

Result<void> Parser::take_actor(const Json& object, NewEvent& event) {
  const auto text = text_of(object, "actor");
  const std::size_t colon = text ? text->find(':') : std::string_view::npos;
  if (colon != std::string_view::npos) {
    for (const ActorKind kind : {ActorKind::requester, ActorKind::writer, ActorKind::provider,
                                 ActorKind::service, ActorKind::volume, ActorKind::lab}) {
      if (actor_kind_name(kind) != text->substr(0, colon)) continue;
      event.actor = journal_.actor(kind, text->substr(colon + 1));
      return {};
    }
  }
  return error("'actor' is no actor",
               "kind:name, where the kind is requester, writer, provider, service, volume or lab");
}

Result<void> Parser::take_phase(const Json& object, NewEvent& event) {
  const auto text = text_of(object, "phase");
  for (const Phase phase : {Phase::enter, Phase::leave, Phase::instant}) {
    if (!text || *text != phase_name(phase)) continue;
    event.phase = phase;
    return {};
  }
  return error("'phase' has to be enter, leave or instant");
}

Result<void> Parser::take_args(const Json& object, std::vector<ArgText>& args) {
  const auto found = object.find("args");
  if (found == object.end()) return {};
  if (!found->is_object()) return error("'args' has to be an object of texts");
  if (found->size() > limits::kJournalArgsMax) {
    return error(fmt::format("more than {} arguments (journal_args_max)", limits::kJournalArgsMax));
  }
  for (const auto& [key, value] : found->items()) {
    if (!is_argument_key(key)) {
      return error(fmt::format("'{}' is no name of an argument", key.substr(0, 40)));
    }
    if (!value.is_string()) return error(fmt::format("argument '{}' is no text", key));
    args.push_back({key, value.get_ref<const std::string&>()});
  }
  return {};
}

Result<void> Parser::take_document(const Json& object) {
  if (auto done = only(object, {"document", "kind", "text"}); !done) return done;
  const auto index = number_of(object, "document", INT32_MAX);
  if (!index || *index != journal_.documents().size()) {
    return error("the document is out of order",
                 fmt::format("\"document\":{} is next", journal_.documents().size()));
  }
  const auto kind = text_of(object, "kind");
  const auto text = text_of(object, "text");
  if (!kind || (*kind != "WriterMetadata" && *kind != "BackupComponents")) {
    return error("unknown kind of document", "WriterMetadata or BackupComponents");
  }
  if (!text) return error("'text' has to be the document");
  journal_.add_document(
      *kind == "WriterMetadata" ? DocumentKind::writer_metadata : DocumentKind::backup_components,
      std::string(*text));
  return {};
}

}  // namespace

void stream_json(const Journal& journal, const TextSink& sink) {
  sink(line_of(header_json(journal)));
  for (const Event& event : journal.events()) sink(line_of(event_json(journal, event)));
  std::size_t number = 0;
  for (const StoredDocument& document : journal.documents()) {
    Json object;
    object["document"] = number++;
    object["kind"] = document_kind_name(document.kind);
    object["text"] = document.text;
    sink(line_of(object));
  }
}

std::string write_json(const Journal& journal) {
  std::string text;
  stream_json(journal, [&](std::string_view piece) { text += piece; });
  return text;
}

Result<Journal> parse_json(std::string_view text, std::string_view file) {
  return Parser(text, file).parse();
}

}  // namespace vsslab
