"""What a PDF lacks of PDF/A-2b (ISO 19005-2) and PDF/UA-1 (ISO 14289-1), as far as it can be told without veraPDF."""

import io
from collections.abc import Iterator
from xml.etree import ElementTree

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
PDFUA = "{http://www.aiim.org/pdfua/ns/id/}"
FORBIDDEN = ("/JS", "/JavaScript", "/Launch", "/URI", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/Movie")
STRUCTURE = {
    "Document",
    "P",
    "Figure",
    "Table",
    "TR",
    "TD",
    "TH",
    "THead",
    "TBody",
    "H1",
    "H2",
    "Div",
    "Span",
    "Sect",
}


def lacks(document: bytes) -> list[str]:
    """One line for each fault; none for a document that keeps both standards, as far as is looked at."""
    with Pdf.open(io.BytesIO(document)) as pdf:
        return [
            *_file(document, pdf),
            *_catalogue(pdf),
            *_metadata(pdf),
            *_colours(pdf),
            *_fonts(pdf),
            *_structure(pdf),
            *_every_object(pdf),
            *_pages(pdf),
        ]


def _file(document: bytes, pdf: Pdf) -> Iterator[str]:
    first, second = document.split(b"\n", 2)[:2]
    if not first.startswith(b"%PDF-1.") or not b"0" <= first[7:8] <= b"7":
        yield "the header does not say PDF 1.0 to 1.7"
    if second[:1] != b"%" or len(second) < 5 or any(byte < 128 for byte in second[1:5]):
        yield "no four bytes above 127 in a comment after the header"
    if pdf.is_encrypted or "/Encrypt" in pdf.trailer:
        yield "encrypted"
    if "/ID" not in pdf.trailer:
        yield "no file identifier"
    if not document.rstrip(b"\r\n").endswith(b"%%EOF"):
        yield "something after the end"


def _catalogue(pdf: Pdf) -> Iterator[str]:
    root = pdf.Root
    if root.get("/MarkInfo", Dictionary()).get("/Marked") is not True:
        yield "not marked as tagged"
    if not str(root.get("/Lang", "")):
        yield "no language"
    if root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle") is not True:
        yield "the title is not shown"
    for key in (
        "/OpenAction",
        "/AA",
        "/AcroForm",
        "/Collection",
        "/OCProperties",
        "/NeedsRendering",
        "/Requirements",
    ):
        if key in root:
            yield f"{key} in the catalogue"
    for key in ("/JavaScript", "/EmbeddedFiles", "/AlternatePresentations"):
        if key in root.get("/Names", Dictionary()):
            yield f"{key} among the names"


def _metadata(pdf: Pdf) -> Iterator[str]:
    metadata = pdf.Root.get("/Metadata")
    if metadata is None:
        yield "no XMP metadata"
        return
    packet = metadata.read_bytes()
    if b"bytes=" in packet.split(b"?>", 1)[0] or b"encoding=" in packet.split(b"?>", 1)[0]:
        yield "an XMP header with bytes or encoding"
    said = ElementTree.fromstring(packet)
    wanted = {f"{PDFA}part": "2", f"{PDFA}conformance": "B", f"{PDFUA}part": "1"}
    for name, value in wanted.items():
        if said.findtext(f".//{name}") != value:
            yield f"XMP does not say {name} {value}"
    in_xmp = {
        "/Title": said.findtext(f".//{DC}title/{RDF}Alt/{RDF}li"),
        "/Author": said.findtext(f".//{DC}creator/{RDF}Seq/{RDF}li"),
        "/Creator": said.findtext(f".//{XMP}CreatorTool"),
        "/CreationDate": _moment(said.findtext(f".//{XMP}CreateDate")),
        "/ModDate": _moment(said.findtext(f".//{XMP}ModifyDate")),
    }
    if not in_xmp["/Title"]:
        yield "no title"
    for name, value in pdf.docinfo.items():
        if name in in_xmp and _without_zone(str(value)) != in_xmp[name]:
            yield f"{name} is not alike in XMP: {value}, {in_xmp[name]}"


def _moment(written: str | None) -> str | None:
    """As the Info dictionary writes it, in UTC."""
    if written is None:
        return None
    assert written.endswith(("Z", "+00:00")), written
    return "D:" + "".join(each for each in written[:19] if each.isdigit())


def _without_zone(written: str) -> str:
    return written[:16] if written.startswith("D:") else written


def _colours(pdf: Pdf) -> Iterator[str]:
    intents = [each for each in pdf.Root.get("/OutputIntents", Array()) if each.S == Name.GTS_PDFA1]
    if len(intents) != 1:
        yield f"{len(intents)} output intents for PDF/A"
        return
    profile = intents[0].get("/DestOutputProfile")
    if profile is None or profile.read_bytes()[36:40] != b"acsp":
        yield "no ICC profile"
    elif (profile.read_bytes()[16:20], int(profile.N)) not in {(b"RGB ", 3), (b"GRAY", 1)}:
        yield "an ICC profile with other colours than it says"


def _fonts(pdf: Pdf) -> Iterator[str]:
    for font in (each for each in pdf.objects if isinstance(each, Dictionary) and each.get("/Type") == Name.Font):
        name = str(font.get("/BaseFont", "?"))
        if font.Subtype == Name.Type0:
            if "/ToUnicode" not in font:
                yield f"{name} does not say which letters its shapes are"
            else:
                yield from _letters(name, font.ToUnicode.read_bytes())
            if str(font.Encoding) not in {"/Identity-H", "/Identity-V"}:
                yield f"{name} is encoded in a way that is not embedded"
        else:
            descriptor = font.get("/FontDescriptor", Dictionary())
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys()):
                yield f"{name} is not embedded"
            if font.Subtype == Name.CIDFontType2 and "/CIDToGIDMap" not in font:
                yield f"{name} has no CIDToGIDMap"


