#include "requester/selection.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>

#include "core/ascii.h"

namespace vsslab::requester {

namespace {

using metadata::ComponentKey;
using metadata::ComponentTree;
using metadata::WriterMetadata;

std::string plain_identity(std::string_view volume) {
  std::string identity = ascii::lower(volume);
  if (!identity.ends_with('\\')) identity += '\\';
  return identity;
}

std::string_view reason_for(metadata::RefusedComponent::Why why) {
  using Why = metadata::RefusedComponent::Why;
  switch (why) {
    case Why::unknown:
      return "no such component";
    case Why::duplicate:
      return "asked for before";
    case Why::subcomponent:
      return "not selectable, and below a selectable component";
    case Why::already_implied:
      return "comes along with a selectable component above it";
  }
  return "not allowed";
}

class Selector {
 public:
  Selector(std::span<const WriterMetadata* const> writers, const SelectionRequest& request)
      : writers_(writers),
        request_(request),
        wanted_(writers.size()),
        chosen_(writers.size()),
        taken_(writers.size()) {
    for (std::size_t w = 0; w < writers.size(); ++w) {
      trees_.emplace_back(*writers[w]);
      by_class_.emplace(writers[w]->identification.writer_id, w);
    }
  }

  BackupSelection run() {
    ask();
    resolve_all();
    while (add_dependencies()) resolve_all();
    report_refused();
    if (!request_.volumes.empty()) {
      leave_out_by_volume();
      while (leave_out_by_dependency()) {
      }
    }
    collect();
    return std::move(result_);
  }

 private:
  struct Wanted {
    bool everything = false;
    std::vector<ComponentKey> keys;
    metadata::Selection selection;
  };

  std::string identity(std::string_view volume) const {
    return request_.volume_identity ? request_.volume_identity(volume) : plain_identity(volume);
  }

  // A name alone stands for each component that has it.
  static void add_keys(const WriterMetadata& writer, const plan::BetestSelection::Writer& asked,
                       std::vector<ComponentKey>& keys) {
    std::multimap<std::string_view, ComponentKey> by_name;
    const bool any = std::any_of(asked.components.begin(), asked.components.end(),
                                 [](const auto& component) { return component.any_path; });
    for (std::size_t c = 0; any && c < writer.components.size(); ++c) {
      const metadata::Component& component = writer.components[c];
      by_name.emplace(component.name, metadata::key_of(component));
    }
    for (const auto& component : asked.components) {
      const auto [first, last] = by_name.equal_range(component.name);
      if (!component.any_path || first == last) {
        keys.push_back({component.logical_path, component.name});
        continue;
      }
      for (auto same = first; same != last; ++same) keys.push_back(same->second);
    }
  }

  void ask() {
    if (request_.betest == nullptr || request_.betest->writers.empty()) {
      for (Wanted& wanted : wanted_) wanted.everything = true;
      return;
    }
    for (const plan::BetestSelection::Writer& asked : request_.betest->writers) {
      bool found = false;
      for (std::size_t w = 0; w < writers_.size(); ++w) {
        if (writers_[w]->identification.writer_id != asked.writer_id) continue;
        found = true;
        if (asked.components.empty()) wanted_[w].everything = true;
        add_keys(*writers_[w], asked, wanted_[w].keys);
      }
      if (!found) {
        result_.refused.push_back({asked.writer_id, {}, {}, "no such writer took part"});
      }
    }
  }

  void resolve_all() {
    for (std::size_t w = 0; w < writers_.size(); ++w) {
      Wanted& wanted = wanted_[w];
      wanted.selection = wanted.everything ? metadata::select_everything(*writers_[w])
                                           : metadata::resolve_selection(*writers_[w], wanted.keys);
      chosen_[w].clear();
      taken_[w].assign(writers_[w]->components.size(), false);
      for (const std::size_t c : wanted.selection.explicit_components()) {
        chosen_[w].insert(c);
        taken_[w][c] = true;
      }
      for (const std::size_t c : wanted.selection.implied) taken_[w][c] = true;
    }
  }

