"""What somebody typed into a search box, and the condition that it means.

A whole number or phone is looked up by its blind index, never decrypted; four signs are the end of a number; Latin letters are a
reading or its initials; Chinese signs are part of a name.
"""

import re

from django.db.models import Q

from vaxkit.identity import Phone, ResidentNumber, check_phone, check_resident_number
from yingjie.foundation import clock
from yingjie.people.loading import number_index, phone_index

_LAST_FOUR = re.compile(r"\d{3}[\dXx]")
_LATIN = re.compile(r"[A-Za-z]+")


def condition(text: str, *, whole_numbers: bool = True) -> Q | None:
    """The condition on Person that the text means; None where it can mean nobody. `whole_numbers=False` leaves out whole numbers
    and phones."""
    text = text.strip()
    if _LAST_FOUR.fullmatch(text):
        return Q(documents__last_four=text.upper())
    if _LATIN.fullmatch(text.replace(" ", "")):
        word = text.replace(" ", "").casefold()
        return Q(pinyin__startswith=word) | Q(pinyin__contains=f" {word}")
    if not whole_numbers and any(sign.isdigit() for sign in text):
        return None
    number = check_resident_number(text, on=clock.today())
    if isinstance(number, ResidentNumber):
        return Q(documents__number_index=number_index(number.number))
    phone = check_phone(text)
    if isinstance(phone, Phone):
        return Q(phones__number_index=phone_index(phone.number))
    if not text or any(sign.isdigit() for sign in text):
        return None
    return Q(name__contains="".join(text.split()) if not text.isascii() else text)
