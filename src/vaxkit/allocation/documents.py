"""Doses over sites as documents: stock, people, capacity and deliveries in; splits, forecasts and moves out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from vaxkit.allocation.delivery import Delivery, Share, Split
from vaxkit.allocation.forecast import Day, Forecast
from vaxkit.allocation.supply import Batch, Demand, SiteSupply
from vaxkit.allocation.transfers import Transfer
from vaxkit.faults import Faulty, schema_faults
from vaxkit.reading import DAY_FORM, NO_DAY, Reader
from vaxkit.ruledata.packaged import packaged_schema, packaged_text
from vaxkit.vocabulary import Text

_MOST_DAYS = 366
_UNLIMITED = 10**9


@dataclass(frozen=True)
class County:
    """What a document says. `fixed`: packs by row of `deliveries` and site; `packs`: doses by product; `names`: of sites and
    products."""

    title: str
    first: date
    last: date
    sites: tuple[SiteSupply, ...]
    deliveries: tuple[Delivery, ...]
    fixed: Mapping[int, Mapping[str, int]]
    packs: Mapping[str, int]
    km: Mapping[tuple[str, str], float]
    names: Mapping[str, str]

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def schema() -> Mapping[str, Any]:
    """The JSON Schema of a document."""
    return packaged_schema("allocation", "allocation")


def example_text() -> str:
    """The shipped document, as YAML."""
    return packaged_text("allocation/examples/county.yaml")


def read(document: Any) -> County:
    """What a document says. Raises Faulty with every fault found."""
    if faults := schema_faults(schema(), document, {DAY_FORM: NO_DAY}):
        raise Faulty(faults)
    reader = _Reader(document)
    found = reader.county()
    if reader.faults:
        raise Faulty(reader.faults)
    return found


class _Reader(Reader):
    def __init__(self, document: Mapping[str, Any]) -> None:
        super().__init__()
        self._document = document
        self._first = self.day(document["first_day"], "first_day")
        self._last = self.day(document["last_day"], "last_day")
        self._products = {row["id"]: row.get("pack", 1) for row in document["products"]}
        self._sites = {row["id"]: row for row in document["sites"]}

    def county(self) -> County:
        document = self._document
        for name in ("products", "sites"):
            self.once((row["id"] for row in document[name]), name)
        if not 0 <= (self._last - self._first).days < _MOST_DAYS:
            what = Text(
                f"应不早于 first_day，且不超过 {_MOST_DAYS} 天",
                f"must not be before first_day, {_MOST_DAYS} days at most",
            )
            self.fault("last_day", what, Text("请核对两个日期。", "Check the two days."))
        batches, demand = self._stock(), self._demand()
        deliveries = [self._delivery(nth, row) for nth, row in enumerate(document.get("deliveries", ()))]
        return County(
            document.get("title", ""), self._first, self._last,
            tuple(self._site(name, row, batches[name], demand[name]) for name, row in self._sites.items()), tuple(deliveries),
            {nth: row["fixed"] for nth, row in enumerate(document.get("deliveries", ())) if row.get("fixed")},
            self._products, self._km(),
            {row["id"]: row.get("title", row["id"]) for name in ("products", "sites") for row in document[name]},
        )  # fmt: skip

    def _site(
        self, name: str, row: Mapping[str, Any], batches: Sequence[Batch], demand: Mapping[str, Demand]
    ) -> SiteSupply:
        days = {self.day(on, f"sites.{name}.days.{on}"): doses for on, doses in row.get("days", {}).items()}
        return SiteSupply(name, tuple(batches), demand, row.get("doses_a_day", _UNLIMITED), days)

    def _stock(self) -> defaultdict[str, list[Batch]]:
        found: defaultdict[str, list[Batch]] = defaultdict(list)
        for nth, row in enumerate(self._document.get("stock", ())):
            path = f"stock.{nth}"
            arrives = self.day(row["arrives"], f"{path}.arrives") if "arrives" in row else None
            found[self._named(row, path)].append(
                Batch(row["product"], row["doses"], self.day(row["expires"], f"{path}.expires"), arrives, row.get("lot", ""))
            )  # fmt: skip
        return found

    def _demand(self) -> defaultdict[str, dict[str, Demand]]:
        later: defaultdict[tuple[str, str], defaultdict[date, int]] = defaultdict(lambda: defaultdict(int))
        first: defaultdict[tuple[str, str], defaultdict[date, int]] = defaultdict(lambda: defaultdict(int))
        for nth, row in enumerate(self._document["demand"]):
            key, on = (
                (self._named(row, f"demand.{nth}"), row["product"]),
                self.day(row["day"], f"demand.{nth}.day"),
            )
            later[key][on] += row.get("due", 0)
            first[key][on] += row.get("first", 0)
        found: defaultdict[str, dict[str, Demand]] = defaultdict(dict)
        for site, product in sorted(later):
            key = site, product
            found[site][product] = Demand(dict(later[key]), dict(first[key]))
        return found

    def _named(self, row: Mapping[str, Any], path: str) -> str:
        """The row's site, once that and its product are known."""
        self.known(row["product"], self._products, f"{path}.product")
        return self.known(row["site"], self._sites, f"{path}.site")

    def _delivery(self, nth: int, row: Mapping[str, Any]) -> Delivery:
        path = f"deliveries.{nth}"
        self.known(row["product"], self._products, f"{path}.product")
        arrives = self.day(row["arrives"], f"{path}.arrives")
        if not self._first <= arrives <= self._last:
            what = Text("不在 first_day 至 last_day 之内", "is not between first_day and last_day")
            fix = Text(
                "已到的写进 stock；更晚到的请延长 last_day。",
                "What is there belongs to stock; for what comes later put off last_day.",
            )
            self.fault(f"{path}.arrives", what, fix)
        pack = row.get("pack", self._products.get(row["product"], 1))
        fixed = row.get("fixed", {})
        for name in fixed:
            self.known(name, self._sites, f"{path}.fixed.{name}")
        if sum(fixed.values()) > row["doses"] // pack:
            what = Text(
                f"共 {sum(fixed.values())} 件，本批次只有 {row['doses'] // pack} 件",
                f"are {sum(fixed.values())} packs, the delivery has {row['doses'] // pack}",
            )
            self.fault(f"{path}.fixed", what, Text("请减少。", "Set fewer."))
        return Delivery(
            row["product"], row["doses"], pack, arrives, self.day(row["expires"], f"{path}.expires"), row.get("lot", "")
        )  # fmt: skip

    def _km(self) -> dict[tuple[str, str], float]:
        found: dict[tuple[str, str], float] = {}
        rows = self._document.get("distances_km", {})
        for giver, row in rows.items():
            self.known(giver, self._sites, f"distances_km.{giver}")
            for taker, km in row.items():
                self.known(taker, self._sites, f"distances_km.{giver}.{taker}")
                found[giver, taker] = float(km)
                if giver not in rows.get(taker, {}):
                    found[taker, giver] = float(km)
        return found


