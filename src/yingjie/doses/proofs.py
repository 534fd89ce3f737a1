"""What may be handed in as proof: a photo or a PDF, told by its content, never by its name.

    inspect(content)  →  Inspected(kind, content): what is kept

A photo is decoded and written anew as JPEG, upright, without what a camera hides in it (place, device, owner) and without anything
that was appended to it. A PDF is kept as it is if it begins and ends like one and holds nothing that acts: no scripts, no programs
to launch, no files inside, no forms that send. Objects may hide in compressed streams, so those are unpacked and looked at too.
"""

import re
import zlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from yingjie.doses import refusals

LARGEST_BYTES = 8 * 1024 * 1024
LARGEST_PIXELS = 50_000_000
LONGEST_SIDE = 2400
JPEG, PDF = "image/jpeg", "application/pdf"
PHOTO_FORMATS = ("JPEG", "PNG", "WEBP")
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
        with Image.open(BytesIO(content), formats=PHOTO_FORMATS) as found:
            if found.width * found.height > LARGEST_PIXELS:
                raise refusals.ProofTooLarge(megabytes=LARGEST_BYTES // 1024 // 1024)
            upright = ImageOps.exif_transpose(found).convert("RGB")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ) as unreadable:
        raise refusals.ProofUnreadable() from unreadable
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    written = BytesIO()
    clean.save(written, "JPEG", quality=85)
    return written.getvalue()


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
