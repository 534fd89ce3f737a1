"""What passes between the reader and its child process: length-prefixed frames of plain values.

Frames are pickles, but the reading end only rebuilds built-in containers and dates: even a child that
was taken over by a hostile file cannot make the parent run anything. A frame has a size limit, so
neither end can be flooded.
"""

from __future__ import annotations

import io
import pickle
import struct
from typing import Any, BinaryIO

FRAME_LIMIT_BYTES = 64 * 1024 * 1024
ROWS_PER_FRAME = 500
CHARACTERS_PER_FRAME = 1_000_000
PAGE_CHARACTERS = 12_000_000
_LENGTH = struct.Struct(">I")
_PERMITTED = {("datetime", "date"), ("datetime", "datetime")}


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PERMITTED:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"not a plain value: {module}.{name}")


def send(stream: BinaryIO, value: Any) -> None:
    """Write one frame. Raises ValueError if it would be over the limit."""
    payload = pickle.dumps(value, protocol=5)
    if len(payload) > FRAME_LIMIT_BYTES:
        raise ValueError("frame over the limit")
    stream.write(_LENGTH.pack(len(payload)))
    stream.write(payload)
    stream.flush()


def frame_length(prefix: bytes) -> int:
    """The length announced by a frame's four-byte prefix. Raises ValueError if it is over the limit."""
    (length,) = _LENGTH.unpack(prefix)
    if length > FRAME_LIMIT_BYTES:
        raise ValueError("frame over the limit")
    return int(length)


def decode(payload: bytes) -> Any:
    """The value of one frame. Raises pickle.UnpicklingError for anything that is not a plain value."""
    return _PlainUnpickler(io.BytesIO(payload)).load()
