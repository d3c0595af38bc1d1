// What Windows sources hold text, values and objects in: CString, _bstr_t, _variant_t, _com_ptr_t,
// _com_error, and ATL's COM classes.

#define VSSLAB_WINDOWS_SOURCE
#include <windows.h>

#include <atlbase.h>
#include <atlcom.h>
#include <atlstr.h>
#include <comdef.h>
#include <vss.h>

#include <gtest/gtest.h>

#include <string>

#include "unit/win32/lab_fixture.h"
#include "win32/wide.h"

// A class with an interface map, as a provider's source has it.
class ATL_NO_VTABLE LabAsync : public CComObjectRootEx<CComMultiThreadModel>,
                               public CComCoClass<LabAsync, &IID_IVssAsync>,
                               public IVssAsync,
                               public ISupportErrorInfo {
 public:
  DECLARE_REGISTRY_RESOURCEID(100)
  BEGIN_COM_MAP(LabAsync)
  COM_INTERFACE_ENTRY(IVssAsync)
  COM_INTERFACE_ENTRY(ISupportErrorInfo)
  END_COM_MAP()

  static int alive;
  static HRESULT construction;
  LabAsync() { ++alive; }
  ~LabAsync() { --alive; }
  HRESULT FinalConstruct() { return construction; }

  HRESULT STDMETHODCALLTYPE Cancel() override { return VSS_S_ASYNC_CANCELLED; }
  HRESULT STDMETHODCALLTYPE Wait(DWORD) override { return S_OK; }
  HRESULT STDMETHODCALLTYPE QueryStatus(HRESULT*, INT*) override { return S_OK; }
  HRESULT STDMETHODCALLTYPE InterfaceSupportsErrorInfo(REFIID) override { return S_FALSE; }
};
int LabAsync::alive = 0;
HRESULT LabAsync::construction = S_OK;
OBJECT_ENTRY_AUTO(IID_IVssAsync, LabAsync)

class LabModule : public CAtlDllModuleT<LabModule> {};
LabModule module;

_COM_SMARTPTR_TYPEDEF(IVssAsync, __uuidof(IVssAsync));
_COM_SMARTPTR_TYPEDEF(ISupportErrorInfo, __uuidof(ISupportErrorInfo));

