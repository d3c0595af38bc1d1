#include "metadata/component_path.h"
#include "metadata/normal_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace vsslab::metadata {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Why = RefusedComponent::Why;

WriterMetadata writer(std::vector<std::tuple<const char*, const char*, bool>> components) {
  WriterMetadata metadata;
  for (const auto& [name, path, selectable] : components) {
    Component component;
    component.name = name;
    component.logical_path = path;
    component.selectable = selectable;
    metadata.components.push_back(std::move(component));
  }
  return metadata;
}

// The example of logical-pathing-of-components.md and working-with-selectability-for-backup.md.
WriterMetadata my_writer() {
  return writer({{"Executables", "", false},
                 {"ConfigFiles", "Executables", false},
                 {"LicenseInfo", "", true},
                 {"Security", "", true},
                 {"UserInfo", "Security", false},
                 {"Certificates", "Security", false},
                 {"writerData", "", true},
                 {"Set1", "writerData", false},
                 {"Jan", "writerData\\Set1", false},
                 {"Dec", "writerData\\Set1", false},
                 {"Set2", "writerData", false},
                 {"Jan", "writerData\\Set2", false},
                 {"Dec", "writerData\\Set2", false},
                 {"Query", "writerData\\QueryLogs", false},
                 {"Usage", "writerData", true},
                 {"Jan", "writerData\\Usage", false},
                 {"Dec", "writerData\\Usage", false}});
}

std::vector<std::string> paths(const WriterMetadata& metadata,
                               const std::vector<std::size_t>& indices) {
  std::vector<std::string> out;
  for (const std::size_t index : indices) out.push_back(full_path(metadata.components[index]));
  return out;
}

Selection select(const WriterMetadata& metadata, std::vector<ComponentKey> keys) {
  return resolve_selection(metadata, keys);
}

TEST(ComponentPath, Algebra) {
  EXPECT_EQ(full_path("", "a"), "a");
  EXPECT_EQ(full_path("a\\b", "c"), "a\\b\\c");
  EXPECT_EQ(split_path("a\\b\\c"), (ComponentKey{"a\\b", "c"}));
  EXPECT_EQ(split_path("a"), (ComponentKey{"", "a"}));
  EXPECT_TRUE(is_ancestor({"", "a"}, {"a", "b"}));
  EXPECT_TRUE(is_ancestor({"", "a"}, {"a\\x\\y", "b"}));
  EXPECT_TRUE(is_ancestor({"a", "x"}, {"a\\x", "b"}));
  EXPECT_FALSE(is_ancestor({"", "a"}, {"", "a"})) << "nothing is above itself";
  EXPECT_FALSE(is_ancestor({"", "a"}, {"ab", "c"}));
  EXPECT_FALSE(is_ancestor({"a", "b"}, {"a", "c"}));
  EXPECT_FALSE(is_ancestor({"", "a"}, {"A", "b"})) << "compared as written";
}

TEST(ComponentPath, TreeSkipsPathElementsWithoutAComponent) {
  const WriterMetadata metadata = my_writer();
  const ComponentTree tree(metadata);
  const std::size_t query = *tree.index_of({"writerData\\QueryLogs", "Query"});
  EXPECT_THAT(paths(metadata, tree.ancestors(query)), ElementsAre("writerData"));
  const std::size_t jan = *tree.index_of({"writerData\\Usage", "Jan"});
  EXPECT_THAT(paths(metadata, tree.ancestors(jan)), ElementsAre("writerData\\Usage", "writerData"));
  EXPECT_EQ(tree.nearest_selectable_ancestor(jan), tree.index_of({"writerData", "Usage"}));
  const std::size_t usage = *tree.index_of({"writerData", "Usage"});
  EXPECT_THAT(paths(metadata, tree.descendants(usage)),
              ElementsAre("writerData\\Usage\\Jan", "writerData\\Usage\\Dec"));
  EXPECT_EQ(tree.index_of({"", "nothing"}), std::nullopt);
  EXPECT_EQ(tree.index_of({"", "writerData\\Usage"}), std::nullopt) << "a key is no path";
}

