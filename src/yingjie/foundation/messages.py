"""The catalogues of words: every .po of the product becomes the .mo that Django reads; and in which language one reads now.

The compiled files are not kept under version control; `make setup` makes them, and whoever changed a .po need not think of it.
"""

from pathlib import Path
from typing import Literal

import polib
from django.utils.translation import get_language

PACKAGE = Path(__file__).resolve().parent.parent


def catalogues() -> list[Path]:
    """Every .po file of the package, in a stable order."""
    return sorted(PACKAGE.glob("**/locale/*/LC_MESSAGES/*.po"))


def ensure_compiled() -> int:
    """Compile what is newer than its compiled form. Returns how many files were written."""
    written = 0
    for source in catalogues():
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(compiled))
            written += 1
    return written


def language_now() -> Literal["zh", "en"]:
    """The language of whoever reads."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"
