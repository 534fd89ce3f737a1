"""Collect the words on screen into each module's catalogue, and say what still lacks its Chinese.

    python tools/messages.py           update the .po files (new words come in with an empty translation, dead ones go)
    python tools/messages.py --check   change nothing; exit 1 when a catalogue is out of date or a translation is missing

Words are found in Python (`_("…")`, `gettext`, `ngettext`) and in templates (`{% translate %}`, `{% blocktranslate %}`).
"""

import argparse
import io
import re
import sys
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent / "src" / "yingjie"
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "gettext_noop": None,
}  # fmt: skip
Message = tuple[str | None, str, str | None]


def apps() -> list[Path]:
    """Every folder that keeps a catalogue of its own."""
    return sorted(path.parent for path in ROOT.glob("**/locale") if path.is_dir())


def messages_of(app: Path) -> set[Message]:
    """(context, singular, plural) of every message in the app's own files, nested apps left out."""
    others = [other for other in apps() if other != app and app in other.parents]
    found: set[Message] = set()
    for path in sorted(app.rglob("*")):
        if any(other in path.parents for other in others) or "migrations" in path.parts:
            continue
        if path.suffix == ".py":
            found |= _extracted(path.read_bytes())
        elif path.suffix in (".html", ".txt") and "templates" in path.parts:
            source = templatize(path.read_text("utf-8"), origin=str(path))
            found |= _from_template(source)
    return found


def _from_template(source: str) -> set[Message]:
    """`templatize` leaves the gettext calls and blanks everything else with X; each call is parsed alone."""
    found: set[Message] = set()
    for start in re.finditer(r"(?<![A-Za-z_])(?:n?p?gettext|_)\(", source):
        tail = source[start.start() :]
        for end in (match.end() for match in re.finditer(r"\)", tail)):
            try:
                compile(tail[:end], "template", "eval")
            except SyntaxError:
                continue
            found |= _extracted(tail[:end].encode())
            break
    return found


def _extracted(source: bytes) -> set[Message]:
    found: set[Message] = set()
    for _line, message, _comments, context in extract("python", io.BytesIO(source), KEYWORDS, (), {}):
        singular, plural = (message[0], message[1]) if isinstance(message, tuple) else (message, None)
        if singular:
            found.add((context, singular, plural))
    return found


def catalogue_path(app: Path) -> Path:
    return app / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def update(app: Path, *, write: bool) -> list[str]:
    """Bring one catalogue in line with the code. Returns what is (or was) wrong with it."""
    path, troubles = catalogue_path(app), []
    catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile(wrapwidth=110)
    catalogue.wrapwidth = 110
    catalogue.metadata = {
        "Language": "zh_Hans", "MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit", "Plural-Forms": "nplurals=1; plural=0;",
    }  # fmt: skip
    wanted = messages_of(app)
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
    for key, entry in known.items():
        if key not in {(context, singular) for context, singular, _ in wanted}:
            troubles.append(f"no longer said: {entry.msgid!r}")
            catalogue.remove(entry)
    for context, singular, plural in sorted(wanted, key=lambda message: (message[1], message[0] or "")):
        if (context, singular) in known:
            continue
        troubles.append(f"not in the catalogue: {singular!r}")
        empty = {"msgid_plural": plural, "msgstr_plural": {0: ""}} if plural else {"msgstr": ""}
        catalogue.append(polib.POEntry(msgctxt=context, msgid=singular, **empty))
    for entry in catalogue:
        said = entry.msgstr_plural.get(0) if entry.msgid_plural else entry.msgstr
        if not said or entry.fuzzy:
            troubles.append(f"lacks its Chinese: {entry.msgid!r}")
    if write and (wanted or path.exists()):
        catalogue.sort(key=lambda entry: entry.msgid)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))
    return troubles


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    parser.add_argument("app", nargs="*", help="only these apps (folder names)")
    options = parser.parse_args()
    settings.configure()
    wrong = 0
    for app in apps():
        if options.app and app.name not in options.app:
            continue
        troubles = update(app, write=not options.check)
        left = troubles if options.check else [line for line in troubles if line.startswith("lacks")]
        wrong += len(left)
        for line in left:
            print(f"{app.relative_to(ROOT)}: {line}")
    return 1 if options.check and wrong else 0


if __name__ == "__main__":
    sys.exit(main())
