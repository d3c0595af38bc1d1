// Which components VShadow takes, in its own steps and words.
#include <algorithm>

#include <fmt/format.h>

#include "requester/com_text.h"
#include "requester/tools/shadow_client.h"

namespace vsslab::requester {

void ShadowClient::exclude_named(const Names& excluded, std::vector<ShownWriter>& writers) {
  line("Discover directly excluded components ...");
  for (ShownWriter& writer : writers) {
    for (const std::string& text : excluded) writer.excluded |= writer.is_named(text);
    if (writer.excluded) continue;
    bool any = false;
    for (ShownComponent& component : writer.components) {
      for (const std::string& text : excluded) {
        if (!names_component(writer, component, text)) continue;
        line(fmt::format("- Component '{}' from writer '{}' is explicitly excluded from backup ",
                         component.full, writer.name));
        component.excluded = true;
      }
      any |= !component.excluded;
    }
    if (any) continue;
    line(fmt::format("- Excluding writer '{}' since it has no selected components for restore.",
                     writer.name));
    writer.excluded = true;
  }
}

void ShadowClient::exclude_outside(const Names& volumes) {
  line("Discover components that reside outside the shadow set ...");
  for (ShownWriter& writer : writers_) {
    if (writer.excluded) continue;
    for (ShownComponent& component : writer.components) {
      if (component.excluded) continue;
      for (const std::string& volume : component.volumes) {
        const bool in_set =
            std::any_of(volumes.begin(), volumes.end(),
                        [&](const std::string& other) { return equal_words(other, volume); });
        if (in_set) continue;
        const std::string drive = drive_of(volume);
        line(fmt::format("- Component '{}' from writer '{}' is excluded from backup{}",
                         component.full, writer.name,
                         drive.empty()
                             ? std::string()
                             : fmt::format(" (it requires {} in the shadow set)", drive)));
        component.excluded = true;
        break;
      }
    }
  }
}

void ShadowClient::exclude_ancestors() {
  line("Discover all excluded components ...");
  for (ShownWriter& writer : writers_) {
    if (writer.excluded) continue;
    for (ShownComponent& component : writer.components) {
      for (const ShownComponent& below : writer.components) {
        if (!below.excluded || !component.is_ancestor_of(below)) continue;
        line(
            fmt::format("- Component '{}' from writer '{}' is excluded from backup "
                        "(it has an excluded descendent: '{}')",
                        component.full, writer.name, below.name));
        component.excluded = true;
        break;
      }
    }
  }
}

void ShadowClient::exclude_writers() {
  line("Discover excluded writers ...");
  for (ShownWriter& writer : writers_) {
    if (writer.excluded) continue;
    writer.excluded =
        std::none_of(writer.components.begin(), writer.components.end(),
                     [](const ShownComponent& component) { return component.can_be_included(); });
    if (writer.excluded) {
      line(
          fmt::format("- The writer '{}' is now entirely excluded from the backup:\n"
                      "  (it does not contain any components that can be potentially included in "
                      "the backup)",
                      writer.name));
      continue;
    }
    for (const ShownComponent& component : writer.components) {
      if (!component.top_level || component.selectable || !component.excluded) continue;
      line(
          fmt::format("- The writer '{}' is now entirely excluded from the backup:\n"
                      "  (the top-level non-selectable component '{}' is an excluded component)",
                      writer.name, component.full));
      writer.excluded = true;
      break;
    }
  }
}

void ShadowClient::include_components() {
  line("Discover explicitly included components ...");
  for (ShownWriter& writer : writers_) {
    if (writer.excluded) continue;
    for (ShownComponent& component : writer.components) {
      if (!component.can_be_included()) continue;
      component.included = std::none_of(
          writer.components.begin(), writer.components.end(), [&](const ShownComponent& above) {
            return above.is_ancestor_of(component) && above.can_be_included();
          });
    }
  }
}

// -wi: the writer or component has to be in the backup, else there is none.
void ShadowClient::verify_included(const Names& included, std::vector<ShownWriter>& writers) {
  line("Verifying explicitly specified writers/components ...");
  for (const std::string& text : included) {
    const bool one = text.find(':') != std::string::npos;
    line(fmt::format("- Verifing {} \"{}\" ...", one ? "component" : "all components of writer",
                     text));
    bool found = false;
    bool taken = true;
    for (const ShownWriter& writer : writers) {
      for (const ShownComponent& component : writer.components) {
        if (one ? !names_component(writer, component, text) : !writer.is_named(text)) continue;
        found = true;
        const bool implied = std::any_of(writer.components.begin(), writer.components.end(),
                                         [&](const ShownComponent& above) {
                                           return above.included && above.is_ancestor_of(component);
                                         });
        const bool here = restoring_ || component.included || implied;
        taken &= here && !writer.excluded && !component.excluded;
      }
    }
    if (found && taken) {
      line(one ? fmt::format("  - The component \"{}\" is selected", text)
               : fmt::format("   - All components from writer \"{}\" are selected", text));
      continue;
    }
    line(fmt::format("ERROR: The {} \"{}\" was not {}! Aborting backup ...",
                     one ? "component" : "writer", text,
                     found ? "included in the backup" : "found"));
    line(found ? "- Please reveiw the component/subcomponent definitions\n"
                 "- Also, please verify list of volumes to be shadow copied."
               : "- Please check the syntax of the writer name/id.");
    throw ToolFailed{E_INVALIDARG};
  }
}

void ShadowClient::each_included(const std::function<void(ShownWriter&, ShownComponent&)>& use) {
  for (ShownWriter& writer : restoring_ ? restorable_ : writers_) {
    if (writer.excluded) continue;
    bool first = true;
    for (ShownComponent& component : writer.components) {
      if (!component.included) continue;
      if (first) line(fmt::format(" * Writer '{}':", writer.name));
      first = false;
      use(writer, component);
    }
  }
}

void ShadowClient::add_components() {
  line("Select explicitly included components ...");
  each_included([&](ShownWriter& writer, ShownComponent& component) {
    line(fmt::format("   - Add component {}", component.full));
    check(vss_.get()->AddComponent(writer.instance, writer.id, component.type,
                                   or_null(wide(component.path)), wide(component.name).c_str()),
          "m_pVssObject->AddComponent");
  });
}

}  // namespace vsslab::requester
