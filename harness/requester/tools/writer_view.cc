#include "requester/tools/writer_view.h"

#include <algorithm>

#include "core/error.h"
#include "metadata/component_path.h"
#include "metadata/enums.h"
#include "plan/words.h"
#include "requester/com_text.h"

namespace vsslab::requester {

namespace {

// Leaves the getters at the first that fails; caught where the reading began.
struct GetterFailed {
  Hr result;
};

void must(HRESULT result) {
  if (FAILED(result)) throw GetterFailed{result};
}

std::string full_of(const std::string& path, const std::string& name) {
  std::string full = path;
  if (!full.empty() && !full.ends_with('\\')) full += '\\';
  full += name;
  return full.starts_with('\\') ? full : "\\" + full;
}

ShownFiles read_files(IVssWMFiledesc& from, std::string kind) {
  ShownFiles files;
  files.kind = std::move(kind);
  BSTR text = NULL;
  must(from.GetPath(&text));
  files.path = take(text);
  text = NULL;
  must(from.GetFilespec(&text));
  files.filespec = take(text);
  text = NULL;
  must(from.GetAlternateLocation(&text));
  files.alternate = take(text);
  bool recursive = false;
  must(from.GetRecursive(&recursive));
  files.recursive = recursive;
  return files;
}

template <class Getter>
void read_all(UINT count, Getter getter, const char* kind, std::vector<ShownFiles>& out) {
  for (UINT i = 0; i < count; ++i) {
    Held<IVssWMFiledesc> file;
    must(getter(i, file.out()));
    out.push_back(read_files(*file.get(), kind));
  }
}

void add_once(std::vector<std::string>& list, const std::string& text) {
  const bool known = std::any_of(
      list.begin(), list.end(), [&](const std::string& other) { return equal_words(other, text); });
  if (!known) list.push_back(text);
}

void find_places(ShownComponent& component) {
  const metadata::Environment environment = metadata::standard_environment();
  for (const ShownFiles& files : component.files) {
    const std::string& path = files.alternate.empty() ? files.path : files.alternate;
    const std::string expanded = metadata::expand_environment(path, environment).value_or(path);
    add_once(component.paths, expanded);
    const auto root = metadata::volume_root(expanded);
    if (!root) continue;
    const std::string volume = volume_name_of(*root);
    add_once(component.volumes, volume.empty() ? *root : volume);
  }
  std::sort(component.paths.begin(), component.paths.end());
}

void read_dependencies(IVssWMComponent& from, UINT count, ShownComponent& component) {
  for (UINT i = 0; i < count; ++i) {
    Held<IVssWMDependency> on;
    must(from.GetDependency(i, on.out()));
    ShownDependency dependency;
    must(on->GetWriterId(&dependency.writer));
    BSTR text = NULL;
    must(on->GetLogicalPath(&text));
    dependency.path = take(text);
    text = NULL;
    must(on->GetComponentName(&text));
    dependency.name = take(text);
    component.dependencies.push_back(std::move(dependency));
  }
}

ShownComponent read_component(IVssWMComponent& from) {
  PVSSCOMPONENTINFO info = NULL;
  must(from.GetComponentInfo(&info));
  ShownComponent component;
  component.type = info->type;
  component.name = narrow(info->bstrComponentName);
  component.path = narrow(info->bstrLogicalPath);
  component.full = full_of(component.path, component.name);
  component.caption = narrow(info->bstrCaption);
  component.selectable = info->bSelectable;
  component.notify = info->bNotifyOnBackupComplete;
  const UINT files = info->cFileCount;
  const UINT databases = info->cDatabases;
  const UINT logs = info->cLogFiles;
  const UINT dependencies = info->cDependencies;
  from.FreeComponentInfo(info);
  read_all(
      files, [&](UINT i, IVssWMFiledesc** out) { return from.GetFile(i, out); }, "File List",
      component.files);
  read_all(
      databases, [&](UINT i, IVssWMFiledesc** out) { return from.GetDatabaseFile(i, out); },
      "Database", component.files);
  read_all(
      logs, [&](UINT i, IVssWMFiledesc** out) { return from.GetDatabaseLogFile(i, out); },
      "Database Log", component.files);
  read_dependencies(from, dependencies, component);
  find_places(component);
  return component;
}

ShownWriter read_writer(IVssExamineWriterMetadata& from, bool with_xml) {
  ShownWriter writer;
  BSTR text = NULL;
  VSS_USAGE_TYPE usage = VSS_UT_UNDEFINED;
  VSS_SOURCE_TYPE source = VSS_ST_UNDEFINED;
  must(from.GetIdentity(&writer.instance, &writer.id, &text, &usage, &source));
  writer.name = take(text);
  BSTR service = NULL;
  BSTR procedure = NULL;
  UINT mappings = 0;
  // S_FALSE: the writer has no restore method.
  must(from.GetRestoreMethod(&writer.method, &service, &procedure, &writer.conditions,
                             &writer.reboot, &mappings));
  SysFreeString(service);
  SysFreeString(procedure);
  UINT includes = 0;
  UINT excludes = 0;
  UINT components = 0;
  must(from.GetFileCounts(&includes, &excludes, &components));
  read_all(
      excludes, [&](UINT i, IVssWMFiledesc** out) { return from.GetExcludeFile(i, out); },
      "Exclude", writer.excludes);
  for (UINT i = 0; i < components; ++i) {
    Held<IVssWMComponent> component;
    must(from.GetComponent(i, component.out()));
    writer.components.push_back(read_component(*component.get()));
  }
  for (ShownComponent& component : writer.components) {
    component.top_level =
        std::none_of(writer.components.begin(), writer.components.end(),
                     [&](const ShownComponent& other) { return other.is_ancestor_of(component); });
  }
  if (with_xml) {
    BSTR xml = NULL;
    must(from.SaveAsXML(&xml));
    writer.xml = take(xml);
  }
  return writer;
}

// The components of one writer in the document.
void read_stored(IVssWriterComponentsExt& from, ShownWriter& writer) {
  writer.components.clear();
  UINT count = 0;
  must(from.GetComponentCount(&count));
  for (UINT i = 0; i < count; ++i) {
    Held<IVssComponent> stored;
    must(from.GetComponent(i, stored.out()));
    ShownComponent component;
    must(stored->GetComponentType(&component.type));
    BSTR text = NULL;
    must(stored->GetComponentName(&text));
    component.name = take(text);
    text = NULL;
    must(stored->GetLogicalPath(&text));
    component.path = take(text);
    component.full = full_of(component.path, component.name);
    component.selectable = true;
    writer.components.push_back(std::move(component));
  }
}

}  // namespace

bool ShownComponent::is_ancestor_of(const ShownComponent& other) const {
  if (other.full.size() <= full.size()) return false;
  return equal_words(full + "\\", other.full.substr(0, full.size() + 1));
}

bool ShownWriter::is_named(std::string_view text) const {
  if (equal_words(text, name)) return true;
  const auto guid = parse_id(text);
  return guid && (IsEqualGUID(*guid, id) || IsEqualGUID(*guid, instance));
}

bool names_component(const ShownWriter& writer, const ShownComponent& component,
                     std::string_view text) {
  // The name may hold colons itself.
  if (text.size() <= component.full.size()) return false;
  const std::size_t colon = text.size() - component.full.size() - 1;
  return text[colon] == ':' && equal_words(text.substr(colon + 1), component.full) &&
         writer.is_named(text.substr(0, colon));
}

Hr read_shown_writers(IVssBackupComponents& vss, bool with_xml, std::vector<ShownWriter>& out) {
  try {
    UINT count = 0;
    must(vss.GetWriterMetadataCount(&count));
    for (UINT i = 0; i < count; ++i) {
      VSS_ID instance{};
      Held<IVssExamineWriterMetadata> document;
      must(vss.GetWriterMetadata(i, &instance, document.out()));
      out.push_back(read_writer(*document.get(), with_xml));
    }
  } catch (const GetterFailed& failed) {
    return failed.result;
  }
  return hr::ok;
}

Hr read_restorable(IVssBackupComponents& vss, const std::vector<ShownWriter>& present,
                   const std::function<void(const VSS_ID&)>& missing,
                   std::vector<ShownWriter>& out) {
  try {
    UINT count = 0;
    must(vss.GetWriterComponentsCount(&count));
    for (UINT i = 0; i < count; ++i) {
      Held<IVssWriterComponentsExt> stored;
      must(vss.GetWriterComponents(i, stored.out()));
      VSS_ID instance{};
      VSS_ID id{};
      must(stored->GetWriterInfo(&instance, &id));
      const auto found =
          std::find_if(present.begin(), present.end(),
                       [&](const ShownWriter& writer) { return IsEqualGUID(writer.id, id) != 0; });
      if (found == present.end()) {
        missing(id);
        continue;
      }
      out.push_back(*found);
      read_stored(*stored.get(), out.back());
    }
  } catch (const GetterFailed& failed) {
    return failed.result;
  }
  return hr::ok;
}

// As VShadow and DiskShadow show a value that their headers do not know.
constexpr std::string_view kOutside = "Undefined";

template <class E>
std::string_view sdk_word(long value) {
  for (const metadata::EnumName<E>& name : metadata::names_of<E>()) {
    if (static_cast<long>(name.value) == value) return name.sdk;
  }
  return kOutside;
}

std::string_view word_of(VSS_WRITER_STATE state) {
  const std::string_view word =
      plan::word_of(plan::writer_states(), static_cast<std::uint32_t>(state));
  return word.empty() ? kOutside : word;
}

std::string_view word_of(VSS_RESTOREMETHOD_ENUM method) {
  return sdk_word<metadata::RestoreMethodType>(method);
}

std::string_view word_of(VSS_WRITERRESTORE_ENUM when) {
  return sdk_word<metadata::WriterRestore>(when);
}

std::string_view word_of(VSS_COMPONENT_TYPE type) {
  return sdk_word<metadata::ComponentType>(type);
}

std::string attribute_words(LONG attributes) {
  struct Word {
    LONG bit;
    std::string_view text;
  };
  static constexpr Word kWords[] = {{VSS_VOLSNAP_ATTR_PERSISTENT, "Persistent"},
                                    {VSS_VOLSNAP_ATTR_CLIENT_ACCESSIBLE, "Client_accessible"},
                                    {VSS_VOLSNAP_ATTR_HARDWARE_ASSISTED, "Hardware"},
                                    {VSS_VOLSNAP_ATTR_NO_WRITERS, "No_Writers"},
                                    {VSS_VOLSNAP_ATTR_IMPORTED, "Imported"},
                                    {VSS_VOLSNAP_ATTR_PLEX, "Plex"},
                                    {VSS_VOLSNAP_ATTR_DIFFERENTIAL, "Differential"}};
  std::string text;
  if ((attributes & VSS_VOLSNAP_ATTR_TRANSPORTABLE) != 0) text += " Transportable";
  text +=
      (attributes & VSS_VOLSNAP_ATTR_NO_AUTO_RELEASE) != 0 ? " No_Auto_Release" : " Auto_Release";
  for (const Word& word : kWords) {
    if ((attributes & word.bit) != 0) text += " " + std::string(word.text);
  }
  return text;
}

}  // namespace vsslab::requester
