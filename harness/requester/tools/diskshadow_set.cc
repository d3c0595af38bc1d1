// DiskShadow's settings, and the table of its commands.
#include <fmt/format.h>

#include "requester/com_text.h"
#include "requester/tools/cabinet.h"
#include "requester/tools/diskshadow.h"
#include "xml/document.h"

namespace vsslab::requester {

const std::vector<DiskShadow::Command> DiskShadow::kCommands = {
    {"reset", &DiskShadow::reset, "RESET\n\n\tForgets everything that was set and added.\n"},
    {"set", &DiskShadow::show_settings, "SET\n\n\tLists the settings.\n"},
    {"set context", &DiskShadow::set_context,
     "SET CONTEXT { CLIENTACCESSIBLE | PERSISTENT [ NOWRITERS ] | VOLATILE [ NOWRITERS ] }\n\n"
     "\tCLIENTACCESSIBLE\tSpecify to create shadow copies usable by client versions of Windows.\n"
     "\tPERSISTENT\t\tSpecify that shadow copy is persist across program exit, reset or reboot.\n"
     "\tPERSISTENT NOWRITERS\tSpecify that shadow copy is persistent and all writers are "
     "excluded.\n"
     "\tVOLATILE\t\tSpecify that shadow copy will be deleted on exit or reset.\n"
     "\tVOLATILE NOWRITERS\tSpecify that shadow copy is volatile and all writers are excluded.\n\n"
     "\tExample: SET CONTEXT CLIENTACCESSIBLE\n"},
    {"set option", &DiskShadow::set_option,
     "SET OPTION { [ DIFFERENTIAL | PLEX ] [ TRANSPORTABLE ] [ [ ROLLBACKRECOVER ] "
     "[ TXFRECOVER ] | NOAUTORECOVER ] }\n\n\tExample: SET OPTION TRANSPORTABLE\n"},
    {"set verbose", &DiskShadow::set_verbose,
     "SET VERBOSE { ON | OFF }\n\n\tExample: SET VERBOSE ON\n"},
    {"set metadata", &DiskShadow::set_metadata,
     "SET METADATA <file.cab>\n\n\tThe file that CREATE saves the metadata in.\n"},
    {"load metadata", &DiskShadow::load_metadata,
     "LOAD METADATA <file.cab>\n\n\tFor IMPORT and BEGIN RESTORE.\n"},
    {"begin backup", &DiskShadow::begin_backup, "BEGIN BACKUP\n\n\tStarts a full backup.\n"},
    {"end backup", &DiskShadow::end_backup,
     "END BACKUP\n\n\tTells the writers that the backup is complete.\n"},
    {"begin restore", &DiskShadow::begin_restore,
     "BEGIN RESTORE\n\n\tTells the writers that a restore comes.\n"},
    {"end restore", &DiskShadow::end_restore,
     "END RESTORE\n\n\tTells the writers that the files were restored.\n"},
    {"simulate restore", &DiskShadow::simulate_restore,
     "SIMULATE RESTORE\n\n\tShows which writers would take part in a restore.\n"},
    {"add volume", &DiskShadow::add_volume,
     "ADD VOLUME <volume> [ PROVIDER <providerID> ] [ ALIAS <alias> ]\n\n"
     "\tExample: ADD VOLUME C: ALIAS SystemVolume\n"},
    {"add alias", &DiskShadow::add_alias, "ADD ALIAS <alias> <value>\n"},
    {"add", &DiskShadow::add_nothing, "ADD\n\n\tLists the volumes and aliases.\n"},
    {"create", &DiskShadow::create, "CREATE\n\n\tCreates the shadow copies.\n"},
    {"import", &DiskShadow::import_set, "IMPORT\n\n\tImports a transportable set.\n"},
    {"writer verify", &DiskShadow::writer_verify,
     "WRITER VERIFY { <writer> | <component> }\n\n"
     "\tExample: WRITER VERIFY \"System Writer\"\n"},
    {"writer exclude", &DiskShadow::writer_exclude,
     "WRITER EXCLUDE { <writer> | <component> }\n\n"
     "\tExample: WRITER EXCLUDE \"System Writer\"\n"},
    {"list writers", &DiskShadow::list_writers, "LIST WRITERS [ METADATA | DETAILED | STATUS ]\n"},
    {"list shadows", &DiskShadow::list_shadows,
     "LIST SHADOWS { ALL | SET <setID> | ID <shadowID> }\n"},
    {"list providers", &DiskShadow::list_providers, "LIST PROVIDERS\n"},
    {"delete shadows", &DiskShadow::delete_shadows,
     "DELETE SHADOWS { ALL | VOLUME <volume> | OLDEST <volume> | SET <setID> | ID <shadowID> | "
     "EXPOSED { <drive> | <share> | <mountpoint> } }\n"},
    {"mask", &DiskShadow::mask, "MASK <setID>\n\n\tTakes imported hardware copies away.\n"},
    {"expose", &DiskShadow::expose,
     "EXPOSE <shadowID> { <drive>: | <share> | <mountpoint> }\n\n"
     "\tExample: EXPOSE %SystemVolume% X:\n"},
    {"unexpose", &DiskShadow::unexpose,
     "UNEXPOSE { <shadowID> | <drive>: | <share> | <mountpoint> }\n"},
    {"break", &DiskShadow::break_set, "BREAK [ READONLY | WRITABLE ] [ NOSTRIPPING ] <setID>\n"},
    {"revert", &DiskShadow::revert, "REVERT <shadowID>\n"},
    {"resync", &DiskShadow::resync, "RESYNC [ REVERTSIGNATURE ] [ NOVOLUMECHECK ]\n"},
    {"exec", &DiskShadow::exec, "EXEC <program> [ parameters ]\n"},
    {"help", &DiskShadow::help, "HELP [ command ]\n"},
    {"?", &DiskShadow::help, "?\n"},
};

namespace {

std::string_view word_of_context(LONG context) {
  switch (context) {
    case VSS_CTX_CLIENT_ACCESSIBLE:
      return "CLIENTACCESSIBLE";
    case VSS_CTX_APP_ROLLBACK:
      return "PERSISTENT";
    case VSS_CTX_NAS_ROLLBACK:
      return "PERSISTENT NOWRITERS";
    case VSS_CTX_FILE_SHARE_BACKUP:
      return "VOLATILE NOWRITERS";
    default:
      return "VOLATILE";
  }
}

struct Option {
  std::string_view word;
  LONG attribute;
};
constexpr Option kOptions[] = {
    {"DIFFERENTIAL", VSS_VOLSNAP_ATTR_DIFFERENTIAL},
    {"PLEX", VSS_VOLSNAP_ATTR_PLEX},
    {"TRANSPORTABLE", VSS_VOLSNAP_ATTR_TRANSPORTABLE},
    {"ROLLBACKRECOVER", VSS_VOLSNAP_ATTR_ROLLBACK_RECOVERY},
    {"TXFRECOVER", VSS_VOLSNAP_ATTR_TXF_RECOVERY},
    {"NOAUTORECOVER", VSS_VOLSNAP_ATTR_NO_AUTORECOVERY},
};

std::string joined(const DiskWords& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// Blanks of a value in the manifest.
std::string from_manifest(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool blank = text.substr(at).starts_with("%s");
    out += blank ? ' ' : text[at];
    if (blank) ++at;
  }
  return out;
}

}  // namespace

void DiskShadow::show_settings(const DiskWords& words) {
  if (!words.empty()) {
    for (const Command& known : kCommands) {
      if (known.words.starts_with("set ")) print("\n" + std::string(known.usage) + "\n");
    }
    throw CommandFailed{};
  }
  std::string options;
  for (const Option& option : kOptions) {
    if ((options_ & option.attribute) != 0) options += " " + std::string(option.word);
  }
  print(fmt::format("\n\t- Context: {}\n\t- Options:{}\n\t- Verbose: {}\n\t- Metadata: {}\n",
                    word_of_context(context_), options.empty() ? " none" : options,
                    verbose_ ? "ON" : "OFF", metadata_file_.empty() ? "none" : metadata_file_));
}

void DiskShadow::set_context(const DiskWords& words) {
  const bool without = words.size() == 2 && equal_words(words[1], "nowriters");
  const bool one = words.size() == 1;
  if (one && equal_words(words[0], "clientaccessible")) {
    context_ = VSS_CTX_CLIENT_ACCESSIBLE;
  } else if ((one || without) && equal_words(words[0], "persistent")) {
    context_ = without ? VSS_CTX_NAS_ROLLBACK : VSS_CTX_APP_ROLLBACK;
  } else if ((one || without) && equal_words(words[0], "volatile")) {
    context_ = without ? VSS_CTX_FILE_SHARE_BACKUP : VSS_CTX_BACKUP;
  } else {
    usage("set context");
  }
}

void DiskShadow::set_option(const DiskWords& words) {
  LONG options = 0;
  for (const std::string& word : words) {
    LONG attribute = 0;
    for (const Option& option : kOptions) {
      if (equal_words(option.word, word)) attribute = option.attribute;
    }
    if (attribute == 0) usage("set option");
    options |= attribute;
  }
  constexpr LONG kMethods = VSS_VOLSNAP_ATTR_DIFFERENTIAL | VSS_VOLSNAP_ATTR_PLEX;
  constexpr LONG kRecoveries = VSS_VOLSNAP_ATTR_ROLLBACK_RECOVERY | VSS_VOLSNAP_ATTR_TXF_RECOVERY;
  const bool both = (options & kMethods) == kMethods;
  const bool recovery =
      (options & VSS_VOLSNAP_ATTR_NO_AUTORECOVERY) != 0 && (options & kRecoveries) != 0;
  if (words.empty() || both || recovery) usage("set option");
  options_ |= options;
}

void DiskShadow::set_verbose(const DiskWords& words) {
  const bool on = words.size() == 1 && equal_words(words[0], "on");
  if (!on && (words.size() != 1 || !equal_words(words[0], "off"))) usage("set verbose");
  verbose_ = on;
}

void DiskShadow::set_metadata(const DiskWords& words) {
  if (words.size() != 1) usage("set metadata");
  if (words[0].ends_with('\\') || words[0].ends_with('/')) refuse("No filename was specified.");
  const std::size_t name = words[0].find_last_of("\\/");
  if (is_lab_path(words[0]) && name > 2 && name != std::string::npos) {
    const std::string folder = words[0].substr(0, name);
    const DWORD attributes = GetFileAttributesW(wide(folder).c_str());
    if (attributes == INVALID_FILE_ATTRIBUTES || (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0) {
      refuse(fmt::format(
          "The metadata file name path specifies a directory that does not exist: {}", folder));
    }
  }
  metadata_file_ = words[0];
}

void DiskShadow::load_metadata(const DiskWords& words) {
  if (words.size() != 1) usage("load metadata");
  const auto bytes = read_any(host_, words[0]);
  if (!bytes) refuse(fmt::format("\"{}\": {}", words[0], bytes.error().message));
  const auto files = read_cabinet(*bytes);
  if (!files) refuse(fmt::format("\"{}\": {}", words[0], files.error().message));
  const auto content_of = [&](std::string_view name) -> const std::string* {
    for (const CabinetFile& file : *files) {
      if (equal_words(file.name, name)) return &file.content;
    }
    return nullptr;
  };
  const std::string* const document = content_of("BCDocument.xml");
  if (document == nullptr) {
    refuse(fmt::format("\"{}\" has no backup components document.", words[0]));
  }
  if (const std::string* const manifest = content_of("Manifest.xml")) {
    load_aliases(words[0], *manifest);
  }
  loaded_ = *document;
}

// All of them or, when the manifest is broken, none.
void DiskShadow::load_aliases(const std::string& file, const std::string& manifest) {
  const auto document = xml::parse(manifest, "Manifest.xml");
  if (!document) {
    refuse(fmt::format("\"{}\": Manifest.xml: {}", file, document.error().message));
  }
  const xml::Element root = document->root();
  const xml::Element set = root.child("ShadowCopySet");
  const std::string set_id(set ? set.attribute_or("GUID", {}) : std::string_view{});
  const xml::Element aliases = root.child("Aliases");
  if (!aliases) return;
  for (const xml::Element alias : aliases.children()) {
    const std::string name = from_manifest(alias.attribute_or("Name", {}));
    const std::string value = from_manifest(alias.attribute_or("Value", {}));
    if (name.empty() || name.find('%') != std::string::npos) {
      refuse(fmt::format("\"{}\": Manifest.xml: an alias has no name.", file));
    }
    set_alias(name, value);
    bool of_copy = false;
    if (set) {
      for (const xml::Element copy : set.children()) {
        of_copy |= copy.attribute_or("GUID", {}) == value;
      }
    }
    print(fmt::format("Alias {} for {} {} set as environment variable.\n", name,
                      of_copy           ? "shadow ID"
                      : value == set_id ? "shadow set ID"
                                        : "value",
                      value));
  }
}

void DiskShadow::reset(const DiskWords& words) {
  if (!words.empty()) usage("reset");
  if (vss_) vss_->release();
  vss_.reset();
  context_ = VSS_CTX_BACKUP;
  options_ = 0;
  verbose_ = in_backup_ = made_ = in_restore_ = false;
  metadata_file_.clear();
  loaded_.clear();
  additions_.clear();
  aliases_.clear();
  verified_.clear();
  excluded_.clear();
  writers_.clear();
  restorable_.clear();
}

void DiskShadow::add_volume(const DiskWords& words) {
  if (words.empty() || words.size() % 2 == 0) usage("add volume");
  Addition addition;
  for (std::size_t i = 1; i < words.size(); i += 2) {
    if (equal_words(words[i], "alias")) {
      addition.alias = words[i + 1];
    } else if (equal_words(words[i], "provider")) {
      addition.provider = id_of(words[i + 1]);
    } else {
      usage("add volume");
    }
  }
  addition.volume = volume_name_of(words[0]);
  if (addition.volume.empty()) refuse(fmt::format("The volume \"{}\" was not found.", words[0]));
  for (const Addition& known : additions_) {
    if (known.volume == addition.volume) {
      refuse(fmt::format("The volume \"{}\" has been added already.", words[0]));
    }
    if (!addition.alias.empty() && equal_words(known.alias, addition.alias)) {
      refuse(fmt::format("The alias \"{}\" is that of another volume of the set.", addition.alias));
    }
  }
  require_supported(addition.volume, addition.provider, words[0]);
  additions_.push_back(std::move(addition));
}

// "Each time a volume is added, it's checked to make sure VSS supports shadow copy creation".
void DiskShadow::require_supported(const std::string& volume, const VSS_ID& provider,
                                   const std::string& shown) {
  BackupObject vss;
  BOOL supported = FALSE;
  std::wstring name = wide(volume);
  try {
    check(vss.create(), "CreateVssBackupComponents");
    check(vss.get()->InitializeForBackup(NULL), "InitializeForBackup");
    const LONG context = context_ | options_;
    if (context != VSS_CTX_BACKUP) check(vss.get()->SetContext(context), "SetContext");
    check(vss.get()->IsVolumeSupported(provider, name.data(), &supported), "IsVolumeSupported");
  } catch (const CommandFailed&) {
    vss.release();
    throw;
  }
  vss.release();
  if (!supported) {
    refuse(fmt::format("The volume \"{}\" does not support shadow copies of this kind.", shown));
  }
}

void DiskShadow::add_alias(const DiskWords& words) {
  if (words.size() != 2) usage("add alias");
  set_alias(words[0], words[1]);
}

void DiskShadow::add_nothing(const DiskWords& words) {
  if (!words.empty()) usage("add");
  for (const Addition& addition : additions_) {
    const std::string drive = drive_of(addition.volume);
    print(fmt::format("Volume {}{}{} GUID {}\n", drive.empty() ? addition.volume : drive,
                      addition.alias.empty() ? "" : " alias ", addition.alias, addition.volume));
  }
  print(fmt::format("{} volume{} in Shadow Copy Set.\n", additions_.size(),
                    additions_.size() == 1 ? "" : "s"));
  if (aliases_.empty()) print("No Diskshadow aliases in the environment.\n");
  for (const auto& [name, value] : aliases_) print(fmt::format("%{}% = {}\n", name, value));
}

// Names with blanks may stand without quotes: "writer exclude System Writer".
void DiskShadow::writer_verify(const DiskWords& words) {
  if (words.empty()) usage("writer verify");
  verified_.push_back(joined(words));
}

void DiskShadow::writer_exclude(const DiskWords& words) {
  if (words.empty()) usage("writer exclude");
  excluded_.push_back(joined(words));
}

void DiskShadow::exec(const DiskWords& words) {
  if (words.empty()) usage("exec");
  const auto code = host_.run_program(words, aliases_);
  if (code && *code == 0) return;
  if (code) {
    print(
        fmt::format("\nThe command script returned with failure exit code {}.\n"
                    "The command script failed.\n",
                    *code));
  } else {
    print(code.error().message + "\n");
  }
  throw CommandFailed{.quits = true};
}

}  // namespace vsslab::requester
