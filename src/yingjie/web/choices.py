"""What may be chosen in a form, where only the request tells."""

from collections.abc import Iterable
from typing import Any

from django.forms import BaseForm, ChoiceField


def offer(form: BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Set the choices of a field of a form that is being made; a ChoiceField of one kind or another."""
    field = form.fields[name]
    if not isinstance(field, ChoiceField):
        raise TypeError(f"{type(form).__name__}.{name} offers no choices")
    field.choices = list(choices)
