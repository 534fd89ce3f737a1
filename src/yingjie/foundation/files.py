"""Files that people hand in: encrypted, named by their content, written whole or not at all.

    sha256 = files.put(content)        the same content again costs nothing and gives the same name
    files.get(sha256)                  raises NotFound where there is none, KeyTrouble where it was altered
    files.has(sha256)
    files.holder(provider)             provider() -> every sha256 that a module's rows still name
    files.sweep()                      removes what nobody names and is older than a day

A file lies in the home's `files/kept/` under a keyed hash of its content's hash, so that the directory tells nobody which known
picture is in it. It is written before the row that names it: a transaction that is rolled back leaves a file that nobody names,
which the sweep takes. Whoever reads one was authorised for the row that names it; this file knows no rows and no people.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.conf import settings

from yingjie.foundation.crypto.keyring import keyring
from yingjie.foundation.refusals import NotFound

#: A file is written before the row that names it; a row may take as long as an open transaction to appear.
OLD_ENOUGH_SECONDS = 24 * 3600
Holder = Callable[[], Iterable[str]]
_holders: list[Holder] = []


def holder(provider: Holder) -> Holder:
    """Register who names files; `sweep` asks all of them. Registered once, when the app is ready."""
    if provider not in _holders:
        _holders.append(provider)
    return provider


def put(content: bytes) -> str:
    """Keep the content; returns its sha256 (64 hex digits), by which it is found again."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = _path(sha256)
    if path.exists():
        os.utime(path)  # whoever puts it again is about to name it: the sweep must not take it meanwhile
        return sha256
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_whole(path, keyring().seal(content, _context(path)))
    return sha256


def get(sha256: str) -> bytes:
    """The content. Raises NotFound, KeyTrouble."""
    try:
        path = _path(sha256)
        sealed = path.read_bytes()
    except FileNotFoundError:
        raise NotFound() from None
    return keyring().unseal(sealed, _context(path))


def has(sha256: str) -> bool:
    return _path(sha256).exists()


def sweep(older_than_seconds: float = OLD_ENOUGH_SECONDS) -> int:
    """Remove files that no holder names, once they are old enough, and halves that a crash left. Returns how many."""
    wanted = {_path(sha256).name for provider in _holders for sha256 in provider()}
    before, gone = time.time() - older_than_seconds, 0
    for path in stored():
        if path.name not in wanted and path.stat().st_mtime <= before:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def stored() -> Iterator[Path]:
    """Every file that is kept (or half written), for the sweep and for the change of keys."""
    root = _root()
    yield from (path for path in sorted(root.glob("*/*")) if path.is_file()) if root.exists() else ()


def seal_again(path: Path) -> bool:
    """Write a kept file again under the current key; False where it is under it already. Used by the change of keys."""
    ring, sealed = keyring(), path.read_bytes()
    if path.suffix or sealed.startswith(f"{ring.current}\n".encode()):
        return False
    _write_whole(path, ring.seal(ring.unseal(sealed, _context(path)), _context(path)))
    return True


def _root() -> Path:
    return Path(settings.YINGJIE_FILES)


def _path(sha256: str) -> Path:
    name = keyring().blind_index(sha256, "file")
    return _root() / name[:2] / name


def _context(path: Path) -> str:
    """Bound into the cipher: a file put in another's place is noticed."""
    return f"file.{path.name}"


def _write_whole(path: Path, sealed: bytes) -> None:
    """Beside, then renamed: a crash leaves the whole file or none."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
