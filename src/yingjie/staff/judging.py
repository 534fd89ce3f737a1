"""Whether somebody may do an act on a day, from facts alone: one function, asked by actions, rosters and lists alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.functional import lazy
from django.utils.translation import pgettext

from yingjie.staff import refusals
from yingjie.staff.rules import Act, certificates, qualifications


@dataclass(frozen=True)
class Held:
    """A certificate as far as it decides. `revoked_on`: from that day on it counts for nothing, the day itself included."""

    kind: str
    valid_from: date
    valid_until: date
    revoked_on: date | None = None
    revoked_reason: str = ""


@dataclass(frozen=True)
class Standing:
    """What is known of somebody. `left_on` is the first day on which they are no longer in service."""

    name: str
    qualification: str
    joined_on: date
    left_on: date | None
    held: tuple[Held, ...]


def judged(who: Standing, act: Act, on: date) -> refusals.MayNotAct | None:
    """None: they may. Otherwise the first thing that is in the way, the most useful to know among the certificates."""
    if act.is_open_to_all:
        return None
    title = act.title
    if on < who.joined_on or (who.left_on is not None and on >= who.left_on):
        return refusals.NotHere(name=who.name, on=on)
    if act.qualifications and who.qualification not in act.qualifications:
        needed = _listed(act.qualifications, "qualifications")
        held = qualifications()[who.qualification].title
        return refusals.WrongQualification(act=title, needed=needed, name=who.name, held=held)
    fitting = [held for held in who.held if held.kind in act.certificates]
    if not act.certificates or any(_in_force(held, on) for held in fitting):
        return None
    if not fitting:
        needed = _listed(act.certificates, "certificates")
        return refusals.NoCertificate(name=who.name, act=title, needed=needed)
    return _out_of_force(who.name, act, fitting, on)


def _in_force(held: Held, on: date) -> bool:
    return held.valid_from <= on <= held.valid_until and (held.revoked_on is None or on < held.revoked_on)


def _out_of_force(name: str, act: Act, fitting: list[Held], on: date) -> refusals.MayNotAct:
    last = max(fitting, key=lambda held: (held.valid_until, held.valid_from))
    if last.revoked_on is not None and on >= last.revoked_on and on <= last.valid_until:
        return refusals.CertificateRevoked(
            name=name, act=act.title, on=last.revoked_on, why=last.revoked_reason
        )
    if last.valid_from > on:
        first = min(held.valid_from for held in fitting if held.valid_from > on)
        return refusals.CertificateNotYet(name=name, act=act.title, on=first)
    return refusals.CertificateEnded(name=name, act=act.title, on=last.valid_until)


def _joined(codes: tuple[str, ...], of: str) -> str:
    terms = qualifications() if of == "qualifications" else certificates()
    return str(pgettext("between words of a list", ", ")).join(str(terms[code].title) for code in codes)


#: In the language in which the refusal is said, not of the moment in which it is raised.
_listed = lazy(_joined, str)
