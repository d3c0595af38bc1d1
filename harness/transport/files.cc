#include "transport/files.h"

#include "core/limits.h"
#include "transport/bytes.h"

namespace vsslab::transport {

namespace {

enum class Op : UINT {
  volumes,
  device,
  stat,
  list,
  read_at,
  create_directory,
  create_file,
  write_at,
  resize,
  remove,
  remove_directory,
  rename,
  set_attributes,
  set_times,
  flush,
  first_mounted,
  paths,
  mount
};

constexpr std::uint32_t kNoError = 0;

void put_time(Out& out, std::optional<Time> time) {
  out.number<std::uint8_t>(time.has_value());
  out.number<std::int64_t>(time.value_or(Time(0)).count());
}
std::optional<Time> get_time(In& in) {
  const bool given = in.number<std::uint8_t>() != 0;
  const Time time(in.number<std::int64_t>());
  return given ? std::optional(time) : std::nullopt;
}

void put_info(Out& out, const FileInfo& info) {
  out.text(info.path);
  out.text(info.name);
  out.number<std::uint8_t>(info.directory);
  out.number(info.attributes);
  for (const Time time : {info.created, info.modified, info.accessed}) {
    out.number<std::int64_t>(time.count());
  }
  out.number(info.size);
}
FileInfo get_info(In& in) {
  FileInfo info;
  info.path = in.text();
  info.name = in.text();
  info.directory = in.number<std::uint8_t>() != 0;
  info.attributes = in.number<std::uint32_t>();
  info.created = Time(in.number<std::int64_t>());
  info.modified = Time(in.number<std::int64_t>());
  info.accessed = Time(in.number<std::int64_t>());
  info.size = in.number<std::uint64_t>();
  return info;
}

void put_options(Out& out, const Volume::Options& options) {
  out.text(options.root);
  out.text(options.guid.to_string());
  out.text(options.file_system);
  out.text(options.label);
  out.number(options.size);
  out.number<std::uint8_t>(options.removable);
}
Volume::Options get_options(In& in) {
  Volume::Options options;
  options.root = in.text();
  options.guid = Guid::parse(in.text()).value_or(Guid{});
  options.file_system = in.text();
  options.label = in.text();
  options.size = in.number<std::uint64_t>();
  options.removable = in.number<std::uint8_t>() != 0;
  return options;
}

void put_error(Out& out, const FileResult<void>& result) {
  out.number(result ? kNoError : static_cast<std::uint32_t>(result.error()));
}

// One operation on a path; the arguments behind it are in `in`.
void on_path(Volume& volume, const std::string& path, Op operation, In& in, Out& out) {
  const auto told = [&](const FileResult<void>& result) { put_error(out, result); };
  const auto failed = [&](FileError error) { out.number(static_cast<std::uint32_t>(error)); };
  switch (operation) {
    case Op::stat: {
      const auto info = volume.stat(path);
      if (!info) return failed(info.error());
      out.number(kNoError);
      return put_info(out, *info);
    }
    case Op::list: {
      const auto all = volume.list(path);
      if (!all) return failed(all.error());
      out.number(kNoError);
      out.number(static_cast<std::uint32_t>(all->size()));
      for (const FileInfo& info : *all) put_info(out, info);
      return;
    }
    case Op::read_at: {
      const auto offset = in.number<std::uint64_t>();
      const auto wanted =
          std::min<std::uint64_t>(in.number<std::uint64_t>(), limits::kFrameBytesMax / 2);
      std::string bytes(wanted, '\0');
      const auto read =
          volume.read_at(path, offset, std::as_writable_bytes(std::span(bytes.data(), wanted)));
      if (!read) return failed(read.error());
      out.number(kNoError);
      return out.text(std::string_view(bytes).substr(0, *read));
    }
    case Op::create_directory:
      return told(volume.create_directory(path));
    case Op::create_file:
      return told(volume.create_file(path, in.number<std::uint8_t>() != 0));
    case Op::write_at: {
      const auto offset = in.number<std::uint64_t>();
      return told(volume.write_at(path, offset, in.text()));
    }
    case Op::resize:
      return told(volume.resize(path, in.number<std::uint64_t>()));
    case Op::remove:
      return told(volume.remove(path));
    case Op::remove_directory:
      return told(volume.remove_directory(path));
    case Op::rename: {
      const std::string to(in.text());
      return told(volume.rename(path, to, in.number<std::uint8_t>() != 0));
    }
    case Op::set_attributes:
      return told(volume.set_attributes(path, in.number<std::uint32_t>()));
    case Op::set_times: {
      Volume::Times times;
      times.created = get_time(in);
      times.modified = get_time(in);
      times.accessed = get_time(in);
      return told(volume.set_times(path, times));
    }
    case Op::flush:
      volume.flush();
      return out.number(kNoError);
    default:
      return in.fail();
  }
}

class RemoteVolume final : public Volume {
 public:
  RemoteVolume(Options options, RootService& root)
      : Volume(std::move(options)), root_(root), prefix_(Volume::root()) {}
  RemoteVolume(Options options, std::string device, RootService& root)
      : Volume(std::move(options), device, FileSystemState{}, nullptr, nullptr),
        root_(root),
        prefix_(device + "\\") {}

