// Calling a writer's handler, and what the handler is handed.
#pragma once

#include <windows.h>

#include <vss.h>
#include <vswriter.h>

#include <memory>

#include "service/component_object.h"
#include "service/create_metadata.h"
#include "service/impl.h"

namespace vsslab {

// The component object of one delivery; null where the documents say so (section 3.2).
class ComponentsForWriter {
 public:
  ComponentsForWriter(const std::shared_ptr<BackupSession>& session, WriterSession& writer,
                      WriterEvent event, HandlerFrame& frame, LabVss::Impl& service);
  ~ComponentsForWriter();
  ComponentsForWriter(const ComponentsForWriter&) = delete;
  ComponentsForWriter& operator=(const ComponentsForWriter&) = delete;

  bool given() const { return components_ != nullptr; }
  IVssWriterComponents* get() const { return components_; }
  CreateMetadata* metadata() const { return metadata_.get(); }
  // Identify is over: the document is finished and belongs to the session.
  void take_document(bool accepted);

 private:
  WriterSession& writer_;
  WriterComponentsObject* components_ = nullptr;
  std::shared_ptr<CreateMetadata> metadata_;
};

// Runs the handler of `event`. Exceptions of the writer pass through.
bool call_handler(CVssWriter& writer, WriterEvent event, ComponentsForWriter& components,
                  const Guid& shutdown_set, bool extended);

}  // namespace vsslab
