// DiskShadow's settings, and the table of its commands.
#include <fmt/format.h>

#include "requester/com_text.h"
#include "requester/tools/cabinet.h"
#include "requester/tools/diskshadow.h"

namespace vsslab::requester {

const std::vector<DiskShadow::Command> DiskShadow::kCommands = {
    {"reset", &DiskShadow::reset, "RESET\n\n\tForgets everything that was set and added.\n"},
    {"set context", &DiskShadow::set_context,
     "SET CONTEXT { CLIENTACCESSIBLE | PERSISTENT [ NOWRITERS ] | VOLATILE [ NOWRITERS ] }\n\n"
     "\tCLIENTACCESSIBLE\tShadow copies that clients of Windows can use.\n"
     "\tPERSISTENT\t\tShadow copies that outlive the program, a reset and a reboot.\n"
     "\tVOLATILE\t\tShadow copies that are deleted on exit or reset.\n"
     "\tNOWRITERS\t\tAll writers are excluded.\n\n"
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
  struct Option {
    std::string_view word;
    LONG attribute;
  };
  static constexpr Option kOptions[] = {
      {"differential", VSS_VOLSNAP_ATTR_DIFFERENTIAL},
      {"plex", VSS_VOLSNAP_ATTR_PLEX},
      {"transportable", VSS_VOLSNAP_ATTR_TRANSPORTABLE},
      {"rollbackrecover", VSS_VOLSNAP_ATTR_ROLLBACK_RECOVERY},
      {"txfrecover", VSS_VOLSNAP_ATTR_TXF_RECOVERY},
      {"noautorecover", VSS_VOLSNAP_ATTR_NO_AUTORECOVERY},
  };
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
  for (const CabinetFile& file : *files) {
    if (!equal_words(file.name, "BCDocument.xml")) continue;
    loaded_ = file.content;
    return;
  }
  refuse(fmt::format("\"{}\" has no backup components document.", words[0]));
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
  additions_.push_back(std::move(addition));
}

void DiskShadow::add_alias(const DiskWords& words) {
  if (words.size() != 2) usage("add alias");
  set_alias(words[0], words[1]);
}

void DiskShadow::add_nothing(const DiskWords& words) {
  if (!words.empty()) usage("add");
  for (const Addition& addition : additions_) {
    print(fmt::format("\t- Volume {} [{}]\t\t%{}%\n", addition.volume, drive_of(addition.volume),
                      addition.alias));
  }
  for (const auto& [name, value] : aliases_) print(fmt::format("\t- %{}% = {}\n", name, value));
}

void DiskShadow::writer_verify(const DiskWords& words) {
  if (words.size() != 1) usage("writer verify");
  verified_.push_back(words[0]);
}

void DiskShadow::writer_exclude(const DiskWords& words) {
  if (words.size() != 1) usage("writer exclude");
  excluded_.push_back(words[0]);
}

void DiskShadow::exec(const DiskWords& words) {
  if (words.empty()) usage("exec");
  const auto code = host_.run_program(words, aliases_);
  if (!code) refuse(code.error().message);
  if (*code == 0) return;
  refuse(
      fmt::format("\nThe command script returned with failure exit code {}.\n"
                  "The command script failed.",
                  *code));
}

}  // namespace vsslab::requester