def split_document(splits: Iterable[Split]) -> list[dict[str, Any]]:
    """Splits as a document, in the order of the deliveries."""
    return [
        {
            "lot": each.delivery.lot, "product": each.delivery.product, "doses": each.delivery.doses, "pack": each.delivery.pack,
            "kept": each.kept, "shares": [_share(share) for share in each.shares],
        }
        for each in splits
    ]  # fmt: skip


def _share(share: Share) -> dict[str, Any]:
    need = share.need
    return {
        "site": share.site, "packs": share.packs, "doses": share.doses, "for_due": share.for_due,
        "needs": need.total, "needs_due": need.due, "lacks": need.lacking, "lacks_due": need.due_lacking, "can_use": need.usable,
        "covered": round(float(share.covered), 4), "limit": share.limit, "because": _both(share.because),
    }  # fmt: skip


def forecast_document(county: County, found: Forecast) -> dict[str, Any]:
    """A forecast as a document: what becomes of all doses, then a row for each site, product and day."""
    first, last = county.first, county.last
    held = [batch for site in county.sites for batch in site.batches]
    return {
        "first_day": str(first), "last_day": str(last), "doses": summed(county, found.days),
        "never_usable": sum(batch.doses for batch in held if batch.expires_on < max(first, batch.arrives_on or first)),
        "after_last_day": sum(batch.doses for batch in held if last < (batch.arrives_on or first) <= batch.expires_on),
        "days": [_day(each) for each in found.days],
    }  # fmt: skip


def summed(county: County, days: Sequence[Day]) -> dict[str, int]:
    """Doses used, expired and left, and people who wait at the end and for want of a dose."""
    end = [day for day in days if day.day == county.last]
    return {
        "used": sum(day.used for day in days), "expired": sum(day.expired for day in days), "left": sum(day.left for day in end),
        "waiting": sum(day.short_due + day.short_first for day in end), "waiting_for_a_dose": sum(day.no_dose for day in end),
    }  # fmt: skip


def _day(day: Day) -> dict[str, Any]:
    return {
        "site": day.site, "product": day.product, "day": str(day.day), "used": day.used, "waiting_due": day.short_due,
        "waiting_first": day.short_first, "waiting_for_a_dose": day.no_dose, "left": day.left, "expired": day.expired,
    }  # fmt: skip


def transfers_document(moves: Iterable[Transfer]) -> list[dict[str, Any]]:
    """Moves as a document."""
    return [
        {
            "from": move.from_site, "to": move.to_site, "product": move.product, "lot": move.lot, "doses": move.doses,
            "expires": str(move.expires_on), "saves": move.saves, "km": move.km, "because": _both(move.because),
        }
        for move in moves
    ]  # fmt: skip


def _both(words: Text) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
