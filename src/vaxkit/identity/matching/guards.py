"""What no weight may overrule, as conditions on the columns of ranked pairs: levels, `probability`, `told_birth`."""

from __future__ import annotations

from typing import Final

import polars as pl

from vaxkit.identity.matching.levels import (
    AddressLevel,
    BirthLevel,
    HomeLevel,
    NameLevel,
    NumberLevel,
    PhoneLevel,
    SexLevel,
)
from vaxkit.identity.matching.weights import Weights

SAME_NUMBER: Final = pl.col("number").is_in([NumberLevel.SAME, NumberLevel.UPGRADED])
_NEAR_NUMBER: Final = pl.col("number").is_in([NumberLevel.ONE_DIGIT, NumberLevel.SWAPPED, NumberLevel.LENGTH])
_OWN_NAME: Final = pl.col("name").is_in([NameLevel.SAME, NameLevel.VARIANT])
_SAME_PHONE: Final = pl.col("phone").is_in([PhoneLevel.SAME, PhoneLevel.NEAR])
_SAME_BIRTH: Final = pl.col("birth") == BirthLevel.SAME


def rival() -> pl.Expr:
    """Somebody of the row's very name without its number, above all in the same place: then the number is likelier a
    housemate's than the owner's name a slip."""
    near_by = (
        _SAME_PHONE
        | pl.col("address").is_in([AddressLevel.SAME, AddressLevel.SIMILAR])
        | (pl.col("home") == HomeLevel.SAME)
    )
    return (pl.col("name") == NameLevel.SAME) & ~SAME_NUMBER & (near_by | (pl.col("probability") > 0.0001))


def is_owner(weights: Weights, certain_pairs: int) -> pl.Expr:
    """That the owner of the row's number is the row's person whatever else differs; `has_rival` says whether there is a
    rival. Against a wholly different birth date only name and phone, or name and address, stand: no house has one name
    twice."""
    at_home = _SAME_PHONE | (pl.col("address") == AddressLevel.SAME)
    return (
        _near_name()
        & _unopposed(weights, certain_pairs)
        & ~pl.col("has_rival")
        & (pl.col("sex") != SexLevel.DIFFER)
        & ((pl.col("birth") != BirthLevel.DIFFER) | ((pl.col("name") == NameLevel.SAME) & at_home))
    )


def about_owners() -> dict[str, pl.Expr]:
    """What the owners of a row's number are to the row, as columns over all its candidates: `owner_is_other` all have another
    name and another birth date, `owner_is_named_otherwise` a name with nothing of the row's given name,
    `owners_phone` and `owners_sex` are not the row's."""
    name, birth = pl.col("name"), pl.col("birth")
    other_name = ~name.is_in([NameLevel.MISSING, NameLevel.SAME, NameLevel.VARIANT])
    far_name = name.is_in([NameLevel.DIFFER, NameLevel.SURNAME_ONLY])
    other_birth = birth.is_in([BirthLevel.YEAR, BirthLevel.DIFFER])
    return {
        "owner_is_other": (~SAME_NUMBER | (other_name & other_birth)).all().over("row"),
        "owner_is_named_otherwise": (~SAME_NUMBER | far_name).all().over("row"),
        "owners_phone": (~SAME_NUMBER | (pl.col("phone") == PhoneLevel.DIFFER)).all().over("row"),
        "owners_sex": (~SAME_NUMBER | (pl.col("sex") == SexLevel.DIFFER)).all().over("row"),
    }


def is_beside_the_owner(weights: Weights, certain_pairs: int) -> pl.Expr:
    """Somebody whose name the row tells, and one thing more that is not the owner's of its number: the birth date, in a file
    that writes birth dates down for themselves, or, in a long file, the phone or the sex; and who lives there."""
    at_home = _SAME_PHONE | (pl.col("address") == AddressLevel.SAME)
    born = pl.col("owner_is_other") & _SAME_BIRTH & pl.col("told_birth")
    other = pl.col("owners_phone") & (pl.col("phone") == PhoneLevel.SAME)
    other |= pl.col("owners_sex") & (pl.col("sex") == SexLevel.SAME)
    long = pl.lit(certain_pairs >= weights.knows_slips_from) & pl.col("owner_is_named_otherwise")
    own = (pl.col("name") == NameLevel.SAME) & (pl.col("sex") != SexLevel.DIFFER)
    return ~SAME_NUMBER & own & at_home & (born | (long & other))


def is_named(weights: Weights, certain_pairs: int) -> pl.Expr:
    """That the name is the person's. Twins and brothers share everything but one sign of it: without the number, it must
    be theirs. A title hides the name but does not speak against it: the birth date and the house must tell."""
    misplaced = (pl.col("name") == NameLevel.MISPLACED) & _SAME_BIRTH
    untold = (
        (pl.col("name") == NameLevel.UNTOLD)
        & _SAME_BIRTH
        & (_SAME_PHONE | (pl.col("address") == AddressLevel.SAME))
    )
    return _OWN_NAME | misplaced | untold | (_NEAR_NUMBER & _near_name() & _unopposed(weights, certain_pairs))


def has_witness(weights: Weights, people: int) -> pl.Expr:
    """A small ledger cannot know how common a name is: there, name and village need a witness, and name and birth date
    are not enough against another phone and another address."""
    contradicted = (pl.col("phone") == PhoneLevel.DIFFER) & (pl.col("address") == AddressLevel.DIFFER)
    return (
        pl.lit(people >= weights.knows_names_from)
        | _NEAR_NUMBER
        | (pl.col("number") == NumberLevel.CUT)
        | (_SAME_BIRTH & ~contradicted)
        | _SAME_PHONE
        | (pl.col("address") == AddressLevel.SAME)
    )


def _near_name() -> pl.Expr:
    """A name with one sign wrong, left out, put in or swapped; under a given name of one sign that is another sign, and under
    a title, the sex must not differ."""
    near = [NameLevel.MISSING, NameLevel.ONE_SIGN, NameLevel.MISPLACED, NameLevel.GIVEN_SAME]
    bare = pl.col("name").is_in([NameLevel.LONE_SIGN, NameLevel.UNTOLD]) & (pl.col("sex") != SexLevel.DIFFER)
    return _OWN_NAME | pl.col("name").is_in(near) | bare


def _unopposed(weights: Weights, certain_pairs: int) -> pl.Expr:
    """Under another name the birth date must not speak against the person; and where it does not speak for him either, a
    brother who brings this number must be next to impossible."""
    not_against = pl.col("birth").is_in(
        [BirthLevel.MISSING, BirthLevel.SAME, BirthLevel.IN_NUMBER, BirthLevel.MOON, BirthLevel.YEAR_ONLY]
    )
    rare = pl.lit(certain_pairs >= weights.knows_slips_from) & (
        pl.col("probability") >= weights.other_name_at
    )
    return _OWN_NAME | (not_against & (pl.col("told_birth") | rare))
