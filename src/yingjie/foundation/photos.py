"""Photos that people hand in: decoded and written anew, without what a camera hides in them.

    photos.cleaned(content)     JPEG bytes, upright, at most 2400 pixels a side; raises PhotoUnreadable, PhotoTooLarge

What a camera writes beside the picture (place, device, owner) and whatever was appended to the file does not come along.
"""

from io import BytesIO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from yingjie.foundation.refusals import Refusal

LARGEST_BYTES = 8 * 1024 * 1024
LARGEST_PIXELS = 50_000_000
LONGEST_SIDE = 2400
FORMATS = ("JPEG", "PNG", "WEBP")


class PhotoUnreadable(Refusal):
    code = "photos.unreadable"
    reason = _("This file is no photo that can be opened.")
    next_step = _("Take the photo again, as JPEG, PNG or WebP.")
    status = 400


class PhotoTooLarge(Refusal):
    code = "photos.too_large"
    reason = _("The photo is larger than {megabytes} MB.")
    next_step = _("Take it again at a smaller size.")
    status = 400


def cleaned(content: bytes) -> bytes:
    """The picture alone, as JPEG. Raises PhotoUnreadable, PhotoTooLarge."""
    if len(content) > LARGEST_BYTES:
        raise PhotoTooLarge(megabytes=LARGEST_BYTES // 1024 // 1024)
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as found:
            if found.width * found.height > LARGEST_PIXELS:
                raise PhotoTooLarge(megabytes=LARGEST_BYTES // 1024 // 1024)
            upright = ImageOps.exif_transpose(found).convert("RGB")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ) as unreadable:
        raise PhotoUnreadable() from unreadable
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    written = BytesIO()
    clean.save(written, "JPEG", quality=85)
    return written.getvalue()
