"""Typed door to numba for simulation and assignment: only those who ask for a kernel import it, and pay for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

_F = TypeVar("_F", bound=Callable[..., Any])


def compiled(function: _F) -> _F:
    """The function as machine code for other compiled functions, not for Python. No fast-math: the same bits everywhere."""
    options: dict[str, Any] = {
        "no_cpython_wrapper": True,
        "no_cfunc_wrapper": True,
    }  # called by compiled code only
    make: Any = numba.njit  # its stub does not know these two options
    return cast(_F, make(error_model="numpy", nogil=True, **options)(function))


def compiled_and_kept(function: _F) -> _F:
    """An entry point: its machine code, with all it calls, is kept on disk for the next process."""
    return cast(_F, numba.njit(error_model="numpy", nogil=True, cache=True)(function))
