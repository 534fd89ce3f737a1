"""The key ring: which keys exist, which one encrypts today, and the three things done with them.

File `keyring.json` (mode 0600), made on first use:
    {"current": "k1", "keys": {"k1": base64 of 32 bytes, …}, "index": base64, "journal": base64}

`keys` encrypt fields (AES-256-GCM, 96-bit random nonce); any of them decrypts, `current` encrypts. `index` keys the blind index
and `journal` the hash chain: both must outlive a change of `keys`, for a new one would orphan every look-up and every hash.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


class KeyTrouble(Exception):
    """A key is missing, or a stored value was not made with the keys at hand."""


class Keyring:
    def __init__(self, path: Path) -> None:
        self.path = path
        content = json.loads(path.read_text("utf-8"))
        self.current: str = content["current"]
        self._raw: dict[str, str] = content["keys"]
        self._ciphers = {name: AESGCM(base64.b64decode(key)) for name, key in self._raw.items()}
        self._index = base64.b64decode(content["index"])
        self._journal = base64.b64decode(content["journal"])

    def encrypt(self, plain: str, context: str) -> str:
        """`plain` as `key name.base64`; `context` (table.column) is bound in, so a value cannot be moved elsewhere."""
        nonce = os.urandom(12)
        sealed = self._ciphers[self.current].encrypt(nonce, plain.encode(), context.encode())
        return f"{self.current}.{base64.b64encode(nonce + sealed).decode()}"

    def decrypt(self, stored: str, context: str) -> str:
        name, _, body = stored.partition(".")
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise KeyTrouble(f"the key {name!r} is not in {self.path}")
        raw = base64.b64decode(body)
        try:
            return cipher.decrypt(raw[:12], raw[12:], context.encode()).decode()
        except InvalidTag as trouble:
            raise KeyTrouble(
                f"a value of {context} was not made with key {name!r}, or was altered"
            ) from trouble

    def seal(self, content: bytes, context: str) -> bytes:
        """The same for the content of a file: `key name`, a line's end, nonce and cipher."""
        nonce = os.urandom(12)
        sealed = self._ciphers[self.current].encrypt(nonce, content, context.encode())
        return self.current.encode() + b"\n" + nonce + sealed

    def unseal(self, stored: bytes, context: str) -> bytes:
        name, _, body = stored.partition(b"\n")
        cipher = self._ciphers.get(name.decode("ascii", "replace"))
        if cipher is None:
            raise KeyTrouble(f"the key {name[:16]!r} is not in {self.path}")
        try:
            return cipher.decrypt(body[:12], body[12:], context.encode())
        except (InvalidTag, ValueError) as trouble:
            raise KeyTrouble(f"a file was not made with key {name!r}, or was altered") from trouble

    def blind_index(self, value: str, purpose: str) -> str:
        """32 hex digits by which equal values of one purpose find each other; without the key they tell nothing."""
        return hmac.new(self._index, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()[:32]

    def blind_indexes(self, values: Iterable[str], purpose: str) -> list[str]:
        """`blind_index` of many values of one purpose: the keyed part is computed once, which halves the cost."""
        key = self._index.ljust(64, b"\0")
        inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in key)) for pad in (0x36, 0x5C))
        inner.update(f"{purpose}\0".encode())
        found = []
        for value in values:
            first, second = inner.copy(), outer.copy()
            first.update(value.encode())
            second.update(first.digest())
            found.append(second.hexdigest()[:32])
        return found

    def encrypt_all(self, plain: Sequence[str], context: str) -> list[str]:
        """`encrypt` of many values of one column."""
        seal, bound, name = self._ciphers[self.current].encrypt, context.encode(), f"{self.current}."
        random = os.urandom(12 * len(plain))
        found = []
        for at, value in enumerate(plain):
            nonce = random[12 * at : 12 * at + 12]
            sealed = nonce + seal(nonce, value.encode(), bound)
            found.append(name + binascii.b2a_base64(sealed, newline=False).decode())
        return found

    def journal_hash(self, content: bytes) -> str:
        return hmac.new(self._journal, content, hashlib.sha256).hexdigest()

    def add_key(self) -> str:
        """A new encryption key becomes the current one; the old ones stay, to read what they wrote."""
        name = f"k{1 + max(int(known[1:]) for known in self._raw)}"
        self._write(current=name, keys={**self._raw, name: _new_key()})
        return name

    def drop_old_keys(self) -> list[str]:
        """Forget every key but the current one. Only after nothing in the database needs them (`crypto.rotation`)."""
        old = [name for name in self._raw if name != self.current]
        self._write(current=self.current, keys={self.current: self._raw[self.current]})
        return old

    def _write(self, current: str, keys: dict[str, str]) -> None:
        content = {
            "current": current,
            "keys": keys,
            "index": base64.b64encode(self._index).decode(),
            "journal": base64.b64encode(self._journal).decode(),
        }
        _write_private(self.path, content)
        self.__init__(self.path)  # type: ignore[misc]  # read anew, as if just made


def create(path: Path) -> None:
    """Make a key ring with fresh keys; an existing one is never touched."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_private(
        path, {"current": "k1", "keys": {"k1": _new_key()}, "index": _new_key(), "journal": _new_key()}
    )


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _write_private(path: Path, content: Mapping[str, object]) -> None:
    """Write beside and rename, so that a crash leaves the old ring or the new one, never half of one."""
    beside = path.with_suffix(f".{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


@lru_cache(maxsize=4)
def _ring_at(path: Path, changed: int) -> Keyring:
    return Keyring(path)


def keyring() -> Keyring:
    """The ring of this instance; read again when its file has changed (another process may have turned the keys)."""
    path = Path(settings.YINGJIE_KEYRING)
    if not path.exists():
        create(path)
    return _ring_at(path, path.stat().st_mtime_ns)