TEST(ComponentPath, RolesOfMyWriter) {
  const WriterMetadata metadata = my_writer();
  const ComponentTree tree(metadata);
  const auto role = [&](const char* path, const char* name) {
    return selection_role(tree, *tree.index_of({path, name}));
  };
  EXPECT_EQ(role("", "Executables"), SelectionRole::required);
  EXPECT_EQ(role("Executables", "ConfigFiles"), SelectionRole::required);
  EXPECT_EQ(role("", "LicenseInfo"), SelectionRole::optional);
  EXPECT_EQ(role("Security", "UserInfo"), SelectionRole::subcomponent);
  EXPECT_EQ(role("writerData\\QueryLogs", "Query"), SelectionRole::subcomponent);
  EXPECT_EQ(role("writerData", "Usage"), SelectionRole::optional_subset);
}

TEST(ComponentPath, SelectingOneTakesTheRequiredOnesAlong) {
  const WriterMetadata metadata = my_writer();
  const Selection selection = select(metadata, {{"", "LicenseInfo"}});
  EXPECT_THAT(paths(metadata, selection.requested), ElementsAre("LicenseInfo"));
  // X16: both are added explicitly, the parent does not imply the child.
  EXPECT_THAT(paths(metadata, selection.required),
              ElementsAre("Executables", "Executables\\ConfigFiles"));
  EXPECT_THAT(selection.implied, IsEmpty());
  EXPECT_THAT(selection.refused, IsEmpty());
  EXPECT_THAT(paths(metadata, selection.explicit_components()),
              ElementsAre("Executables", "Executables\\ConfigFiles", "LicenseInfo"));
}

TEST(ComponentPath, ASelectedSetImpliesItsMembers) {
  const WriterMetadata metadata = my_writer();
  const Selection selection = select(metadata, {{"", "Security"}, {"", "writerData"}});
  EXPECT_THAT(paths(metadata, selection.requested), ElementsAre("Security", "writerData"));
  EXPECT_THAT(
      paths(metadata, selection.implied),
      ElementsAre("Security\\UserInfo", "Security\\Certificates", "writerData\\Set1",
                  "writerData\\Set1\\Jan", "writerData\\Set1\\Dec", "writerData\\Set2",
                  "writerData\\Set2\\Jan", "writerData\\Set2\\Dec", "writerData\\QueryLogs\\Query",
                  "writerData\\Usage", "writerData\\Usage\\Jan", "writerData\\Usage\\Dec"));
}

TEST(ComponentPath, ANestedSetMayBeTakenAlone) {
  const WriterMetadata metadata = my_writer();
  const Selection selection = select(metadata, {{"writerData", "Usage"}});
  EXPECT_THAT(paths(metadata, selection.requested), ElementsAre("writerData\\Usage"));
  EXPECT_THAT(paths(metadata, selection.implied),
              ElementsAre("writerData\\Usage\\Jan", "writerData\\Usage\\Dec"));
}

TEST(ComponentPath, RefusesWhatMustNotBeAdded) {
  const WriterMetadata metadata = my_writer();
  const Selection selection = select(metadata, {{"writerData", "Usage"},
                                                {"", "writerData"},
                                                {"", "writerData"},
                                                {"Security", "UserInfo"},
                                                {"", "Jan"}});
  EXPECT_THAT(paths(metadata, selection.requested), ElementsAre("writerData"));
  std::vector<std::pair<std::string, Why>> refused;
  for (const RefusedComponent& component : selection.refused) {
    refused.emplace_back(full_path(component.key.logical_path, component.key.name), component.why);
  }
  EXPECT_THAT(refused, UnorderedElementsAre(std::pair("writerData\\Usage", Why::already_implied),
                                            std::pair("writerData", Why::duplicate),
                                            std::pair("Security\\UserInfo", Why::subcomponent),
                                            std::pair("Jan", Why::unknown)));
  for (const RefusedComponent& component : selection.refused) {
    if (component.why == Why::already_implied) {
      EXPECT_EQ(component.ancestor, (ComponentKey{"", "writerData"}));
    }
    if (component.why == Why::subcomponent) {
      EXPECT_EQ(component.ancestor, (ComponentKey{"", "Security"}));
    }
  }
}