  FileResult<FileInfo> stat(std::string_view path) const override {
    std::string reply;
    Out out = begin(path);
    const auto in = ask(Op::stat, out, reply);
    if (!in) return tl::make_unexpected(in.error());
    In rest = *in;
    return get_info(rest);
  }
  FileResult<std::vector<FileInfo>> list(std::string_view path) const override {
    std::string reply;
    Out out = begin(path);
    const auto in = ask(Op::list, out, reply);
    if (!in) return tl::make_unexpected(in.error());
    In rest = *in;
    std::vector<FileInfo> all;
    for (auto count = rest.number<std::uint32_t>(); count > 0 && rest.ok(); --count) {
      all.push_back(get_info(rest));
    }
    return all;
  }
  FileResult<std::size_t> read_at(std::string_view path, std::uint64_t offset,
                                  std::span<std::byte> to) const override {
    std::size_t done = 0;
    while (done < to.size()) {
      std::string reply;
      Out out = begin(path);
      out.number<std::uint64_t>(offset + done);
      out.number<std::uint64_t>(to.size() - done);
      const auto in = ask(Op::read_at, out, reply);
      if (!in) return tl::make_unexpected(in.error());
      In rest = *in;
      const std::string_view bytes = rest.text();
      if (bytes.empty() || bytes.size() > to.size() - done) break;
      std::memcpy(to.data() + done, bytes.data(), bytes.size());
      done += bytes.size();
    }
    return done;
  }
  FileResult<std::string> read_file(std::string_view path) const override {
    const auto info = stat(path);
    if (!info) return tl::make_unexpected(info.error());
    if (info->size > limits::kFileReadBytesMax) {
      return tl::make_unexpected(FileError::file_too_large);
    }
    std::string content(info->size, '\0');
    const auto read = read_at(path, 0, std::as_writable_bytes(std::span(content)));
    if (!read) return tl::make_unexpected(read.error());
    content.resize(*read);
    return content;
  }
  FileResult<void> create_directory(std::string_view path) override {
    Out out = begin(path);
    return change(Op::create_directory, out);
  }
  FileResult<void> create_file(std::string_view path, bool replace) override {
    Out out = begin(path);
    out.number<std::uint8_t>(replace);
    return change(Op::create_file, out);
  }
  FileResult<void> write_at(std::string_view path, std::uint64_t offset,
                            std::string_view bytes) override {
    constexpr std::size_t kPiece = limits::kFrameBytesMax / 2;
    do {
      const std::string_view piece = bytes.substr(0, kPiece);
      Out out = begin(path);
      out.number(offset);
      out.text(piece);
      if (auto result = change(Op::write_at, out); !result) return result;
      bytes.remove_prefix(piece.size());
      offset += piece.size();
    } while (!bytes.empty());
    return {};
  }
  FileResult<void> append(std::string_view path, std::string_view bytes) override {
    const auto info = stat(path);
    if (!info) return tl::make_unexpected(info.error());
    return write_at(path, info->size, bytes);
  }
  FileResult<void> resize(std::string_view path, std::uint64_t size) override {
    Out out = begin(path);
    out.number(size);
    return change(Op::resize, out);
  }
  FileResult<void> remove(std::string_view path) override {
    Out out = begin(path);
    return change(Op::remove, out);
  }
  FileResult<void> remove_directory(std::string_view path) override {
    Out out = begin(path);
    return change(Op::remove_directory, out);
  }
  FileResult<void> rename(std::string_view from, std::string_view to, bool replace) override {
    Out out = begin(from);
    out.text(to);
    out.number<std::uint8_t>(replace);
    return change(Op::rename, out);
  }
  FileResult<void> set_attributes(std::string_view path, std::uint32_t attributes) override {
    Out out = begin(path);
    out.number(attributes);
    return change(Op::set_attributes, out);
  }
  FileResult<void> set_times(std::string_view path, const Times& times) override {
    Out out = begin(path);
    put_time(out, times.created);
    put_time(out, times.modified);
    put_time(out, times.accessed);
    return change(Op::set_times, out);
  }
  std::optional<Mounted> first_mounted(const PathNames& names) const override {
    if (names.empty()) return std::nullopt;
    Out out = begin("");
    out.number(static_cast<std::uint32_t>(names.size()));
    for (const std::string& name : names) out.text(name);
    std::string reply;
    auto in = ask(Op::first_mounted, out, reply);
    if (!in || in->number<std::uint8_t>() == 0) return std::nullopt;
    Mounted folder;
    folder.depth = in->number<std::uint32_t>();
    folder.target = in->text();
    if (!in->ok() || folder.depth == 0 || folder.depth > names.size()) return std::nullopt;
    return folder;
  }
  FileResult<void> set_mounted(std::string_view path, std::string volume_name) override {
    Out out = begin(path);
    out.text(volume_name);
    return change(Op::mount, out);
  }
  void flush() override {
    Out out = begin("");
    static_cast<void>(change(Op::flush, out));
  }

