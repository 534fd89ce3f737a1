"""What a roster says about a person, read strictly: document numbers, phones, names, dates; and masks for
showing.

    documents   check_resident_number, check_digit (GB 11643), mask_number, mask_last_four
    kinds       check_document, kind_of, corrections: permits, residence cards and passports too
    phones      split_phones, check_phone, mask_phone
    names       normalise_person_name, check_person_name, normalise_place_name, place_stem, mask_name
    dates       parse_date
    matching    a roster against a registry; a room of its own, imported by itself (it is heavy)

Whatever cannot be read comes back as a `Problem` with a code and a reason in both languages; nothing raises
for what a roster may hold. The problems' words live in `problems.py`.
"""

from vaxkit.identity.dates import parse_date
from vaxkit.identity.documents import (
    ResidentNumber,
    check_digit,
    check_resident_number,
    mask_last_four,
    mask_number,
)
from vaxkit.identity.kinds import Correction, Document, DocumentKind, check_document, corrections, kind_of
from vaxkit.identity.names import (
    check_person_name,
    mask_name,
    normalise_person_name,
    normalise_place_name,
    place_stem,
)
from vaxkit.identity.phones import Phone, PhoneKind, check_phone, mask_phone, split_phones
from vaxkit.vocabulary import Problem

__all__ = [
    "Correction",
    "Document",
    "DocumentKind",
    "Phone",
    "PhoneKind",
    "Problem",
    "ResidentNumber",
    "check_digit",
    "check_document",
    "check_person_name",
    "check_phone",
    "check_resident_number",
    "corrections",
    "kind_of",
    "mask_last_four",
    "mask_name",
    "mask_number",
    "mask_phone",
    "normalise_person_name",
    "normalise_place_name",
    "parse_date",
    "place_stem",
    "split_phones",
]
