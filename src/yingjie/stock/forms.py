"""Input about stock."""

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from vaxkit import coldchain
from yingjie.foundation import clock
from yingjie.foundation.ids import uuid7
from yingjie.foundation.refusals import BadInput
from yingjie.stock.receipts import Transport
from yingjie.stock.refusals import LOGGER_TROUBLES
from yingjie.stock.transfers import Counted
from yingjie.stock.wording import CAUSE_TITLES, CHANGE_TITLES, FRIDGE_TITLES, SUSPEND_TITLES
from yingjie.vaccines.queries import products

MOST_BYTES = 8_000_000
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _products() -> list[tuple[str, str]]:
    language = get_language() or "zh-hans"
    return [
        (each.code, f"{each.short_title.in_(language)} · {each.title.in_(language)}") for each in products()
    ]


def _celsius(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, decimal_places=2, max_digits=5, min_value=-100, max_value=100
    )


class TransportFields(forms.Form):
    """How vaccine came: what the record of the way says, typed or out of the logger's file."""

    log = forms.FileField(
        label=_("Temperature record of the way (logger's file)"),
        required=False,
        help_text=_(
            "CSV or text as the logger exports it. Without one, type lowest and highest from the paper."
        ),
    )
    lowest = _celsius(_("Lowest on the way, °C"))
    highest = _celsius(_("Highest on the way, °C"))
    minutes = forms.IntegerField(
        label=_("Minutes on the way"), required=False, min_value=0, max_value=100_000
    )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        file = said.get("log")
        said["log"] = b""
        if file is None:
            return said
        if file.size > MOST_BYTES:
            raise ValidationError({"log": _("The file is too large.")})
        said["log"] = file.read()
        try:
            found = coldchain.read_logger(coldchain.decoded(said["log"]), clock.CAMPAIGN_ZONE)
        except coldchain.UnreadableLogger as wrong:
            raise ValidationError({"log": LOGGER_TROUBLES[wrong.code]}) from wrong
        celsius = [each.celsius for each in found.readings]
        # Whatever was typed beside a file cannot make it look better than the file says.
        typed = [said[key] for key in ("lowest", "highest") if said.get(key) is not None]
        said["lowest"], said["highest"] = min([*celsius, *typed]), max([*celsius, *typed])
        if said.get("minutes") is None:
            said["minutes"] = int((found.readings[-1].at - found.readings[0].at).total_seconds() // 60)
        return said

    def transport(self, **more: Any) -> Transport:
        said = self.cleaned_data
        return Transport(said["lowest"], said["highest"], said["minutes"], said["log"], **more)


class OnceForm(forms.Form):
    """A form that is written down once: the id that it was shown with goes along, and a second Enter, or the browser's way
    back, finds it used. Whoever sends none (a program) gets a new one."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = uuid7


class ReceiveForm(TransportFields, OnceForm):
    field_order = (
        "once", "product_code", "lot_number", "expires_on", "doses", "codes", "log", "lowest", "highest", "minutes",
        "release_number", "supplier", "carrier", "packs_counted", "packs_damaged",
    )  # fmt: skip
    product_code = forms.ChoiceField(label=_("Vaccine"), choices=_products)
    lot_number = forms.CharField(
        label=_("Lot"), max_length=32, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    expires_on = forms.DateField(label=_("Expiry"), widget=DAY)
    doses = forms.IntegerField(label=_("Doses"), min_value=1, max_value=1_000_000)
    codes = forms.CharField(
        label=_("Trace codes of the smallest packs"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "One a line: scan them one after the other, or paste the supplier's list (carton, box, pack on a line)."
        ),
    )
    release_number = forms.CharField(
        label=_("Number of the lot-release document"), max_length=40, required=False
    )
    supplier = forms.CharField(label=pgettext_lazy("delivery", "Sent by"), max_length=80, required=False)
    carrier = forms.CharField(label=_("Carrier, vehicle"), max_length=80, required=False)
    packs_counted = forms.IntegerField(
        label=_("Smallest packs counted"), required=False, min_value=1, max_value=1_000_000
    )
    packs_damaged = forms.IntegerField(label=_("Damaged packs"), min_value=0, required=False)

    def delivery(self) -> dict[str, Any]:
        """The arguments of `receive`."""
        said = self.cleaned_data
        plain = {key: said[key] for key in ("product_code", "lot_number", "expires_on", "doses", "codes")}
        transport = self.transport(
            supplier=said["supplier"],
            carrier=said["carrier"],
            release_number=said["release_number"],
            packs_damaged=said["packs_damaged"] or 0,
        )
        return {
            **plain,
            "packs_counted": said["packs_counted"],
            "transport": transport,
            "receipt_id": said["once"],
        }

    def clean_codes(self) -> list[str]:
        return codes_of(self.cleaned_data["codes"])


class LotChangeForm(OnceForm):
    what = forms.ChoiceField(label=pgettext_lazy("movement", "What"), choices=list(CHANGE_TITLES.items()))
    doses = forms.IntegerField(label=_("Doses"), min_value=0, max_value=1_000_000)
    cause = forms.ChoiceField(
        label=pgettext_lazy("stock", "Cause"), choices=[("", "–"), *CAUSE_TITLES.items()], required=False
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        what = str(said.get("what", ""))
        if what.startswith("waste") and not said.get("cause"):
            raise ValidationError({"cause": _("Say why these doses are written off.")})
        if what in ("hold", "release", "hand_back") and not said.get("reason", "").strip():
            raise ValidationError({"reason": _("Say why.")})
        return said


class DecisionForm(forms.Form):
    """A decision of whoever may take one: what, and why."""

    decision = forms.ChoiceField(label=pgettext_lazy("stock", "Decision"))
    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, choices: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["decision"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)


class SuspendForm(DecisionForm):
    def __init__(self, *args: Any, is_suspended: bool, **kwargs: Any) -> None:
        word = "resume" if is_suspended else "suspend"
        super().__init__(*args, choices=[(word, SUSPEND_TITLES[word])], **kwargs)


class SendForm(OnceForm):
    to_site = forms.ChoiceField(label=pgettext_lazy("transfer", "To"))
    codes = forms.CharField(
        label=_("Codes that are scanned out"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Packs, boxes or cartons, one a line; a box or carton stands for all that is in it."),
    )
    celsius_leaving = _celsius(_("Temperature in the box when leaving, °C"))
    carrier = forms.CharField(label=_("Carrier, vehicle"), max_length=80, required=False)
    note = forms.CharField(label=pgettext_lazy("stock", "Note"), max_length=200, required=False)

    def __init__(self, *args: Any, places: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to_site"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(places)

    def clean_codes(self) -> list[str]:
        return codes_of(self.cleaned_data["codes"])


class FridgeForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("fridge", "Name"), max_length=40)
    kind = forms.ChoiceField(label=pgettext_lazy("fridge", "Kind"), choices=list(FRIDGE_TITLES.items()))
    lowest = forms.DecimalField(label=_("Not below, °C"), initial=Decimal(2), decimal_places=1, max_digits=4)
    highest = forms.DecimalField(label=_("Not above, °C"), initial=Decimal(8), decimal_places=1, max_digits=4)
    has_logger = forms.BooleanField(label=_("It has a logger"), required=False)


class ReadingForm(forms.Form):
    celsius = forms.DecimalField(
        label=_("Temperature now, °C"),
        decimal_places=1,
        max_digits=4,
        widget=forms.NumberInput(attrs={"step": "0.1", "autocomplete": "off", "inputmode": "decimal"}),
    )
    read_at = forms.DateTimeField(
        label=_("Read off at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=_("Left empty: now."),
    )

    def clean_read_at(self) -> datetime | None:
        given: datetime | None = self.cleaned_data["read_at"]
        return given.replace(tzinfo=clock.CAMPAIGN_ZONE) if given is not None else None


class LoggerForm(forms.Form):
    file = forms.FileField(label=_("The logger's file"))

    def clean_file(self) -> bytes:
        if self.cleaned_data["file"].size > MOST_BYTES:
            raise ValidationError(_("The file is too large."))
        return bytes(self.cleaned_data["file"].read())


def codes_of(typed: str) -> list[str]:
    """A code a line. Not `splitlines`: GS1's separator, which some scanners send as it is, would end a line for that."""
    return [line.strip(" \t") for line in re.split(r"[\r\n]+", typed) if line.strip()]


def doses_by_lot(posted: QueryDict, lot_ids: Iterable[UUID], prefix: str = "doses") -> dict[UUID, int]:
    """What was typed beside each lot, in doses; lots whose field stayed empty are left out. Raises BadInput."""
    found: dict[UUID, int] = {}
    for lot_id in lot_ids:
        typed = posted.get(f"{prefix}_{lot_id}", "").strip()
        if not typed:
            continue
        if not typed.isdecimal() or len(typed) > 7:
            raise BadInput(what=_("A number of doses is a whole number."))
        found[lot_id] = int(typed)
    return found


def counted_by_lot(posted: QueryDict, lot_ids: Iterable[UUID]) -> dict[UUID, Counted]:
    """What was counted of each lot and how a difference came about. Raises BadInput."""
    found = doses_by_lot(posted, lot_ids)
    return {
        lot_id: Counted(doses, posted.get(f"because_{lot_id}", "").strip()[:200])
        for lot_id, doses in found.items()
    }
