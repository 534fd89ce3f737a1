"""What may be handed in as proof: a photo or a PDF, told by its content, never by its name.

    inspect(content)  →  Inspected(kind, content): what is kept

A photo is written anew (`foundation.photos`). A PDF is kept as it is if it begins and ends like one and holds nothing that acts:
no scripts, no programs to launch, no files inside, no forms that send. Objects may hide in compressed streams, so those are
unpacked and looked at too.
"""

import re
import zlib
from dataclasses import dataclass

from yingjie.doses import refusals
from yingjie.foundation import photos
from yingjie.foundation.photos import LARGEST_BYTES

JPEG, PDF = "image/jpeg", "application/pdf"
UNPACKED_BYTES = 16 * 1024 * 1024

# Names of PDF that act. Long enough not to stand in a photo's bytes by chance, so the whole file is searched for them.
_ACTING = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|Rendition|GoToR|GoToE|XFA\b)"
)
_LOCKED = re.compile(rb"/Encrypt\b")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_PACKED = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n(.*?)endstream", re.DOTALL)


@dataclass(frozen=True)
class Inspected:
    kind: str
    content: bytes


def inspect(content: bytes) -> Inspected:
    """What is kept of a file. Raises ProofEmpty, ProofTooLarge, ProofUnreadable, ProofActs, ProofLocked."""
    if not content:
        raise refusals.ProofEmpty()
    if len(content) > LARGEST_BYTES:
        raise refusals.ProofTooLarge(megabytes=LARGEST_BYTES // 1024 // 1024)
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    return Inspected(JPEG, _photo(content))


def _photo(content: bytes) -> bytes:
    try:
        return photos.cleaned(content)
    except photos.PhotoTooLarge as large:
        raise refusals.ProofTooLarge(**large.facts) from large
    except photos.PhotoUnreadable as unreadable:
        raise refusals.ProofUnreadable() from unreadable


def _pdf(content: bytes) -> Inspected:
    if b"%%EOF" not in content[-2048:]:
        raise refusals.ProofUnreadable()
    plain = _unescaped(content)
    if _LOCKED.search(plain):
        raise refusals.ProofLocked()
    if _ACTING.search(plain) or any(_ACTING.search(_unescaped(part)) for part in _unpacked(content)):
        raise refusals.ProofActs()
    return Inspected(PDF, content)


def _unescaped(content: bytes) -> bytes:
    """Names may be written with `#4A` for J."""
    return _ESCAPED.sub(lambda found: bytes([int(found.group(1), 16)]), content)


def _unpacked(content: bytes) -> list[bytes]:
    """What compressed streams of objects hold. One that cannot be unpacked is not looked into and so not accepted."""
    parts, left = [], UNPACKED_BYTES
    for found in _PACKED.finditer(content):
        try:
            part = zlib.decompressobj().decompress(found.group(1), left)
        except zlib.error:
            raise refusals.ProofUnreadable() from None
        left -= len(part)
        if left <= 0:
            raise refusals.ProofUnreadable()
        parts.append(part)
    return parts
