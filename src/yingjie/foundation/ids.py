"""Identifiers: UUID version 7 (RFC 9562), so that rows made on any device sort by time and never collide."""

import secrets
from datetime import datetime
from random import Random
from uuid import UUID

from yingjie.foundation import clock


def uuid7(at: datetime | None = None, chance: Random | None = None) -> UUID:
    """A version 7 UUID: 48 bits of milliseconds, 74 random bits.

    `at` is the moment to carry (now, if left out); `chance` makes the random part repeatable (demo data), else the
    system's secure source is used.
    """
    milliseconds = int((at or clock.now()).timestamp() * 1000) & (2**48 - 1)
    bits = chance.getrandbits(74) if chance else secrets.randbits(74)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | (bits >> 62) << 64 | 0b10 << 62 | bits & (2**62 - 1))