 private:
  Out begin(std::string_view path) const {
    Out out;
    out.text(prefix_ + std::string(path));
    return out;
  }
  FileResult<In> ask(Op operation, Out& out, std::string& reply) const {
    const std::string request = out.take();
    if (FAILED(root_.File(static_cast<UINT>(operation), &request, &reply))) {
      return tl::make_unexpected(FileError::not_ready);
    }
    In in(reply);
    const auto error = in.number<std::uint32_t>();
    if (!in.ok()) return tl::make_unexpected(FileError::not_ready);
    if (error != kNoError) return tl::make_unexpected(static_cast<FileError>(error));
    return in;
  }
  FileResult<void> change(Op operation, Out& out) {
    std::string reply;
    const auto in = ask(operation, out, reply);
    if (!in) return tl::make_unexpected(in.error());
    return {};
  }

  RootService& root_;
  std::string prefix_;
};

void tell_first_mounted(const VolumeSet& volumes, const std::string& root, In& in, Out& out) {
  PathNames names;
  for (auto count = in.number<std::uint32_t>(); count > 0 && in.ok(); --count) {
    names.emplace_back(in.text());
  }
  const Volume* const volume = volumes.find_volume(root);
  const auto folder = volume != nullptr && in.ok() ? volume->first_mounted(names)
                                                   : std::optional<Volume::Mounted>();
  out.number(kNoError);
  out.number<std::uint8_t>(folder.has_value());
  if (!folder) return;
  out.number(static_cast<std::uint32_t>(folder->depth));
  out.text(folder->target);
}

void tell_paths(const VolumeSet& volumes, const std::string& name, Out& out) {
  const Volume* const volume = volumes.find_volume(name);
  const auto paths = volume != nullptr ? volumes.paths_of(*volume) : std::vector<std::string>();
  out.number(static_cast<std::uint32_t>(paths.size()));
  for (const std::string& path : paths) out.text(path);
}

// "" ends the mounting.
FileResult<void> mount(VolumeSet& volumes, const std::string& path, const std::string& name) {
  if (!name.empty()) {
    const Volume* target = volumes.find_volume(name);
    if (target == nullptr) target = volumes.find_device(name);
    if (target == nullptr) return tl::make_unexpected(FileError::path_not_found);
    return volumes.mount(*target, path);
  }
  const auto place = volumes.resolve(path, false);
  if (!place) return tl::make_unexpected(FileError::path_not_found);
  return place->volume->set_mounted(place->path, "");
}

}  // namespace

HRESULT serve_file(VolumeSet& volumes, UINT operation, const std::string& request,
                   std::string& reply) {
  In in(request);
  Out out;
  const auto wanted = static_cast<Op>(operation);
  if (wanted == Op::volumes) {
    const auto all = volumes.volumes();
    out.number(static_cast<std::uint32_t>(all.size()));
    for (const Volume* volume : all) put_options(out, volume->options());
  } else {
    const std::string path(in.text());
    if (wanted == Op::device) {
      const Volume* const copy = volumes.find_device(path);
      if (copy == nullptr) return VSS_E_OBJECT_NOT_FOUND;
      put_options(out, copy->options());
    } else if (wanted == Op::first_mounted) {
      tell_first_mounted(volumes, path, in, out);
    } else if (wanted == Op::paths) {
      tell_paths(volumes, path, out);
    } else if (wanted == Op::mount) {
      const std::string name(in.text());
      put_error(out, mount(volumes, path, name));
    } else {
      // Whoever asks has followed mounted folders: the last one may be what is meant.
      const auto place = volumes.resolve(path, false);
      if (!place || place->volume == nullptr) {
        out.number(static_cast<std::uint32_t>(FileError::path_not_found));
      } else {
        on_path(*place->volume, place->path, wanted, in, out);
      }
    }
  }
  if (!in.ok()) return E_INVALIDARG;
  reply = out.take();
  return S_OK;
}

bool fetch_volumes(RootService& root, VolumeSet& volumes) {
  std::string reply;
  const std::string nothing;
  if (FAILED(root.File(static_cast<UINT>(Op::volumes), &nothing, &reply))) return false;
  In in(reply);
  for (auto count = in.number<std::uint32_t>(); count > 0 && in.ok(); --count) {
    volumes.add(std::make_unique<RemoteVolume>(get_options(in), root));
  }
  volumes.set_device_finder([&root](std::string_view device) -> std::shared_ptr<Volume> {
    Out out;
    out.text(device);
    const std::string request = out.take();
    std::string answer;
    if (FAILED(root.File(static_cast<UINT>(Op::device), &request, &answer))) return nullptr;
    In in_answer(answer);
    return std::make_shared<RemoteVolume>(get_options(in_answer), std::string(device), root);
  });
  volumes.set_paths_finder([&root](const Volume& volume) {
    Out out;
    out.text(volume.guid_path());
    const std::string request = out.take();
    std::string answer;
    std::vector<std::string> paths;
    if (FAILED(root.File(static_cast<UINT>(Op::paths), &request, &answer))) return paths;
    In in_answer(answer);
    for (auto count = in_answer.number<std::uint32_t>(); count > 0 && in_answer.ok(); --count) {
      paths.emplace_back(in_answer.text());
    }
    return paths;
  });
  return in.ok();
}

}  // namespace vsslab::transport
