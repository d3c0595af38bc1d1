// Security identifiers, access control lists, security descriptors, accounts.

#include <windows.h>

#include <sddl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "volume/path.h"
#include "win32/call.h"
#include "win32/give.h"
#include "win32/registry.h"
#include "win32/wide.h"

namespace vsslab {

namespace {

using Bytes = std::vector<std::uint8_t>;

DWORD sid_length(BYTE sub_authorities) { return 8u + 4u * sub_authorities; }

bool is_sid(PSID sid) {
  const auto* const bytes = static_cast<const BYTE*>(sid);
  return bytes != nullptr && bytes[0] == SID_REVISION && bytes[1] <= SID_MAX_SUB_AUTHORITIES;
}
Bytes bytes_of(PSID sid) {
  const auto* const bytes = static_cast<const std::uint8_t*>(sid);
  return {bytes, bytes + sid_length(bytes[1])};
}

// S-1-<authority>-<sub-authorities>
std::string sid_text(const Bytes& sid) {
  std::uint64_t authority = 0;
  for (std::size_t i = 2; i < 8; ++i) authority = authority << 8 | sid[i];
  std::string text = "S-1-" + std::to_string(authority);
  for (std::size_t at = 8; at + 4 <= sid.size(); at += 4) {
    std::uint32_t sub = 0;
    std::memcpy(&sub, &sid[at], sizeof(sub));
    text += "-" + std::to_string(sub);
  }
  return text;
}

std::optional<Bytes> parse_sid(std::string_view text) {
  if (!text.starts_with("S-1-") && !text.starts_with("s-1-")) return std::nullopt;
  text.remove_prefix(4);
  std::vector<std::uint64_t> numbers;
  while (true) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || (!numbers.empty() && number > 0xFFFFFFFF)) return std::nullopt;
    numbers.push_back(number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) break;
    if (text[0] != '-') return std::nullopt;
    text.remove_prefix(1);
  }
  if (numbers.size() > SID_MAX_SUB_AUTHORITIES + 1u || numbers[0] >> 48 != 0) return std::nullopt;
  Bytes sid{SID_REVISION, static_cast<std::uint8_t>(numbers.size() - 1)};
  for (int shift = 40; shift >= 0; shift -= 8) {
    sid.push_back(static_cast<std::uint8_t>(numbers[0] >> shift));
  }
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    for (int shift = 0; shift < 32; shift += 8) {
      sid.push_back(static_cast<std::uint8_t>(numbers[i] >> shift));
    }
  }
  return sid;
}

struct Account {
  WELL_KNOWN_SID_TYPE type;
  std::string_view sid;
  std::string_view name;
  std::string_view domain;
  SID_NAME_USE use;
};
constexpr std::array<Account, 7> kWellKnown = {
    {{WinWorldSid, "S-1-1-0", "Everyone", "", SidTypeWellKnownGroup},
     {WinSelfSid, "S-1-5-10", "SELF", "NT AUTHORITY", SidTypeWellKnownGroup},
     {WinLocalSystemSid, "S-1-5-18", "SYSTEM", "NT AUTHORITY", SidTypeWellKnownGroup},
     {WinLocalServiceSid, "S-1-5-19", "LOCAL SERVICE", "NT AUTHORITY", SidTypeWellKnownGroup},
     {WinNetworkServiceSid, "S-1-5-20", "NETWORK SERVICE", "NT AUTHORITY", SidTypeWellKnownGroup},
     {WinBuiltinAdministratorsSid, "S-1-5-32-544", "Administrators", "BUILTIN", SidTypeAlias},
     {WinBuiltinBackupOperatorsSid, "S-1-5-32-551", "Backup Operators", "BUILTIN", SidTypeAlias}}};

struct Found {
  std::string sid, name, domain;
  SID_NAME_USE use;
};

std::string machine_name() {
  const Lab* const lab = current_lab();
  return lab != nullptr ? lab->computer_name : "LAB";
}

std::vector<Found> accounts() {
  std::vector<Found> all = {{sid_text(lab_user_sid()), "lab", machine_name(), SidTypeUser}};
  for (const Account& known : kWellKnown) {
    all.push_back(
        {std::string(known.sid), std::string(known.name), std::string(known.domain), known.use});
  }
  return all;
}

// Copies two texts, or says how much room both need.
bool give_both(const std::wstring& first, LPWSTR out, LPDWORD size, bool fits_first,
               const std::wstring& second, LPWSTR out2, LPDWORD size2) {
  const bool fits = fits_first && *size2 > second.size();
  *size = static_cast<DWORD>(first.size() + (fits ? 0 : 1));
  *size2 = static_cast<DWORD>(second.size() + (fits ? 0 : 1));
  if (!fits) return false;
  std::copy_n(first.c_str(), first.size() + 1, out);
  std::copy_n(second.c_str(), second.size() + 1, out2);
  return true;
}