TEST(ComponentPath, NothingAllowedRequiresNothing) {
  const Selection selection = select(my_writer(), {{"Security", "UserInfo"}});
  EXPECT_THAT(selection.explicit_components(), IsEmpty());
  EXPECT_THAT(selection.implied, IsEmpty());
  EXPECT_THAT(select(my_writer(), {}).explicit_components(), IsEmpty());
}

TEST(ComponentPath, EverythingIsEachComponentWithoutASelectableAncestor) {
  const WriterMetadata metadata = my_writer();
  const Selection selection = select_everything(metadata);
  EXPECT_THAT(paths(metadata, selection.explicit_components()),
              ElementsAre("Executables", "Executables\\ConfigFiles", "LicenseInfo", "Security",
                          "writerData"));
  EXPECT_EQ(selection.implied.size(), 12U);
  EXPECT_THAT(selection.refused, IsEmpty());
}

TEST(ComponentPath, DoubledKeysAndSelfReferringPathsDoNoHarm) {
  const WriterMetadata metadata = writer(
      {{"a", "", true}, {"a", "", true}, {"a", "a", true}, {"", "", true}, {"\\", "\\", false}});
  const Selection selection = select_everything(metadata);
  EXPECT_THAT(selection.refused, IsEmpty());
  EXPECT_FALSE(selection.explicit_components().empty());
}

// ---- volumes ----

TEST(ComponentPath, VolumeRoots) {
  EXPECT_EQ(volume_root("C:\\Windows\\x"), "C:\\");
  EXPECT_EQ(volume_root("c:"), "C:\\");
  EXPECT_EQ(volume_root("d:/x"), "D:\\");
  EXPECT_EQ(volume_root("\\\\?\\C:\\x"), "C:\\");
  EXPECT_EQ(volume_root("\\\\?\\Volume{C7463ABA-f40d-11e9-80c7-806e6f6e6963}\\x"),
            "\\\\?\\Volume{c7463aba-f40d-11e9-80c7-806e6f6e6963}\\");
  EXPECT_EQ(volume_root("\\??\\volume{c7463aba-f40d-11e9-80c7-806e6f6e6963}"),
            "\\\\?\\Volume{c7463aba-f40d-11e9-80c7-806e6f6e6963}\\");
  EXPECT_EQ(volume_root("\\\\server\\share\\x"), "\\\\server\\share\\");
  EXPECT_EQ(volume_root("\\\\?\\UNC\\server\\share"), "\\\\server\\share\\");
  for (const char* path :
       {"", "x", "\\System Volume Information", "C:relative", "\\\\server", "\\\\", "\\\\\\share",
        "\\\\server\\", "\\\\?\\Volume{nonsense}\\", "%windir%\\x", "1:\\x",
        "\\\\?\\Volume{c7463aba-f40d-11e9-80c7-806e6f6e6963}x"}) {
    EXPECT_EQ(volume_root(path), std::nullopt) << path;
  }
}

