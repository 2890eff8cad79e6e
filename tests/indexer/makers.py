"""Files of all kinds, made for tests."""

import gzip
import io
import zipfile
from pathlib import Path

PAGE = "<html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1><p>{body}</p></body></html>"
TITLE = "Полиция изъяла героин на границе"
BODY = "Сотрудники полиции сообщили об изъятии героина в приграничном районе Хатлонской области."


def page(title: str = TITLE, body: str = BODY) -> str:
    return PAGE.format(title=title, body=body)


def pdf(*lines: str) -> bytes:
    """Make a PDF that shows these lines: a font of its own maps each letter, in the order given, back to Unicode."""
    letters = sorted(set("".join(lines)))
    codes = {letter: number + 1 for number, letter in enumerate(letters)}
    shown = "\n".join(
        f"BT /F1 12 Tf 1 0 0 1 50 {780 - 16 * at} Tm <{''.join(f'{codes[c]:04x}' for c in line)}> Tj ET"
        for at, line in enumerate(lines)
    ).encode()
    mapped = "\n".join(f"<{code:04x}> <{letter.encode('utf-16-be').hex()}>" for letter, code in codes.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def "
        f"1 begincodespacerange <0000> <ffff> endcodespacerange {len(codes)} beginbfchar\n{mapped}\nendbfchar "
        "endcmap end end"
    ).encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 500 /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap),
    ]
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, text in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, text))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()


def warc(*pages: tuple[str, str, bytes], status: str = "200 OK", packed: bool = True) -> bytes:
    """Make a web archive of responses: address, media type, content."""
    records = b""
    for number, (address, media_type, content) in enumerate(pages):
        answer = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\n\r\n".encode() + content
        head = (
            f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number:032}>\r\n"
            f"WARC-Target-URI: {address}\r\nWARC-Date: 2024-05-01T10:00:00Z\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
        ).encode()
        record = head + answer + b"\r\n\r\n"
        # Each record is packed for itself, as ISO 28500 wants it.
        records += gzip.compress(record) if packed else record
    return records


def archive(path: Path, **files: bytes | str) -> Path:
    """Make a zip archive; `__` in a name stands for a full stop."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "."), content)
    return path
