"""Identifiers: UUID version 7 (RFC 9562), so that rows made on any device sort by time and never collide."""

import secrets
from datetime import datetime
from random import Random
from threading import Lock
from uuid import UUID

from yingjie.foundation import clock

_BITS = 74
_lock = Lock()
_last = (0, 0)  # milliseconds and random part of the newest one


def uuid7(at: datetime | None = None, chance: Random | None = None) -> UUID:
    """A version 7 UUID: 48 bits of milliseconds, 74 random bits.

    `at` is the moment to carry (now, if left out); `chance` makes the random part repeatable (demo data), else the
    system's secure source is used.
    """
    milliseconds = int((at or clock.now()).timestamp() * 1000) & (2**48 - 1)
    bits = chance.getrandbits(_BITS) if chance else _next(milliseconds)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | (bits >> 62) << 64 | 0b10 << 62 | bits & (2**62 - 1))


def _next(milliseconds: int) -> int:
    """A random part; within one millisecond each greater than the one before (RFC 9562, 6.2, method 2), so that rows made together
    keep the order in which they were made."""
    global _last
    with _lock:
        moment, bits = _last
        more = bits + 1 + secrets.randbits(32)
        if moment != milliseconds or more >> _BITS:
            more = secrets.randbits(_BITS - 1)  # the highest bit is left as room to grow into
        _last = (milliseconds, more)
        return more
