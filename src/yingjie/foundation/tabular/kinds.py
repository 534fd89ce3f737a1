"""What a file really is, decided by its first bytes and its parts, never by its extension."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from .unreadable import UnreadableFile

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# first bytes: what it is, in the user's words
_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", " PDF 文件", "a PDF"),
    (b"\x89PNG", "图片", "a picture"),
    (b"\xff\xd8\xff", "图片", "a picture"),
    (b"GIF8", "图片", "a picture"),
    (b"BM", "图片", "a picture"),
    (b"II*\x00", "图片", "a picture"),
    (b"Rar!", "压缩包", "an archive"),
    (b"7z\xbc\xaf", "压缩包", "an archive"),
    (b"\x1f\x8b", "压缩包", "an archive"),
    (b"{\\rtf", " Word 文档", "a Word document"),
    (b"MZ", "程序", "a program"),
    (b"\x7fELF", "程序", "a program"),
    (b"SQLite format 3", "数据库", "a database"),
)  # fmt: skip
_FROM_1904 = re.compile(rb"<(?:\w+:)?workbookPr\s[^>]*\bdate1904=[\"'](?:1|true)[\"']")
# The first records of a workbook, of the last and the last but one of the binary formats; records are type, length, content.
_FIRST_RECORDS = (b"\x09\x08\x10\x00\x00\x06\x05\x00", b"\x09\x08\x08\x00\x00\x05\x05\x00")
_DATE_MODE, _END_OF_FILE = 0x22, 0x0A
_HTML = re.compile(rb"<\s*(!doctype\s+html|html|head|body|table|meta|style|script|tr|td|div)\b", re.I)


def detect(path: Path) -> str:
    """ "xlsx", "xlsb", "xls", "ods", "html", "xml" or "text". Raises UnreadableFile for everything else."""
    with path.open("rb") as stream:
        head = stream.read(8192)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise UnreadableFile("file.empty")
    if head.startswith(b"PK"):
        return _zip_kind(path)
    if head.startswith(OLE_MAGIC):
        return _ole_kind(path)
    if head[:4] in (b"\x09\x08\x10\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00"):
        return "xls"  # a bare workbook stream of the oldest versions
    for magic, zh, en in _FOREIGN:
        if head.startswith(magic) and not (magic in (b"BM", b"MZ") and b"\x00" not in head):
            raise UnreadableFile("file.not_a_spreadsheet", kind=zh, kind_en=en)
    return _markup(head) or "text"


def counts_from_1904(path: Path, kind: str) -> bool:
    """Whether a workbook counts its days from 1904, as those of old Macintoshes do."""
    if kind == "xlsx":
        try:
            with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as book:
                return _FROM_1904.search(book.read(1_000_000)) is not None
        except (
            KeyError,
            zipfile.BadZipFile,
            OSError,
            EOFError,
            ValueError,
            RuntimeError,
            NotImplementedError,
        ):
            return False
    if kind != "xls":
        return False
    with path.open("rb") as stream:
        content = stream.read(64 * 1024 * 1024)
    start = next((at for at in map(content.find, _FIRST_RECORDS) if at >= 0), -1)
    while 0 <= start <= len(content) - 4:
        record, length = (int.from_bytes(content[at : at + 2], "little") for at in (start, start + 2))
        if record == _DATE_MODE:
            return content[start + 4 : start + 6] == b"\x01\x00"
        start = -1 if record == _END_OF_FILE else start + 4 + length
    return False


def _markup(head: bytes) -> str:
    """ "html", "xml", or "" for what is neither. Whether tables are in it, its reader tells."""
    flat = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if flat[:13].lower() == b"mime-version:":
        raise UnreadableFile("file.html")
    if flat[:1] != b"<":
        return ""
    if _HTML.search(flat) and b"urn:schemas-microsoft-com:office:spreadsheet" not in flat[:2000]:
        return "html"
    return "xml" if flat.startswith((b"<?xml", b"<Workbook", b"<ss:")) else ""


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = {member.filename.lower() for member in members}
            locked = any(member.flag_bits & 1 for member in members)
            declared = archive.read("mimetype")[:200] if "mimetype" in names and not locked else b""
            manifest = archive.open("META-INF/manifest.xml").read(100_000) if declared and not locked and (
                "meta-inf/manifest.xml" in names) else b""  # fmt: skip
    except (
        zipfile.BadZipFile,
        KeyError,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise UnreadableFile("file.broken") from error
    if locked or b"encryption-data" in manifest:
        raise UnreadableFile("file.password")
    if b"opendocument.spreadsheet" in declared:
        return "ods"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if any(name.startswith("word/") for name in names) or b"opendocument.text" in declared:
        raise UnreadableFile("file.not_a_spreadsheet", kind=" Word 文档", kind_en="a Word document")
    if any(name.startswith("ppt/") for name in names):
        raise UnreadableFile("file.not_a_spreadsheet", kind="演示文稿", kind_en="a presentation")
    raise UnreadableFile("file.not_a_spreadsheet", kind="压缩包", kind_en="an archive")


def _ole_kind(path: Path) -> str:
    with path.open("rb") as stream:
        content = stream.read(256 * 1024 * 1024)
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise UnreadableFile("file.password")
    if "WordDocument".encode("utf-16-le") in content:
        raise UnreadableFile("file.not_a_spreadsheet", kind=" Word 文档", kind_en="a Word document")
    if "PowerPoint Document".encode("utf-16-le") in content:
        raise UnreadableFile("file.not_a_spreadsheet", kind="演示文稿", kind_en="a presentation")
    newest, older = _FIRST_RECORDS
    if newest not in content and older in content:
        raise UnreadableFile("file.excel_95")  # its Chinese comes out of the library as rubbish
    return "xls"
