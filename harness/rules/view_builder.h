// Builds a RunView in one walk over the events. Private to the view.
#pragma once

#include <array>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rules/view.h"

namespace vsslab {

namespace rules {
std::optional<std::uint32_t> parse_mask(std::string_view text);  // "0x00000006", "6"
}  // namespace rules

class RunView::Builder {
 public:
  explicit Builder(RunView& view) : view_(view), journal_(view.journal_) {}
  void build();

 private:
  using RequesterState = rules::RequesterState;

  // Operations of one session that have not ended.
  class Running {
   public:
    bool empty() const { return alive_ == 0; }
    void add(std::uint32_t call, Ev op, std::string_view async);
    // Takes out the latest that is called `async`; without a name the latest of the call `op`;
    // without either the latest.
    std::optional<std::uint32_t> take(std::optional<std::string_view> async,
                                      std::optional<std::string_view> op);

   private:
    struct One {
      std::uint32_t call = 0;
      bool over = false;
    };
    using Stack = std::vector<std::uint32_t>;  // places in all_, the latest last

    std::vector<One> all_;
    std::size_t alive_ = 0;
    std::unordered_map<std::string_view, Stack> by_async_;
    std::unordered_map<Ev, Stack> by_op_;
    Stack order_;
  };
  // The requester's object of one session, while the walk goes on.
  struct Track {
    RequesterFacts facts;
    Running running;
    std::uint32_t open_set = rules::kNone;
    std::uint32_t service_group = 0, provider_group = 0, requester_group = 0;
  };

  void place_calls();
  void name_events();
  void make_parties();
  void walk(const Event& event, Ev name);
  std::uint32_t begin_call(const Event& event, Ev name, ActorKind kind);
  std::uint32_t find_open(const Event& event, Ev name);
  void index_open_calls();
  std::uint32_t session_of(const Event& event);
  std::uint32_t participation_of(std::uint32_t writer, std::uint32_t session);
  std::uint32_t writer_named(std::string_view name);
  void mark_gone(std::uint32_t writer, const Event& event);
  void note_ending(Call& call);
  void note_named(Call& call);
  void note_handler(Call& call, std::uint32_t index);

  void group_call(std::uint32_t call, const Event& event);
  void on_writer(std::uint32_t call, const Event& event);
  void on_initialize(std::uint32_t call);
  void on_service(std::uint32_t call, const Event& event);
  void on_requester_enter(std::uint32_t call);
  void on_requester_leave(std::uint32_t call);
  void on_set_call(const Call& call, Track& track);
  void on_abort(const Call& call, Track& track);
  void on_async_leave(std::uint32_t call, Track& track);
  void start_op(const Call& call, Track& track);
  void finish_op(Track& track, std::uint32_t call, const Event& at, Hr hr);
  void apply_end(Track& track, const Call& call, Hr hr);
  void on_wait(const Call& call, Track& track);
  void on_async_finished(const Event& event);
  void on_end(const Call& call);
  void set_started(const Event& event, std::string_view id, const Call* start);
  void end_set(std::uint32_t set, const Event& event, std::string_view result);

  void add(std::uint32_t group, std::uint32_t call) { members_.emplace_back(group, call); }
  std::uint32_t new_group() { return groups_++; }
  void note_failure(const Call& call, std::uint32_t part);
  void order_calls();
  void group_by_name();
  const rules::CallsByName& sorted_by_name(std::span<const Call* const> calls);
  void fill_groups();

  RunView& view_;
  const Journal& journal_;
  std::vector<Ev> names_;
  std::vector<std::uint32_t> next_call_;  // by actor: where its next call stands
  bool has_async_finished_ = false;
  bool has_set_ended_ = false;
  std::vector<std::uint32_t> writer_of_actor_, provider_of_actor_;
  std::unordered_map<std::uint32_t, std::uint32_t> session_index_;
  std::uint32_t last_session_number_ = 0, last_session_ = rules::kNone;
  std::vector<Track> tracks_;  // by session
  bool open_indexed_ = false;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> open_;
  std::vector<std::pair<std::uint32_t, AsyncEnd>> async_ends_;        // call index
  std::vector<std::pair<std::uint32_t, std::uint32_t>> members_;      // group, call
  std::uint32_t groups_ = 2;                                          // 0: service, 1: lab
  std::vector<std::vector<std::uint32_t>> open_handlers_;             // by writer
  std::vector<std::vector<std::uint32_t>> alive_parts_;               // by writer: none is gone
  std::unordered_map<std::string_view, std::uint32_t> set_of_id_;     // the latest of that id
  std::unordered_map<ActorId, std::vector<std::uint32_t>> alive_of_;  // a requester's open sessions
  std::vector<std::uint32_t> writer_group_, provider_group_, part_group_, state_group_;
};

}  // namespace vsslab