BOOL add_ace(PACL acl, BYTE type, DWORD mask, PSID sid) {
  if (acl == nullptr || !is_sid(sid)) return fail_with<BOOL>(1337, FALSE);  // ERROR_INVALID_SID
  auto* const bytes = reinterpret_cast<BYTE*>(acl);
  DWORD used = sizeof(ACL);
  for (WORD i = 0; i < acl->AceCount; ++i) {
    used += reinterpret_cast<ACE_HEADER*>(bytes + used)->AceSize;
  }
  const Bytes copied = bytes_of(sid);
  const DWORD size = static_cast<DWORD>(sizeof(ACCESS_ALLOWED_ACE) - sizeof(DWORD) + copied.size());
  if (used + size > acl->AclSize) return fail_with<BOOL>(1344, FALSE);  // ERROR_ALLOTTED_SPACE…
  auto* const ace = reinterpret_cast<ACCESS_ALLOWED_ACE*>(bytes + used);
  ace->Header = {type, 0, static_cast<WORD>(size)};
  ace->Mask = mask;
  std::memcpy(&ace->SidStart, copied.data(), copied.size());
  ++acl->AceCount;
  return TRUE;
}

SECURITY_DESCRIPTOR* descriptor_of(PSECURITY_DESCRIPTOR descriptor) {
  auto* const known = static_cast<SECURITY_DESCRIPTOR*>(descriptor);
  if (known != nullptr && known->Revision == SECURITY_DESCRIPTOR_REVISION) return known;
  return fail_with<SECURITY_DESCRIPTOR*>(1338, nullptr);  // ERROR_INVALID_SECURITY_DESCR
}

BOOL set_acl(PSECURITY_DESCRIPTOR in, BOOL present, PACL acl, WORD bit,
             PACL SECURITY_DESCRIPTOR::*member) {
  SECURITY_DESCRIPTOR* const descriptor = descriptor_of(in);
  if (descriptor == nullptr) return FALSE;
  descriptor->Control =
      static_cast<WORD>(present ? descriptor->Control | bit : descriptor->Control & ~bit);
  descriptor->*member = present ? acl : nullptr;
  return TRUE;
}

BOOL set_sid(PSECURITY_DESCRIPTOR in, PSID sid, PSID SECURITY_DESCRIPTOR::*member) {
  SECURITY_DESCRIPTOR* const descriptor = descriptor_of(in);
  if (descriptor == nullptr) return FALSE;
  if (sid != nullptr && !is_sid(sid)) return fail_with<BOOL>(1337, FALSE);
  descriptor->*member = sid;
  return TRUE;
}

}  // namespace

}  // namespace vsslab

using namespace vsslab;

// --- Security identifiers ---

EXTERN_C BOOL AllocateAndInitializeSid(PSID_IDENTIFIER_AUTHORITY authority, BYTE count, DWORD a,
                                       DWORD b, DWORD c, DWORD d, DWORD e, DWORD f, DWORD g,
                                       DWORD h, PSID* out) {
  if (authority == nullptr || out == nullptr || count > 8) {
    return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  }
  auto* const sid = static_cast<SID*>(LocalAlloc(LMEM_ZEROINIT, SECURITY_MAX_SID_SIZE));
  if (sid == nullptr) return fail_with<BOOL>(ERROR_NOT_ENOUGH_MEMORY, FALSE);
  sid->Revision = SID_REVISION;
  sid->SubAuthorityCount = count;
  sid->IdentifierAuthority = *authority;
  const DWORD subs[] = {a, b, c, d, e, f, g, h};
  std::memcpy(static_cast<DWORD*>(sid->SubAuthority), subs, count * sizeof(DWORD));
  *out = sid;
  return TRUE;
}

EXTERN_C PVOID FreeSid(PSID sid) { return LocalFree(sid); }
EXTERN_C BOOL IsValidSid(PSID sid) { return is_sid(sid) ? TRUE : FALSE; }
EXTERN_C DWORD GetLengthSid(PSID sid) {
  return is_sid(sid) ? sid_length(static_cast<SID*>(sid)->SubAuthorityCount) : 0;
}
EXTERN_C BOOL EqualSid(PSID a, PSID b) {
  return is_sid(a) && is_sid(b) && bytes_of(a) == bytes_of(b) ? TRUE : FALSE;
}
EXTERN_C BOOL CopySid(DWORD room, PSID out, PSID sid) {
  if (!is_sid(sid)) return fail_with<BOOL>(1337, FALSE);
  const Bytes bytes = bytes_of(sid);
  if (bytes.size() > room) return fail_with<BOOL>(ERROR_INSUFFICIENT_BUFFER, FALSE);
  std::memcpy(out, bytes.data(), bytes.size());
  return TRUE;
}