TEST(ComponentPath, OneSpellingOfAPath) {
  for (const char* path : {"C:\\x\\y", "C:\\x\\y\\", "C:/x/y", "C:\\.\\x\\y", "C:\\z\\..\\x\\y",
                           "C:\\\\x\\\\y", "\\\\?\\C:\\x\\y", "\\\\.\\C:\\x\\y\\", "C:\\x\\y\\.",
                           "C:\\..\\x\\y", "C:\\x.\\y ", "C:\\x\\y\\z\\.."}) {
    EXPECT_EQ(normal_path(path), "C:\\x\\y") << path;
  }
  EXPECT_EQ(normal_path("c:\\"), "c:");
  EXPECT_EQ(normal_path("C:/"), "C:");
  EXPECT_EQ(normal_path("C:\\.x\\a.b"), "C:\\.x\\a.b");
  EXPECT_EQ(normal_path("C:\\...x"), "C:\\...x");
  EXPECT_EQ(normal_path("\\\\server\\share\\a\\..\\..\\b"), "\\\\server\\share\\b");
  EXPECT_EQ(normal_path("\\\\?\\Volume{c7463aba-f40d-11e9-80c7-806e6f6e6963}\\x\\..\\y\\"),
            "\\\\?\\Volume{c7463aba-f40d-11e9-80c7-806e6f6e6963}\\y");
  EXPECT_EQ(normal_path("\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1\\.\\x"),
            "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1\\x");
  // What starts with no volume is nobody's to change.
  EXPECT_EQ(normal_path("x\\..\\y"), "x\\..\\y");
  EXPECT_EQ(normal_path("C:x\\.\\y"), "C:x\\.\\y");
  EXPECT_EQ(normal_path(""), "");
}

TEST(ComponentPath, ExpandsEnvironmentVariables) {
  const Environment environment = standard_environment("D:");
  EXPECT_EQ(expand_environment("%SystemRoot%\\x", environment), "D:\\Windows\\x");
  EXPECT_EQ(expand_environment("%systemroot%\\%WINDIR%", environment), "D:\\Windows\\D:\\Windows");
  EXPECT_EQ(expand_environment("100%", environment), "100%");
  EXPECT_EQ(expand_environment("a%%b", environment), "a%%b");
  EXPECT_EQ(expand_environment("%nothing%\\x", environment), std::nullopt);
  EXPECT_EQ(expand_environment("%a%", {{"a", "%b%"}, {"b", "C:\\x"}}), "C:\\x");
  EXPECT_EQ(expand_environment("%a%", {{"A", "%a%"}}), std::nullopt) << "env_nesting_max";
  EXPECT_EQ(expand_environment("%a%", {{"a", "%a%%a%%a%%a%"}}), std::nullopt)
      << "expanded_path_bytes_max";
}

TEST(ComponentPath, VolumesOfAComponentAndOfItsSet) {
  WriterMetadata metadata =
      writer({{"top", "", true}, {"below", "top", false}, {"far", "", false}});
  metadata.components[0].files = {
      {.path = "C:\\a", .filespec = "*"},           {.path = "%windir%\\b", .filespec = "*"},
      {.path = "e:\\c", .filespec = "*"},           {.path = "%odd%\\d", .filespec = "*"},
      {.path = "C:\\100%off%\\d", .filespec = "*"}, {.path = "\\relative", .filespec = "*"}};
  metadata.components[1].files = {{.path = "E:\\x", .filespec = "*", .alternate_path = "F:\\spit"}};
  const Environment environment = standard_environment();
  const Volumes own = volumes_of(metadata.components[0], environment);
  EXPECT_THAT(own.roots, ElementsAre("C:\\", "E:\\"));
  EXPECT_THAT(own.unresolved, ElementsAre("%odd%\\d", "\\relative"));
  const ComponentTree tree(metadata);
  EXPECT_THAT(volumes_of_set(tree, 0, environment).roots, ElementsAre("C:\\", "E:\\", "F:\\"));
  EXPECT_THAT(volumes_of_set(tree, 2, environment).roots, IsEmpty());
  EXPECT_THAT(tree.parts(0), ElementsAre(0u, 1u));
  EXPECT_THAT(tree.parts(1), ElementsAre(1u)) << "one that is not selectable brings nothing along";
}

}  // namespace
}  // namespace vsslab::metadata
