#include "run/result_io.h"

#include <algorithm>
#include <cstring>

namespace vsslab {
namespace {

constexpr std::uint64_t kMagic = 0x3352534c56ULL;
constexpr auto kPartyEndLast = static_cast<std::uint64_t>(PartyEnd::exit);
constexpr auto kActorKindLast = static_cast<std::uint64_t>(ActorKind::lab);

class Packer {
 public:
  void number(std::uint64_t value) {
    while (value >= 0x80) {
      bytes_.push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    bytes_.push_back(static_cast<char>(value));
  }
  void text(std::string_view value) {
    number(value.size());
    bytes_ += value;
  }
  template <class Item, class Put>
  void list(const std::vector<Item>& items, Put put) {
    number(items.size());
    for (const Item& item : items) put(item);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// After a broken byte every further read gives nothing and ok() is false.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) return broken();
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    return broken();
  }
  std::string text() {
    const std::uint64_t size = number();
    if (size > rest_.size()) {
      broken();
      return {};
    }
    std::string value(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return value;
  }
  template <class Item, class Get>
  void list(std::vector<Item>& items, Get get) {
    const std::uint64_t count = number();
    if (count > rest_.size()) broken();
    for (std::uint64_t i = 0; i < count && ok_; ++i) items.push_back(get());
  }
  Verdict verdict() {
    const std::uint64_t value = number();
    if (value > static_cast<std::uint64_t>(Verdict::pass)) broken();
    return ok_ ? static_cast<Verdict>(value) : Verdict::error;
  }
  bool ok() const { return ok_; }
  bool done() const { return ok_ && rest_.empty(); }

 private:
  std::uint64_t broken() {
    ok_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool ok_ = true;
};

void put_finding(Packer& out, const Finding& finding) {
  out.text(finding.rule_id);
  out.text(finding.subject);
  out.number(static_cast<std::uint64_t>(finding.verdict));
  out.number((finding.expected_by_scenario ? 1U : 0U) | (finding.consequence ? 2U : 0U));
  out.text(finding.expected);
  out.text(finding.actual);
  out.text(finding.because);
  out.text(finding.note);
  out.list(finding.evidence, [&](Seq seq) { out.number(seq); });
}

Finding get_finding(Unpacker& in) {
  Finding finding;
  finding.rule_id = in.text();
  finding.subject = in.text();
  finding.verdict = in.verdict();
  const std::uint64_t flags = in.number();
  finding.expected_by_scenario = (flags & 1U) != 0;
  finding.consequence = (flags & 2U) != 0;
  finding.expected = in.text();
  finding.actual = in.text();
  finding.because = in.text();
  finding.note = in.text();
  in.list(finding.evidence, [&] { return static_cast<Seq>(in.number()); });
  return finding;
}

void put_expectation(Packer& out, const ExpectationResult& expectation) {
  out.number(static_cast<std::uint64_t>(expectation.line));
  out.text(expectation.text);
  out.number(static_cast<std::uint64_t>(expectation.verdict));
  out.text(expectation.actual);
  out.list(expectation.evidence, [&](Seq seq) { out.number(seq); });
}

ExpectationResult get_expectation(Unpacker& in) {
  ExpectationResult expectation;
  expectation.line = static_cast<int>(in.number());
  expectation.text = in.text();
  expectation.verdict = in.verdict();
  expectation.actual = in.text();
  in.list(expectation.evidence, [&] { return static_cast<Seq>(in.number()); });
  return expectation;
}

}  // namespace

std::string pack_result(const ScenarioResult& result, std::string_view journal_text) {
  Packer out;
  out.number(kMagic);
  out.text(result.name);
  out.text(result.file);
  out.text(result.description);
  out.number(result.seed);
  out.text(result.clock);
  out.list(result.settings, [&](const std::string& setting) { out.text(setting); });
  out.list(result.selected_rules, [&](const std::string& rule) { out.text(rule); });
  out.list(result.findings, [&](const Finding& finding) { put_finding(out, finding); });
  out.list(result.expectations,
           [&](const ExpectationResult& expectation) { put_expectation(out, expectation); });
  out.list(result.parties, [&](const PartyResult& party) {
    out.number(static_cast<std::uint64_t>(party.kind));
    out.text(party.name);
    out.text(party.state);
    out.text(party.code);
    out.number(static_cast<std::uint64_t>(party.how));
    out.text(party.end);
    out.list(party.end_evidence, [&](Seq seq) { out.number(seq); });
    out.number(static_cast<std::uint64_t>(party.line));
  });
  out.list(result.notes, [&](const std::string& note) { out.text(note); });
  out.text(result.journal_digest);
  out.text(result.journal_file);
  out.number(static_cast<std::uint64_t>(result.virtual_time.count()));
  out.number(static_cast<std::uint64_t>(result.wall_time.count()));
  out.text(result.reproduce);
  out.text(result.toolkit_error);
  out.text(journal_text);
  return out.take();
}

std::optional<PackedResult> unpack_result(std::string_view bytes) {
  Unpacker in(bytes);
  if (in.number() != kMagic) return std::nullopt;
  PackedResult packed;
  ScenarioResult& result = packed.result;
  result.name = in.text();
  result.file = in.text();
  result.description = in.text();
  result.seed = in.number();
  result.clock = in.text();
  in.list(result.settings, [&] { return in.text(); });
  in.list(result.selected_rules, [&] { return in.text(); });
  in.list(result.findings, [&] { return get_finding(in); });
  in.list(result.expectations, [&] { return get_expectation(in); });
  in.list(result.parties, [&] {
    PartyResult party;
    party.kind = static_cast<ActorKind>(std::min<std::uint64_t>(in.number(), kActorKindLast));
    party.name = in.text();
    party.state = in.text();
    party.code = in.text();
    party.how = static_cast<PartyEnd>(std::min<std::uint64_t>(in.number(), kPartyEndLast));
    party.end = in.text();
    in.list(party.end_evidence, [&] { return static_cast<Seq>(in.number()); });
    party.line = static_cast<int>(in.number());
    return party;
  });
  in.list(result.notes, [&] { return in.text(); });
  result.journal_digest = in.text();
  result.journal_file = in.text();
  result.virtual_time = Time(static_cast<std::int64_t>(in.number()));
  result.wall_time = Duration(static_cast<std::int64_t>(in.number()));
  result.reproduce = in.text();
  result.toolkit_error = in.text();
  packed.journal_text = in.text();
  if (!in.done()) return std::nullopt;
  return packed;
}

}  // namespace vsslab