EXTERN_C BOOL CreateWellKnownSid(WELL_KNOWN_SID_TYPE type, PSID, PSID out, DWORD* size) {
  const auto* const known = std::find_if(kWellKnown.begin(), kWellKnown.end(),
                                         [&](const Account& each) { return each.type == type; });
  if (size == nullptr || known == kWellKnown.end()) {
    return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  }
  const Bytes bytes = *parse_sid(known->sid);
  const bool fits = out != nullptr && *size >= bytes.size();
  *size = static_cast<DWORD>(bytes.size());
  if (!fits) return fail_with<BOOL>(ERROR_INSUFFICIENT_BUFFER, FALSE);
  std::memcpy(out, bytes.data(), bytes.size());
  return TRUE;
}

EXTERN_C BOOL ConvertSidToStringSidW(PSID sid, LPWSTR* out) {
  if (out == nullptr || !is_sid(sid)) return fail_with<BOOL>(1337, FALSE);
  const std::wstring text = to_wide(sid_text(bytes_of(sid)));
  *out = static_cast<LPWSTR>(LocalAlloc(LMEM_FIXED, (text.size() + 1) * sizeof(WCHAR)));
  if (*out == nullptr) return fail_with<BOOL>(ERROR_NOT_ENOUGH_MEMORY, FALSE);
  std::copy_n(text.c_str(), text.size() + 1, *out);
  return TRUE;
}

EXTERN_C BOOL ConvertStringSidToSidW(LPCWSTR text, PSID* out) {
  const auto bytes = parse_sid(to_utf8(text));
  if (out == nullptr || !bytes) return fail_with<BOOL>(1337, FALSE);
  *out = LocalAlloc(LMEM_FIXED, bytes->size());
  if (*out == nullptr) return fail_with<BOOL>(ERROR_NOT_ENOUGH_MEMORY, FALSE);
  std::memcpy(*out, bytes->data(), bytes->size());
  return TRUE;
}

// Every program of the lab runs elevated, as the one user.
EXTERN_C BOOL CheckTokenMembership(HANDLE, PSID sid, BOOL* member) {
  if (member == nullptr || !is_sid(sid)) return fail_with<BOOL>(1337, FALSE);
  const std::string text = sid_text(bytes_of(sid));
  *member = text == sid_text(lab_user_sid()) || text == "S-1-1-0" || text == "S-1-5-32-544";
  return TRUE;
}

// --- Accounts ---

EXTERN_C BOOL LookupAccountSidW(LPCWSTR, PSID sid, LPWSTR name, LPDWORD name_size, LPWSTR domain,
                                LPDWORD domain_size, PSID_NAME_USE use) {
  if (!is_sid(sid) || name_size == nullptr || domain_size == nullptr) {
    return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  }
  const std::string text = sid_text(bytes_of(sid));
  for (const Found& account : accounts()) {
    if (account.sid != text) continue;
    const std::wstring wide = to_wide(account.name);
    if (!give_both(wide, name, name_size, *name_size > wide.size(), to_wide(account.domain), domain,
                   domain_size)) {
      return fail_with<BOOL>(ERROR_INSUFFICIENT_BUFFER, FALSE);
    }
    if (use != nullptr) *use = account.use;
    return TRUE;
  }
  return fail_with<BOOL>(ERROR_NONE_MAPPED, FALSE);
}

EXTERN_C BOOL LookupAccountNameW(LPCWSTR, LPCWSTR name, PSID sid, LPDWORD sid_size, LPWSTR domain,
                                 LPDWORD domain_size, PSID_NAME_USE use) {
  if (name == nullptr || sid_size == nullptr || domain_size == nullptr) {
    return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  }
  const std::string asked = to_utf8(name);
  for (const Found& account : accounts()) {
    if (!same_name(asked, account.name) &&
        !same_name(asked, account.domain + "\\" + account.name)) {
      continue;
    }
    const Bytes bytes = *parse_sid(account.sid);
    const std::wstring wide = to_wide(account.domain);
    const bool fits = *sid_size >= bytes.size() && *domain_size > wide.size();
    *sid_size = static_cast<DWORD>(bytes.size());
    *domain_size = static_cast<DWORD>(wide.size() + (fits ? 0 : 1));
    if (!fits) return fail_with<BOOL>(ERROR_INSUFFICIENT_BUFFER, FALSE);
    std::memcpy(sid, bytes.data(), bytes.size());
    std::copy_n(wide.c_str(), wide.size() + 1, domain);
    if (use != nullptr) *use = account.use;
    return TRUE;
  }
  return fail_with<BOOL>(ERROR_NONE_MAPPED, FALSE);
}

// --- Access control lists ---

