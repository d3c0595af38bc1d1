// The lab has no MSXML: CoCreateInstance of its classes gives REGDB_E_CLASSNOTREG. The names are
// declared for sources that mention them.
#ifndef VSSLAB_WIN_MSXML2_H
#define VSSLAB_WIN_MSXML2_H

#include <windows.h>

class IXMLDOMDocument;
class IXMLDOMDocument2;
class IXMLDOMElement;
class IXMLDOMNode;
class IXMLDOMNodeList;

#endif
