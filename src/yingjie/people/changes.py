"""What later modules derive from a person, and how they hear that she has changed.

People knows none of them. A module that keeps something derived (where somebody stands, from birth date and conditions) registers a
listener when its app is ready; whatever changes a person calls `told` inside its own transaction, so that both are
written or neither:

    changes.on_change(standings.people_changed)      # listener(person_ids), called once per action
    changes.told({person.pk})                        # last but for the journal, in the action that changed her

Tell of a birth date, a sex, a group or a health condition; a name or an address changes nothing that is derived.

Groups, units and whole records (joined, parted, taken out again) are written over and keep no former versions. Whoever must be able
to say later what was known until now is asked just before, in the same transaction:

    changes.before_rewriting(former.keep)            # listener(person_ids)
    changes.rewriting({person.pk})                   # first, in whatever writes over what is known of her
"""

from collections.abc import Callable, Collection
from uuid import UUID

Listener = Callable[[Collection[UUID]], object]
_listeners: list[Listener] = []
_keepers: list[Listener] = []


def on_change(listener: Listener) -> None:
    """Register a listener, once however often it is asked for."""
    if listener not in _listeners:
        _listeners.append(listener)


def told(person_ids: Collection[UUID]) -> None:
    """Tell every listener, in the order in which they registered."""
    if person_ids:
        for listener in _listeners:
            listener(person_ids)


def before_rewriting(keeper: Listener) -> None:
    """Register who keeps what was known, once however often it is asked for."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def rewriting(person_ids: Collection[UUID]) -> None:
    """What is known of these people is about to be written over."""
    if person_ids:
        for keeper in _keepers:
            keeper(person_ids)