EXTERN_C BOOL InitializeAcl(PACL acl, DWORD size, DWORD revision) {
  if (acl == nullptr || size < sizeof(ACL) || size > 0xFFFF || revision != ACL_REVISION) {
    return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  }
  *acl = {ACL_REVISION, 0, static_cast<WORD>(size), 0, 0};
  return TRUE;
}
EXTERN_C BOOL AddAccessAllowedAce(PACL acl, DWORD, DWORD mask, PSID sid) {
  return add_ace(acl, ACCESS_ALLOWED_ACE_TYPE, mask, sid);
}
EXTERN_C BOOL AddAccessDeniedAce(PACL acl, DWORD, DWORD mask, PSID sid) {
  return add_ace(acl, ACCESS_DENIED_ACE_TYPE, mask, sid);
}
EXTERN_C BOOL GetAce(PACL acl, DWORD index, LPVOID* out) {
  if (acl == nullptr || out == nullptr || index >= acl->AceCount) {
    return fail_with<BOOL>(ERROR_INVALID_PARAMETER, FALSE);
  }
  auto* at = reinterpret_cast<BYTE*>(acl + 1);
  for (; index > 0; --index) at += reinterpret_cast<ACE_HEADER*>(at)->AceSize;
  *out = at;
  return TRUE;
}

EXTERN_C DWORD SetEntriesInAclW(ULONG count, PEXPLICIT_ACCESS_W entries, PACL old, PACL* out) {
  if (out == nullptr || (count > 0 && entries == nullptr)) return ERROR_INVALID_PARAMETER;
  DWORD size = old != nullptr ? old->AclSize : static_cast<DWORD>(sizeof(ACL));
  for (ULONG i = 0; i < count; ++i) {
    if (entries[i].Trustee.TrusteeForm != TRUSTEE_IS_SID ||
        !is_sid(reinterpret_cast<PSID>(entries[i].Trustee.ptstrName))) {
      return ERROR_INVALID_PARAMETER;
    }
    size += static_cast<DWORD>(sizeof(ACCESS_ALLOWED_ACE)) +
            GetLengthSid(reinterpret_cast<PSID>(entries[i].Trustee.ptstrName));
  }
  auto* const made = static_cast<PACL>(LocalAlloc(LMEM_ZEROINIT, size));
  if (made == nullptr) return ERROR_NOT_ENOUGH_MEMORY;
  if (old != nullptr) {
    std::memcpy(made, old, old->AclSize);
    made->AclSize = static_cast<WORD>(size);
  } else {
    InitializeAcl(made, size, ACL_REVISION);
  }
  for (ULONG i = 0; i < count; ++i) {
    const bool denied = entries[i].grfAccessMode == DENY_ACCESS;
    add_ace(made, denied ? ACCESS_DENIED_ACE_TYPE : ACCESS_ALLOWED_ACE_TYPE,
            entries[i].grfAccessPermissions, reinterpret_cast<PSID>(entries[i].Trustee.ptstrName));
  }
  *out = made;
  return ERROR_SUCCESS;
}

// --- Security descriptors ---

EXTERN_C BOOL InitializeSecurityDescriptor(PSECURITY_DESCRIPTOR out, DWORD revision) {
  if (out == nullptr || revision != SECURITY_DESCRIPTOR_REVISION) {
    return fail_with<BOOL>(1305, FALSE);  // ERROR_UNKNOWN_REVISION
  }
  *static_cast<SECURITY_DESCRIPTOR*>(out) = {
      SECURITY_DESCRIPTOR_REVISION, 0, 0, nullptr, nullptr, nullptr, nullptr};
  return TRUE;
}
EXTERN_C BOOL IsValidSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor) {
  return descriptor_of(descriptor) != nullptr ? TRUE : FALSE;
}
EXTERN_C BOOL SetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR descriptor, BOOL present, PACL acl,
                                        BOOL) {
  return set_acl(descriptor, present, acl, SE_DACL_PRESENT, &SECURITY_DESCRIPTOR::Dacl);
}
EXTERN_C BOOL SetSecurityDescriptorSacl(PSECURITY_DESCRIPTOR descriptor, BOOL present, PACL acl,
                                        BOOL) {
  return set_acl(descriptor, present, acl, SE_SACL_PRESENT, &SECURITY_DESCRIPTOR::Sacl);
}
EXTERN_C BOOL SetSecurityDescriptorOwner(PSECURITY_DESCRIPTOR descriptor, PSID owner, BOOL) {
  return set_sid(descriptor, owner, &SECURITY_DESCRIPTOR::Owner);
}
EXTERN_C BOOL SetSecurityDescriptorGroup(PSECURITY_DESCRIPTOR descriptor, PSID group, BOOL) {
  return set_sid(descriptor, group, &SECURITY_DESCRIPTOR::Group);
}