namespace vsslab::test {
namespace {

TEST(CStringTest, is_edited_searched_and_cut_as_microsofts) {
  CStringW text(L"  C:\\data\\file.txt ");
  EXPECT_EQ(text.Trim().GetLength(), 16);
  EXPECT_EQ(text.ReverseFind(L'\\'), 7);
  EXPECT_EQ(text.Mid(8), L"file.txt");
  EXPECT_EQ(text.Left(2) + L"|" + text.Right(3), L"C:|txt");
  EXPECT_EQ(text.Mid(99), L"");
  EXPECT_EQ(text.Replace(L"data", L"d"), 1);
  EXPECT_EQ(text.Remove(L'\\'), 2);
  EXPECT_EQ(text, L"C:dfile.txt");
  EXPECT_EQ(text.Insert(2, L"\\"), 12);
  EXPECT_EQ(text.Delete(0, 3), 9);
  EXPECT_EQ(text.Find(L"."), 5);
  EXPECT_EQ(text.Find(L'x', 99), -1);
  EXPECT_EQ(text.FindOneOf(L".f"), 1);
  EXPECT_EQ(text.SpanExcluding(L"."), L"dfile");
  EXPECT_EQ(text.MakeUpper().CompareNoCase(L"dFILE.txt"), 0);
  EXPECT_TRUE(text != L"dfile.txt" && text < L"a" && L"A" < text);
  CStringA narrow(text);
  EXPECT_STREQ(narrow.MakeLower(), "dfile.txt");
  EXPECT_EQ(CStringW(narrow.MakeReverse()), L"txt.elifd");
  int at = 0;
  const CStringW list(L"a,,b");
  EXPECT_EQ(list.Tokenize(L",", at), L"a");
  EXPECT_EQ(list.Tokenize(L",", at), L"b");
  EXPECT_EQ(list.Tokenize(L",", at), L"");
  EXPECT_EQ(at, -1);
}

TEST(CStringTest, formats_with_strings_among_its_arguments_and_lends_its_buffer) {
  const CStringW name(L"gr\u00fcn");
  CStringW text;
  text.Format(L"%s %d %S", name, 7, "narrow");
  EXPECT_EQ(to_utf8(text.GetString()), "grün 7 narrow");
  text.AppendFormat(L", %08lx", static_cast<DWORD>(0xabc));
  EXPECT_EQ(to_utf8(text.GetString()), "grün 7 narrow, 00000abc");
  wchar_t* const buffer = text.GetBuffer(64);
  wcscpy_s(buffer, 64, L"from outside");
  text.ReleaseBuffer();
  EXPECT_EQ(text.GetLength(), 12);
  BSTR copy = text.AllocSysString();
  EXPECT_EQ(SysStringLen(copy), 12u);
  SysFreeString(copy);
}

TEST(ComUtil, a_bstr_t_is_shared_joined_and_converted) {
  const _bstr_t text(L"C:\\");
  _bstr_t copy = text;
  copy += "data";
  EXPECT_EQ(to_utf8(static_cast<const wchar_t*>(copy)), "C:\\data");
  EXPECT_STREQ(static_cast<const char*>(text), "C:\\") << "the original is as it was";
  EXPECT_TRUE(L"x" + text == L"xC:\\" && text < copy && text != copy);
  EXPECT_EQ(_bstr_t(static_cast<const wchar_t*>(nullptr)).length(), 0u);
  BSTR raw = copy.copy();
  _bstr_t owner(raw, false);
  EXPECT_EQ(owner, copy);
  EXPECT_EQ(owner.Detach(), raw);
  EXPECT_THROW(owner.Detach(), _com_error);
  SysFreeString(raw);
}

TEST(ComUtil, a_variant_t_converts_or_throws) {
  EXPECT_EQ(static_cast<int>(_variant_t(L"42")), 42);
  EXPECT_EQ(_bstr_t(_variant_t(42L)), L"42");
  EXPECT_TRUE(static_cast<bool>(_variant_t(1L)));
  _variant_t value(L"x");
  EXPECT_THROW((void)static_cast<int>(value), _com_error);
  value = 7L;
  value.ChangeType(VT_BSTR);
  EXPECT_EQ(value.vt, VT_BSTR);
  VARIANT held = value.Detach();
  EXPECT_EQ(value.vt, VT_EMPTY);
  VariantClear(&held);
}

TEST(ComUtil, a_com_error_has_a_text_for_every_code) {
  const _com_error known(static_cast<HRESULT>(0x80042301u));
  // The meaning of VSS_E_BAD_STATE, without the line end of FormatMessage.
  const std::basic_string<TCHAR> text = known.ErrorMessage();
  EXPECT_NE(text.find(TEXT("does not fit the state")), std::string::npos) << text;
  EXPECT_EQ(text.find_first_of(TEXT("\r\n")), std::string::npos) << text;
  const _com_error unknown(static_cast<HRESULT>(0x8123ABCDu));
  EXPECT_EQ(std::basic_string<TCHAR>(unknown.ErrorMessage()), TEXT("Unknown error 0x8123ABCD"));
  EXPECT_EQ(_com_error::HRESULTToWCode(_com_error::WCodeToHRESULT(5)), 5);
  EXPECT_EQ(known.Description().length(), 0u);
}

using Atl = LabTest;

TEST_F(Atl, an_object_has_its_map_its_references_and_its_end) {
  CComObject<LabAsync>* made = nullptr;
  ASSERT_EQ(CComObject<LabAsync>::CreateInstance(&made), S_OK);
  EXPECT_EQ(LabAsync::alive, 1);
  EXPECT_EQ(module.GetLockCount(), 1);
  made->AddRef();
  {
    IVssAsyncPtr async(made->GetUnknown());
    ISupportErrorInfoPtr info(async);
    IUnknownPtr first(async);
    IUnknownPtr second(info);
    EXPECT_EQ(first.GetInterfacePtr(), second.GetInterfacePtr()) << "one identity";
    EXPECT_EQ(async->Cancel(), VSS_S_ASYNC_CANCELLED);
    IDispatchPtr none(async);
    EXPECT_TRUE(none == nullptr);
    EXPECT_THROW((void)none->Release(), _com_error) << "an empty pointer is not followed";
    async = NULL;
    EXPECT_FALSE(async);
  }
  EXPECT_EQ(LabAsync::alive, 1);
  EXPECT_EQ(made->Release(), 0u);
  EXPECT_EQ(LabAsync::alive, 0);
  EXPECT_EQ(module.GetLockCount(), 0);
}

TEST_F(Atl, a_failed_construction_leaves_nothing_behind) {
  LabAsync::construction = E_OUTOFMEMORY;
  CComObject<LabAsync>* made = nullptr;
  EXPECT_EQ(CComObject<LabAsync>::CreateInstance(&made), E_OUTOFMEMORY);
  EXPECT_EQ(made, nullptr);
  EXPECT_EQ(LabAsync::alive, 0);
  LabAsync::construction = S_OK;
}

// Copies a number; the one that `refused` says cannot be copied.
struct CopyNumber {
  static inline int alive = 0;
  static inline LONG refused = -1;
  static HRESULT copy(VSS_OBJECT_PROP* to, const VSS_OBJECT_PROP* from) {
    if (from->Obj.Snap.m_lSnapshotsCount == refused) return E_OUTOFMEMORY;
    *to = *from;
    ++alive;
    return S_OK;
  }
  static void init(VSS_OBJECT_PROP*) {}
  static void destroy(VSS_OBJECT_PROP*) { --alive; }
};
using Numbers =
    CComObject<CComEnum<IVssEnumObject, &IID_IVssEnumObject, VSS_OBJECT_PROP, CopyNumber>>;

TEST_F(Atl, an_enumerator_hands_out_copies_and_its_clone_goes_on_from_there) {
  VSS_OBJECT_PROP items[4] = {};
  for (int i = 0; i < 4; ++i) items[i].Obj.Snap.m_lSnapshotsCount = i;
  Numbers* list = nullptr;
  ASSERT_EQ(Numbers::CreateInstance(&list), S_OK);
  list->AddRef();
  EXPECT_EQ(list->Init(nullptr, items, nullptr), E_INVALIDARG);
  CopyNumber::refused = 2;
  EXPECT_EQ(list->Init(items, items + 4, nullptr, AtlFlagCopy), E_OUTOFMEMORY);
  EXPECT_EQ(CopyNumber::alive, 0) << "those that were copied are given back";
  CopyNumber::refused = -1;
  ASSERT_EQ(list->Init(items, items + 4, nullptr, AtlFlagCopy), S_OK);
  EXPECT_EQ(CopyNumber::alive, 4);

  VSS_OBJECT_PROP out[4] = {};
  ULONG fetched = 9;
  EXPECT_EQ(list->Next(2, nullptr, &fetched), E_POINTER);
  EXPECT_EQ(list->Next(2, out, nullptr), E_POINTER) << "nobody would know how many";
  EXPECT_EQ(list->Next(1, out, nullptr), S_OK);
  CopyNumber::refused = 3;
  EXPECT_EQ(list->Next(3, out, &fetched), E_OUTOFMEMORY);
  EXPECT_EQ(fetched, 0u);
  EXPECT_EQ(CopyNumber::alive, 5) << "4 of its own and the one that was fetched";
  CopyNumber::refused = -1;
  IVssEnumObject* clone = nullptr;
  EXPECT_EQ(list->Clone(nullptr), E_POINTER);
  ASSERT_EQ(list->Clone(&clone), S_OK);
  EXPECT_EQ(list->Skip(3), S_OK);
  EXPECT_EQ(list->Skip(1), S_FALSE);
  EXPECT_EQ(list->Release(), 1u) << "its clone reads its items";
  EXPECT_EQ(clone->Next(4, out, &fetched), S_FALSE);
  EXPECT_EQ(fetched, 3u);
  EXPECT_EQ(out[0].Obj.Snap.m_lSnapshotsCount, 1);
  EXPECT_EQ(clone->Reset(), S_OK);
  EXPECT_EQ(clone->Next(1, out, nullptr), S_OK);
  EXPECT_EQ(out[0].Obj.Snap.m_lSnapshotsCount, 0);
  clone->Release();
  EXPECT_EQ(CopyNumber::alive, 5) << "what was fetched is the caller's";
}

TEST_F(Atl, texts_and_references_are_copied_as_such) {
  const LPCOLESTR theirs = L"C:\\";
  LPOLESTR ours = nullptr;
  ASSERT_EQ(_Copy<LPOLESTR>::copy(&ours, &theirs), S_OK);
  EXPECT_NE(ours, theirs);
  EXPECT_STREQ(ours, theirs);
  _Copy<LPOLESTR>::destroy(&ours);
  const LPCOLESTR none = nullptr;
  EXPECT_EQ(_Copy<LPOLESTR>::copy(&ours, &none), S_OK);
  EXPECT_EQ(ours, nullptr);

  CComObject<LabAsync>* made = nullptr;
  ASSERT_EQ(CComObject<LabAsync>::CreateInstance(&made), S_OK);
  made->AddRef();
  IVssAsync* const held = made;
  IVssAsync* copy = nullptr;
  EXPECT_EQ(_CopyInterface<IVssAsync>::copy(&copy, &held), S_OK);
  EXPECT_EQ(made->Release(), 1u);
  _CopyInterface<IVssAsync>::destroy(&copy);
  EXPECT_EQ(LabAsync::alive, 0);
}

TEST_F(Atl, a_class_of_the_module_is_made_through_its_factory_and_through_com) {
  run([] {
    CComPtr<IClassFactory> factory;
    EXPECT_EQ(module.DllGetClassObject(IID_IVssAsync, IID_IClassFactory,
                                       reinterpret_cast<void**>(&factory)),
              S_OK);
    CComPtr<IClassFactory> none;
    EXPECT_EQ(
        module.DllGetClassObject(IID_IUnknown, IID_IClassFactory, reinterpret_cast<void**>(&none)),
        CLASS_E_CLASSNOTAVAILABLE);
    CComPtr<IVssAsync> made;
    EXPECT_EQ(factory->CreateInstance(factory, IID_IVssAsync, reinterpret_cast<void**>(&made)),
              CLASS_E_NOAGGREGATION);
    EXPECT_EQ(made.CoCreateInstance(IID_IVssAsync), REGDB_E_CLASSNOTREG);
    DWORD cookie = 0;
    EXPECT_EQ(
        CoRegisterClassObject(IID_IVssAsync, factory, CLSCTX_ALL, REGCLS_MULTIPLEUSE, &cookie),
        S_OK);
    EXPECT_EQ(made.CoCreateInstance(IID_IVssAsync), S_OK);
    EXPECT_NE(made, static_cast<IVssAsync*>(nullptr));
    EXPECT_EQ(module.DllCanUnloadNow(), S_FALSE);
    EXPECT_EQ(CoRevokeClassObject(cookie), S_OK);
    EXPECT_EQ(CoRevokeClassObject(cookie), E_INVALIDARG);
    return 0;
  });
  EXPECT_EQ(module.DllCanUnloadNow(), S_OK);
}

}  // namespace
}  // namespace vsslab::test