  // Calls visit(writer, component) for each component of this machine that `c` depends on.
  template <class Visit>
  void for_each_target(std::size_t w, std::size_t c, Visit visit) const {
    for (const metadata::Dependency& on : writers_[w]->components[c].dependencies) {
      if (on.logical_path.starts_with("\\\\") || on.component_name.starts_with("\\\\")) continue;
      const auto [first, last] = by_class_.equal_range(on.writer_id);
      for (auto entry = first; entry != last; ++entry) {
        const std::size_t t = entry->second;
        const auto target = trees_[t].index_of({on.logical_path, on.component_name});
        if (target) visit(t, *target);
      }
    }
  }

  // Asks for the targets of dependencies that are not taken yet. True when it asked for one.
  bool add_dependencies() {
    bool added = false;
    for (std::size_t w = 0; w < writers_.size(); ++w) {
      for (std::size_t c = 0; c < taken_[w].size(); ++c) {
        if (!taken_[w][c]) continue;
        for_each_target(w, c, [&](std::size_t t, std::size_t target) {
          if (wanted_[t].everything || taken_[t][target]) return;
          if (!asked_.insert({t, target}).second) return;
          wanted_[t].keys.push_back(metadata::key_of(writers_[t]->components[target]));
          added = true;
        });
      }
    }
    return added;
  }

  // Several instances of a class are asked for the same; one that has it is enough.
  bool another_instance_has(std::size_t w, const metadata::ComponentKey& key) const {
    const Guid& id = writers_[w]->identification.writer_id;
    for (std::size_t other = 0; other < writers_.size(); ++other) {
      if (other == w || writers_[other]->identification.writer_id != id) continue;
      const auto& refused = wanted_[other].selection.refused;
      const bool has = std::none_of(refused.begin(), refused.end(), [&](const auto& one) {
        return one.key.logical_path == key.logical_path && one.key.name == key.name;
      });
      if (has) return true;
    }
    return false;
  }

  void report_refused() {
    for (std::size_t w = 0; w < writers_.size(); ++w) {
      for (const metadata::RefusedComponent& refused : wanted_[w].selection.refused) {
        if (another_instance_has(w, refused.key)) continue;
        result_.refused.push_back({writers_[w]->identification.writer_id, refused.key.logical_path,
                                   refused.key.name, std::string(reason_for(refused.why))});
      }
    }
  }

  metadata::Volumes volumes_needed(std::size_t w, std::size_t c) const {
    return metadata::volumes_of_set(trees_[w], c, request_.environment);
  }

  void leave_out_by_volume() {
    std::set<std::string> in_set;
    for (const std::string& volume : request_.volumes) in_set.insert(identity(volume));
    for (std::size_t w = 0; w < writers_.size(); ++w) {
      const std::vector<std::size_t> components(chosen_[w].begin(), chosen_[w].end());
      for (const std::size_t c : components) {
        const metadata::Volumes needed = volumes_needed(w, c);
        const auto missing = std::find_if(
            needed.roots.begin(), needed.roots.end(),
            [&](const std::string& root) { return in_set.count(identity(root)) == 0; });
        if (missing != needed.roots.end()) {
          leave_out(w, c, LeftOutComponent::Why::volume, *missing);
        } else if (!needed.unresolved.empty()) {
          leave_out(w, c, LeftOutComponent::Why::volume, needed.unresolved.front());
        }
      }
    }
  }

  // A writer takes part with all of its mandatory components or not at all (VSSR-COMP-004).
  void leave_out(std::size_t w, std::size_t c, LeftOutComponent::Why why,
                 const std::string& volume) {
    if (chosen_[w].erase(c) == 0) return;
    note_left_out({w, c, why, volume});
    if (metadata::selection_role(trees_[w], c) != metadata::SelectionRole::required) return;
    const std::vector<std::size_t> rest(chosen_[w].begin(), chosen_[w].end());
    for (const std::size_t other : rest) {
      chosen_[w].erase(other);
      note_left_out({w, other, LeftOutComponent::Why::writer, volume});
    }
  }

