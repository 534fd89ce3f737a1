"""Scope fails closed (law 4): a queryset of rows that belong to an area or a site raises until someone decided who is looking.

Three things narrow a role: the area that it is held on, one site there, or one line (条) there, which answers for units and for the
people who count under them. A row says by its model's Scope how it hangs on each; what says nothing of lines, no line's role sees.

    class Person(models.Model):
        scope = Scope(permission="people.view", area="area__code")
        objects = ScopedManager()

    Person.objects.visible_to(actor)            # the rows below the areas on which the actor holds people.view
    Person.objects.unscoped("why this is right")  # every row; the reason is there for the reader

Deciding is the first thing done to a queryset; whatever forgets it (also as a subquery, in update() or delete()) meets
ScopeNotDecided when the SQL would be made. Instances already at hand (save, refresh_from_db, foreign keys) are not concerned.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.sql import Query

from yingjie.foundation.access.actor import Actor

M = TypeVar("M", bound=models.Model)
EVERY_LINE = "*"
_people_of_line: Callable[[str], Any] | None = None


class ScopeNotDecided(RuntimeError):
    """Rows of an area or site were about to be read without saying for whom. A programming error, never a user's."""


@dataclass(frozen=True)
class Scope:
    """How a row hangs on the tree: the permission that lets one see it, the path to its area code, the path to its site; and how on
    a line: by the path to a line's code (EVERY_LINE for rows that all lines see), or by the `person` whose line it is. The path to
    the person follows from an area that is reached through one."""

    permission: str
    area: str
    site: str | None = None
    line: str | None = None
    person: str | None = None

    @property
    def own_area_column(self) -> str | None:
        """The column of the row itself that holds the area code; None where the row hangs on the tree through another row."""
        field, _, rest = self.area.partition("__")
        return f"{field}_id" if rest == "code" else None if rest else field

    def condition(self, actor: Actor, permission: str | None = None) -> Q | None:
        """What the actor may see; None where that is nothing."""
        found: Q | None = None
        for held in actor.scopes(permission or self.permission):
            here = Q(**{f"{self.area}__startswith": held.area_code})
            if held.site_id and self.site:
                here &= Q(**{self.site: held.site_id})
            if held.line_code:
                of_line = self._of_line(held.line_code)
                if of_line is None:
                    continue
                here &= of_line
            found = here if found is None else found | here
        return found

    def _of_line(self, line_code: str) -> Q | None:
        """The rows of a line; None where rows like these are no line's."""
        if self.line is not None:
            return Q() if self.line == EVERY_LINE else Q(**{self.line: line_code})
        through, separator, _rest = self.area.partition("person__")
        person = self.person or (f"{through}person_id" if separator else None)
        if person is None or _people_of_line is None:
            return None
        return Q(**{f"{person}__in": _people_of_line(line_code)})


def people_of_line(found: Callable[[str], Any]) -> Callable[[str], Any]:
    """The ledger says, as a subquery of their ids, which people count under a line."""
    global _people_of_line
    _people_of_line = found
    return found


class ScopedQuery(Query):
    """The SQL of a scoped queryset: cannot be made before the scope is decided."""

    scope_decided = False

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        if not self.scope_decided:
            raise ScopeNotDecided(f"{self.model.__name__}: call visible_to(actor) or unscoped(reason) first")  # type: ignore[union-attr]  # a manager has a model here
        return super().get_compiler(*args, **kwargs)


class ScopedQuerySet(QuerySet[M]):
    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query or ScopedQuery(model), using, hints)

    def visible_to(self, actor: Actor, permission: str | None = None) -> Self:
        """The rows that the actor may see (with `permission`, or the model's own); none at all if there is no role."""
        decided = self._decided()
        if actor.is_system:
            return decided
        condition = self.model.scope.condition(actor, permission)  # type: ignore[attr-defined]  # every scoped model has one
        return decided.none() if condition is None else decided.filter(condition)

    def unscoped(self, reason: str) -> Self:
        """Every row. `reason` says to the reader why nobody's scope applies here."""
        if not reason:
            raise ValueError("say why nobody's scope applies")
        return self._decided()

    def _decided(self) -> Self:
        clone = self.all()
        query: Any = clone.query
        query.scope_decided = True
        return clone

    def update(self, **values: Any) -> int:
        self._must_be_decided()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._must_be_decided()
        return super().delete()

    def _must_be_decided(self) -> None:
        query: Any = self.query
        if not query.scope_decided:
            raise ScopeNotDecided(f"{self.model.__name__}: call visible_to(actor) or unscoped(reason) first")


ScopedManager = models.Manager.from_queryset(ScopedQuerySet, "ScopedManager")


def scoped_models() -> list[type[models.Model]]:
    """Every model that hangs on the tree, for whoever must walk them all (moves of areas, the architecture tests)."""
    from django.apps import apps

    return [model for model in apps.get_models() if isinstance(getattr(model, "scope", None), Scope)]