def _letters(font: str, table: bytes) -> Iterator[str]:
    """No shape may stand for U+0000, U+FEFF or U+FFFE."""
    for line in table.decode("ascii").splitlines():
        parts = line.split("> <")
        if len(parts) == 2 and parts[1].rstrip(">").upper() in {"0000", "FEFF", "FFFE"}:
            yield f"{font} has a shape without a letter"


def _structure(pdf: Pdf) -> Iterator[str]:
    tree = pdf.Root.get("/StructTreeRoot")
    if tree is None:
        yield "no structure"
        return
    if "/ParentTree" not in tree:
        yield "no way from the content to the structure"
    roles = tree.get("/RoleMap", Dictionary())
    figures = 0
    for element in _elements(tree.get("/K")):
        kind = str(element.get("/S", ""))[1:]
        kind = str(roles.get(f"/{kind}", f"/{kind}"))[1:]
        if kind not in STRUCTURE:
            yield f"an element of an unknown kind, {kind}"
        if kind == "Figure":
            figures += 1
            if not str(element.get("/Alt", "")):
                yield "a picture without words for it"
    drawn = sum(len(page.get("/Resources", Dictionary()).get("/XObject", Dictionary())) for page in pdf.pages)
    if drawn and not figures:
        yield "a picture that is not in the structure"


def _elements(node: Object | None) -> Iterator[Object]:
    if isinstance(node, Array):
        for each in node:
            yield from _elements(each)
    elif isinstance(node, Dictionary) and "/S" in node:
        yield node
        yield from _elements(node.get("/K"))


def _every_object(pdf: Pdf) -> Iterator[str]:
    for held in pdf.objects:
        if not isinstance(held, Dictionary | Stream):
            continue
        yield from (f"{key} in an object" for key in FORBIDDEN if key in held or held.get("/S") == key)
        if held.get("/Type") == Name.XObject:
            if held.get("/Subtype") == Name.PS or "/OPI" in held or "/Ref" in held:
                yield "an XObject that reaches out"
            if held.get("/Interpolate") is True:
                yield "a picture that is smoothed"
        if isinstance(held, Stream):
            filters = held.get("/Filter", Array())
            if Name.LZWDecode in (filters if isinstance(filters, Array) else [filters]):
                yield "LZW"
            if {"/F", "/FFilter"} & set(held.keys()):
                yield "a stream in another file"
        if held.get("/Type") == Name.Annot:
            if held.get("/Subtype") not in {Name.Link, Name.Popup} and "/AP" not in held:
                yield "an annotation without an appearance"
            if int(held.get("/F", 0)) & 0b100 == 0:
                yield "an annotation that is not printed"
        if held.get("/Type") == Name.ExtGState:
            if "/TR" in held or held.get("/TR2", Name.Default) != Name.Default:
                yield "a transfer function"
            if str(held.get("/BM", "/Normal")) not in {"/Normal", "/Compatible"}:
                yield "blended colours"


def _pages(pdf: Pdf) -> Iterator[str]:
    for page in pdf.pages:
        is_transparent = any(
            isinstance(state, Dictionary) and (float(state.get("/ca", 1)) < 1 or float(state.get("/CA", 1)) < 1)
            for state in page.get("/Resources", Dictionary()).get("/ExtGState", Dictionary()).values()
        )
        if is_transparent and "/CS" not in page.get("/Group", Dictionary()) and "/OutputIntents" not in pdf.Root:
            yield "transparency without a colour space"
        if "/Annots" in page and page.get("/Tabs") != Name.S:
            yield "annotations that are not reached in the order of the structure"
        yield from _unmarked(page)


def _unmarked(page: pikepdf.Page) -> Iterator[str]:
    """Every mark on the page is content of the structure, or decoration that says so."""
    depth = 0
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator in {"BDC", "BMC"}:
            depth += 1
        elif operator == "EMC":
            depth -= 1
        elif operator in {"Tj", "TJ", "'", '"', "Do", "f", "F", "f*", "S", "s", "B", "b", "sh"} and depth == 0:
            yield f"{operator} outside the structure"