  void note_left_out(LeftOutComponent out) {
    left_out_.emplace(std::pair(out.writer, out.component), result_.left_out.size());
    result_.left_out.push_back(std::move(out));
  }

  // The volume because of which a component does not come along; null when it does, or when nobody
  // wanted it.
  const std::string* left_out_for(std::size_t w, std::size_t c) const {
    std::vector<std::size_t> owners = trees_[w].ancestors(c);
    owners.insert(owners.begin(), c);
    for (const std::size_t owner : owners) {
      const bool brings = owner == c || writers_[w]->components[owner].selectable;
      if (brings && chosen_[w].count(owner) != 0) return nullptr;
    }
    for (const std::size_t owner : owners) {
      const auto out = left_out_.find({w, owner});
      if (out != left_out_.end()) return &result_.left_out[out->second].volume;
    }
    return nullptr;
  }

  // The volume that a dependency of `c`, or of what it implies, misses; null when none does.
  const std::string* missing_dependency(std::size_t w, std::size_t c) const {
    std::vector<std::size_t> parts{c};
    if (writers_[w]->components[c].selectable) {
      const std::vector<std::size_t> below = trees_[w].descendants(c);
      parts.insert(parts.end(), below.begin(), below.end());
    }
    const std::string* volume = nullptr;
    for (const std::size_t part : parts) {
      for_each_target(w, part, [&](std::size_t t, std::size_t target) {
        if (volume == nullptr) volume = left_out_for(t, target);
      });
    }
    return volume;
  }

  bool leave_out_by_dependency() {
    bool any = false;
    for (std::size_t w = 0; w < writers_.size(); ++w) {
      const std::vector<std::size_t> components(chosen_[w].begin(), chosen_[w].end());
      for (const std::size_t c : components) {
        if (chosen_[w].count(c) == 0) continue;
        const std::string* const volume = missing_dependency(w, c);
        if (volume == nullptr) continue;
        leave_out(w, c, LeftOutComponent::Why::dependency, std::string(*volume));
        any = true;
      }
    }
    return any;
  }

  void collect() {
    std::set<std::string> known;
    const auto add_volume = [&](const std::string& volume) {
      if (known.insert(identity(volume)).second) result_.volumes.push_back(volume);
    };
    for (const std::string& volume : request_.volumes) add_volume(volume);
    for (std::size_t w = 0; w < writers_.size(); ++w) {
      for (const std::size_t c : chosen_[w]) {
        result_.components.push_back({w, c});
        if (!request_.volumes.empty()) continue;
        for (const std::string& root : volumes_needed(w, c).roots) add_volume(root);
      }
    }
  }

  std::span<const WriterMetadata* const> writers_;
  const SelectionRequest& request_;
  std::deque<ComponentTree> trees_;
  std::vector<Wanted> wanted_;
  std::vector<std::set<std::size_t>> chosen_;
  std::vector<std::vector<bool>> taken_;  // explicit components together with what they imply
  std::multimap<Guid, std::size_t> by_class_;
  std::set<std::pair<std::size_t, std::size_t>> asked_;                  // for a dependency's sake
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> left_out_;  // into result_.left_out
  BackupSelection result_;
};

}  // namespace

bool BackupSelection::takes(std::size_t writer) const {
  return std::any_of(components.begin(), components.end(),
                     [&](const ChosenComponent& c) { return c.writer == writer; });
}

BackupSelection select_for_backup(std::span<const WriterMetadata* const> writers,
                                  const SelectionRequest& request) {
  return Selector(writers, request).run();
}

}  // namespace vsslab::requester
