"""The actor: who acts. Every query takes one first, every action takes one as `by=`."""

from dataclasses import dataclass, field
from uuid import UUID

from yingjie.foundation.access.roles import NEEDS_SECOND_FACTOR, ROLES
from yingjie.foundation.refusals import NotAllowed


@dataclass(frozen=True)
class Held:
    """A role held on an area node; `site_id` narrows it to one site there, `line_code` to what one line (条) answers for there."""

    role: str
    area_code: str
    site_id: UUID | None = None
    line_code: str = ""

    def permits(self, permission: str) -> bool:
        return permission in ROLES[self.role].permissions


@dataclass(frozen=True)
class Actor:
    """Who acts, with what they hold on the day of the action. `name` is what the journal writes down."""

    name: str
    held: tuple[Held, ...] = ()
    user_id: UUID | None = None
    title: str = ""
    is_system: bool = field(default=False)

    @property
    def signature(self) -> str:
        """Who it was, as rows keep it for people to read: as long as such a column is."""
        return (self.title or self.name)[:80]

    def may(self, permission: str, area_code: str | None = None, site_id: UUID | None = None) -> bool:
        """Whether some role held permits it: anywhere, or over the whole of the area (and site) named. A line's role is over no
        area: what it may read there is for `sees`, and for querysets that `visible_to` has narrowed."""
        if self.is_system:
            return True
        return any(
            held.permits(permission)
            and (area_code is None or (area_code.startswith(held.area_code) and not held.line_code))
            and (site_id is None or held.site_id in (None, site_id))
            for held in self.held
        )

    def sees(self, permission: str, area_code: str) -> bool:
        """Whether there may be rows of an area that the actor reads: all of them, or those of a line. Only for what goes on through
        `visible_to`, or is about somebody whom it has let through."""
        return self.is_system or any(
            held.permits(permission) and area_code.startswith(held.area_code) for held in self.held
        )

    def require(self, permission: str, area_code: str | None = None, site_id: UUID | None = None) -> None:
        """Raise NotAllowed unless `may`. First line of every action."""
        if not self.may(permission, area_code, site_id):
            raise NotAllowed(permission=permission)

    def scopes(self, permission: str) -> tuple[Held, ...]:
        """The roles held that carry the permission: what `visible_to` builds its condition from."""
        return tuple(held for held in self.held if held.permits(permission))

    def home_code(self) -> str:
        """The highest area this actor holds a role on ('' for the system): where their pages begin."""
        return min((held.area_code for held in self.held), key=lambda code: (len(code), code), default="")

    @property
    def needs_second_factor(self) -> bool:
        return any(held.permits(permission) for held in self.held for permission in NEEDS_SECOND_FACTOR)


def system(name: str) -> Actor:
    """The product itself at work (a job, a loader, the command line of whoever owns the machine), named in the journal."""
    return Actor(name=f"system:{name}", is_system=True)
