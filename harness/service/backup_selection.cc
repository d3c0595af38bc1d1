// Components of the Backup Components Document.

#include <algorithm>

#include "service/backup_object.h"

namespace vsslab {

namespace {

std::string_view component_type_name(VSS_COMPONENT_TYPE type) {
  if (type == VSS_CT_DATABASE) return "VSS_CT_DATABASE";
  return type == VSS_CT_FILEGROUP ? "VSS_CT_FILEGROUP" : "VSS_CT_UNDEFINED";
}

}  // namespace

WriterSession* BackupObject::find_writer(const Guid& instance) {
  const auto found = session_->by_instance.find(instance);
  return found != session_->by_instance.end() ? found->second : nullptr;
}

ComponentEntry* BackupObject::find_component(const Guid& writer, std::string_view path,
                                             std::string_view name) {
  for (WriterComponents& components : session_->document.writers) {
    if (components.writer_id != writer) continue;
    if (ComponentEntry* component = components.find(path, name)) return component;
  }
  return nullptr;
}

ComponentEntry* BackupObject::find_component(const WriterSession& writer, std::string_view path,
                                             std::string_view name) {
  if (!writer.document_entry) return nullptr;
  return session_->document.writers[*writer.document_entry].find(path, name);
}

HRESULT BackupObject::AddComponent(VSS_ID instance_in, VSS_ID writer_in, VSS_COMPONENT_TYPE type,
                                   LPCWSTR path_in, LPCWSTR name_in) {
  RequesterCall call(*this, "AddComponent");
  const Guid instance = Guid::from(instance_in);
  const Guid writer_class = Guid::from(writer_in);
  const std::string path = text_of(path_in);
  const std::string name = text_of(name_in);
  WriterSession* writer = find_writer(instance);
  if (writer != nullptr && writer->writer->class_id != writer_class) writer = nullptr;
  const std::string writer_name = writer != nullptr ? writer->writer->name : std::string();
  const auto done = [&](Hr result) {
    return call.done(result, {{"instance", instance.to_string()},
                              {"writer", writer_name},
                              {"writer_id", writer_class.to_string()},
                              {"type", component_type_name(type)},
                              {"path", path},
                              {"component", name}});
  };
  if (!call.admitted()) return done(call.refusal());
  if (session_->state_set && !session_->document.select_components) return done(hr::bad_state);
  if (name_in == nullptr || (type != VSS_CT_DATABASE && type != VSS_CT_FILEGROUP)) {
    return done(hr::invalid_arg);
  }
  // Its page lists no VSS_E_OBJECT_NOT_FOUND: what matches no document is a bad argument.
  if (writer == nullptr) return done(hr::invalid_arg);
  if (find_component(*writer, path, name) != nullptr) return done(hr::object_already_exists);
  const auto& known = writer->metadata->components;
  const bool exists = std::any_of(known.begin(), known.end(), [&](const auto& component) {
    return component.logical_path == path && component.name == name &&
           static_cast<int>(component.type) == static_cast<int>(type);
  });
  if (!exists) return done(hr::invalid_arg);

  auto& writers = session_->document.writers;
  if (!writer->document_entry) {
    WriterComponents components;
    components.instance_id = instance;
    components.writer_id = writer_class;
    components.instance_name = writer->writer->instance_name;
    components.backup_schema = writer->metadata->backup_schema;
    writers.push_back(std::move(components));
    writer->document_entry = writers.size() - 1;
  }
  ComponentEntry component;
  component.type = static_cast<metadata::ComponentType>(type);
  component.logical_path = path;
  component.name = name;
  writers[*writer->document_entry].components.push_back(std::move(component));
  return done(hr::ok);
}

HRESULT BackupObject::component_setter(std::string_view name, const VSS_ID& writer, LPCWSTR path,
                                       LPCWSTR component, std::initializer_list<ArgText> args,
                                       const std::function<Hr(ComponentEntry&)>& set) {
  RequesterCall call(*this, name);
  const std::string writer_id = Guid::from(writer).to_string();
  const std::string path_text = text_of(path);
  const std::string component_text = text_of(component);
  Hr result = hr::ok;
  if (!call.admitted()) {
    result = call.refusal();
  } else if (component == nullptr) {
    result = hr::invalid_arg;
  } else {
    ComponentEntry* entry = find_component(Guid::from(writer), path_text, component_text);
    result = entry != nullptr ? set(*entry) : hr::object_not_found;
  }
  ArgText all[8];
  std::size_t count = 0;
  all[count++] = {"writer_id", writer_id};
  all[count++] = {"path", path_text};
  all[count++] = {"component", component_text};
  for (const ArgText& arg : args) all[count++] = arg;
  return call.done_with(result, std::span<const ArgText>(all, count));
}

HRESULT BackupObject::SetBackupOptions(VSS_ID writer, VSS_COMPONENT_TYPE, LPCWSTR path,
                                       LPCWSTR name, LPCWSTR options) {
  const std::string value = text_of(options);
  return component_setter("SetBackupOptions", writer, path, name, {{"value", value}},
                          [&](ComponentEntry& entry) {
                            entry.backup_options = value;
                            return hr::ok;
                          });
}

HRESULT BackupObject::SetPreviousBackupStamp(VSS_ID writer, VSS_COMPONENT_TYPE, LPCWSTR path,
                                             LPCWSTR name, LPCWSTR stamp) {
  const std::string value = text_of(stamp);
  return component_setter("SetPreviousBackupStamp", writer, path, name, {{"value", value}},
                          [&](ComponentEntry& entry) {
                            entry.previous_backup_stamp = value;
                            return hr::ok;
                          });
}

}  // namespace vsslab
