// What writers do, as the view keeps it.
#include "journal/words.h"
#include "rules/view_builder.h"

namespace vsslab {

using rules::Ev;
using rules::kNone;

namespace {

int parse_level(std::string_view text) {
  if (text == "VSS_APP_UNKNOWN") return 0;
  if (text == "VSS_APP_SYSTEM") return 1;
  if (text == "VSS_APP_BACK_END") return 2;
  if (text == "VSS_APP_FRONT_END") return 3;
  if (text == "VSS_APP_SYSTEM_RM") return 4;
  if (text == "VSS_APP_AUTO") return -1;
  return 3;
}

}  // namespace

void RunView::Builder::on_writer(std::uint32_t index, const Event& event) {
  Call& call = view_.calls_[index];
  call.writer = writer_of_actor_[event.actor];
  add(writer_group_[call.writer], index);
  note_handler(call, index);
  switch (call.name) {
    case Ev::initialize:
    case Ev::initialize_ex:
      on_initialize(index);
      return;
    case Ev::subscribe:
    case Ev::unsubscribe:
    case Ev::uninitialize:
    case Ev::process_exit:
      return;
    default:
      break;
  }
  if (call.session == kNone) return;
  const std::uint32_t part = participation_of(call.writer, call.session);
  add(part_group_[part], index);
  if (call.name == Ev::set_writer_failure || call.name == Ev::set_writer_failure_ex) {
    note_failure(call, part);
  }
}

void RunView::Builder::note_failure(const Call& call, std::uint32_t part) {
  if (view_.arg_hr(call, "code").value_or(hr::com_fail) == hr::ok) return;
  const auto in = journal_.arg(*call.enter, "in");
  const Ev handler = in ? rules::find_event(*in) : Ev::unknown;
  if (in && handler == Ev::unknown) return;  // in none, or in no handler that there is
  view_.failures_[std::uint64_t{part} << 8 | static_cast<std::uint64_t>(handler)].push_back(&call);
}

// Which handler a call was made in: the one on its thread, else the one that began last.
void RunView::Builder::note_handler(Call& call, std::uint32_t index) {
  constexpr std::size_t kNestedHandlersMax = 64;  // beyond it a journal is not of this world
  std::vector<std::uint32_t>& open = open_handlers_[call.writer];
  std::erase_if(open, [&](std::uint32_t handler) { return view_.calls_[handler].returned(); });
  if (rules::is_writer_handler(call.name)) {
    if (call.enter->phase == Phase::enter && open.size() < kNestedHandlersMax) {
      open.push_back(index);
    }
    return;
  }
  if (open.empty()) return;
  call.around = open.back();
  for (auto handler = open.rbegin(); handler != open.rend(); ++handler) {
    if (view_.calls_[*handler].thread() != call.thread()) continue;
    call.around = *handler;
    return;
  }
}

void RunView::Builder::on_initialize(std::uint32_t index) {
  const Call& call = view_.calls_[index];
  const Event& event = *call.enter;
  WriterInfo& writer = view_.writers_[call.writer];
  const bool good = !event.has_hr || event.hr == hr::ok;
  const Event* known = writer.initialize ? writer.initialize->enter : nullptr;
  if (known != nullptr && (!good || !known->has_hr || known->hr == hr::ok)) return;
  writer.initialize = &call;
  writer.writer_id = journal_.arg(event, "writer_id").value_or("");
  writer.friendly_name = journal_.arg(event, "name").value_or("");
  writer.instance = journal_.arg(event, "instance").value_or("");
  if (const auto limit = journal_.arg(event, "timeout")) {
    writer.freeze_limit = parse_seconds(*limit).value_or(writer.freeze_limit);
  }
  if (const auto level = journal_.arg(event, "level")) writer.level = parse_level(*level);
  if (!writer.friendly_name.empty())
    view_.writer_by_name_.emplace(writer.friendly_name, call.writer);
}

void RunView::Builder::mark_gone(std::uint32_t writer, const Event& event) {
  for (const std::uint32_t index : alive_parts_[writer]) {
    Participation& part = view_.participations_[index];
    const bool over = view_.sessions_[part.session].end != nullptr;
    if (part.gone == nullptr && !over) part.gone = &event;
  }
  alive_parts_[writer].clear();
}

}  // namespace vsslab
