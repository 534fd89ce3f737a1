"""What a line changes about its person, in words: from what the line says and what the ledger held when it was judged. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vaxkit.identity import mask_number, mask_phone
from vaxkit.ruledata.field_sources import shipped_source_rules
from vaxkit.vocabulary import Text
from yingjie.areas.queries import places
from yingjie.people.roster import vocabulary
from yingjie.people.roster.believing import VALUES, held_by, is_told
from yingjie.people.roster.reasons import Reason, reason, word


def changes_of(row: Mapping[str, Any]) -> list[Reason]:
    """The changes of a changed line of a page, the same that `judging.changes_anything` finds by the column."""
    found: list[Reason] = []
    held = held_by(row.get("held"))
    was_address, was_role = row["was_address"] or "", row["was_role"] or ""
    if row["name"] != row["was_name"] and "name" not in held:
        found.append(reason("changed.name", old=row["was_name"], new=row["name"]))
    if not row["was_area"].startswith(row["area"]) and "area" not in held:
        said = places([row["was_area"], row["area"]])
        found.append(reason("changed.area", old=said[row["was_area"]], new=said[row["area"]]))
    if row["address"] and not was_address.endswith(row["address"]) and "address" not in held:
        found.append(reason("changed.address", old=was_address or word("role.none"), new=row["address"]))
    had = set((row["was_phones"] or "").split())
    fresh = [
        number for number, key in zip(row["phones"] or (), row["keys"] or (), strict=True) if key not in had
    ]
    if fresh:
        found.append(reason("changed.phones", new="、".join(mask_phone(number) for number in fresh)))
    if row["role"] and row["role"] != was_role and "role" not in held:
        found.append(
            reason("changed.role", old=word(f"role.{was_role or 'none'}"), new=word(f"role.{row['role']}"))
        )
    if row["household"] and row["household"] != row["was_household"] and "household" not in held:
        found.append(reason("changed.household"))
    return [*found, *_proved(row, held), *_claims(row, held)]


def _proved(row: Mapping[str, Any], held: Mapping[str, str]) -> list[Reason]:
    """Number, birth date and sex, which pages of former versions say nothing of."""
    found: list[Reason] = []
    if row.get("number_is") and "number" not in held:
        found.append(reason("changed.number", new=mask_number(row["document"])))
    was_birth, was_sex = row.get("was_birth"), row.get("was_sex")
    if was_birth and row["birth_on"] and row["birth_on"] != was_birth and "birth_on" not in held:
        found.append(reason("changed.birth_on", old=was_birth.isoformat(), new=row["birth_on"].isoformat()))
    if was_sex and row["sex"] not in (was_sex, "unknown") and "sex" not in held:
        found.append(reason("changed.sex", old=word(f"sex.{was_sex}"), new=word(f"sex.{row['sex']}")))
    return found


def _claims(row: Mapping[str, Any], held: Mapping[str, str]) -> list[Reason]:
    """What the line says otherwise than a better source of the ledger; it is kept and shown, and changes nothing."""
    found: list[Reason] = []
    for name, was in VALUES.items():
        kind, said, known = held.get(name), _said(row, name), str(row.get(was) or "")
        if not kind or not said or is_told(name, known, said):
            continue
        old: str | Text = known or word("role.none")
        new: str | Text = said
        if name == "number":
            old, new = word("number.other"), mask_number(said)
        elif name == "sex":
            old, new = word(f"sex.{known or 'unknown'}"), word(f"sex.{said}")
        elif name == "area":
            shown = places([known, said])
            old, new = shown.get(known, known), shown.get(said, said)
        elif name == "role":
            old, new = word(f"role.{known or 'none'}"), word(f"role.{said}")
        title = vocabulary.titles()["village" if name == "area" else name]
        source = shipped_source_rules().title(kind)
        found.append(reason("claim.kept", field=title, old=old, new=new, source=source))
    return found


def _said(row: Mapping[str, Any], name: str) -> str:
    """What the line says of a field; a number only where it is not the ledger's."""
    if name == "number":
        return str(row["document"] or "") if row.get("number_is") else ""
    said = str(row[name] or "")
    return "" if name == "sex" and said == "unknown" else said
