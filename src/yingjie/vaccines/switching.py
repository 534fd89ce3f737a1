"""Who hears that the rules have changed: whatever is derived from them must be derived anew.

switching.on_switch(listener)     # listener(actor), called inside the action that switched
"""

from collections.abc import Callable

from yingjie.foundation.access.actor import Actor

Listener = Callable[[Actor], object]
_listeners: list[Listener] = []


def on_switch(listener: Listener) -> None:
    """Register a listener, once however often it is asked for."""
    if listener not in _listeners:
        _listeners.append(listener)


def told(by: Actor) -> None:
    for listener in _listeners:
        listener(by)
