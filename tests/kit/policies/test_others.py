"""Policies that have nothing to do with the campaign, written as the how-to says: each answers by its own rules, alone and
beside the campaign's. Expected days are counted by hand."""

from __future__ import annotations

import shutil
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from vaxkit.immunization import Advice, GivenDose, Observation, Patient, PolicySet, advise, sentence
from vaxkit.immunization.batch import assess_batch, row_of
from vaxkit.immunization.batch_limits import uncovered
from vaxkit.immunization.batch_people import columns_of
from vaxkit.immunization.batch_tables import tables_of
from vaxkit.ruledata.policies import policies_in_force
from vaxkit.ruledata.policies.comparing import differing

HERE = Path(__file__).parent / "others"
D = date


@cache
def rules(name: str, on: date) -> PolicySet:
    folder = Path(str(HERE))
    if name == "all":
        return policies_in_force(on, folder)
    return policies_in_force(on, _Only(name), shipped=False)  # type: ignore[arg-type]  # all that is asked of a folder


class _Only:
    """A folder with one of the files."""

    def __init__(self, name: str) -> None:
        self.file = HERE / f"{name}.yaml"

    def iterdir(self) -> list[Path]:
        return [self.file]


def ask(
    name: str,
    group: str,
    on: date,
    born: date,
    *doses: tuple[date, str],
    sex: str = "female",
    seen: tuple[Observation, ...] = (),
    others: tuple[tuple[date, str], ...] = (),
) -> Advice:
    """The same answer alone, with everything else in force, and in the batch."""
    patient = Patient(born, sex, seen)
    given = [GivenDose(f"{nth:02}", day, code) for nth, (day, code) in enumerate(doses)]
    beside = [GivenDose(f"9{nth}", day, code) for nth, (day, code) in enumerate(others)]
    found = advise(rules(name, on), patient, given, on, group=group, others=beside)
    whole = advise(rules("all", on), patient, given, on, group=group, others=beside)
    assert (whole.status, whole.earliest_on, whole.products, whole.doses) == (
        found.status, found.earliest_on, found.products, found.doses,
    )  # fmt: skip
    if not beside:
        tables = tables_of(rules(name, on), on, group)
        answer = assess_batch(rules(name, on), columns_of(tables, [(patient, given)]), on, group)
        assert [int(getattr(answer, column)[0]) for column in ("status", "counted", "next_number")] == row_of(
            tables, found
        )[:3]
    return found


def test_measles_at_twelve_months_less_four_days_and_four_weeks_after_another_live_vaccine() -> None:
    born = D(2022, 1, 10)
    early = ask("mmr", "MMR", D(2023, 2, 5), born, (D(2023, 1, 5), "MMR"))
    assert (early.doses_counted, early.next_dose_number, early.earliest_on) == (0, 1, D(2023, 2, 2))
    counted = ask("mmr", "MMR", D(2023, 2, 20), born, (D(2023, 1, 6), "MMR"))
    assert (counted.doses_counted, counted.next_dose_number) == (1, 2)
    assert (counted.earliest_on, counted.recommended_on) == (D(2023, 2, 10), D(2026, 1, 10))
    # Varicella on 3 March: a measles dose on day 27 does not count, on day 28 it does; the day before nothing stands in the way.
    for day, counts in (
        (D(2023, 3, 3), 1),
        (D(2023, 3, 4), 0),
        (D(2023, 3, 26), 0),
        (D(2023, 3, 27), 1),
        (D(2023, 3, 31), 1),
    ):
        told = ask("mmr", "MMR", D(2023, 4, 20), born, (day, "MMR"), others=((D(2023, 3, 3), "VAR"),))
        assert told.doses_counted == counts, day
    waiting = ask("mmr", "MMR", D(2023, 3, 10), born, others=((D(2023, 3, 3), "YF"),))
    assert (waiting.status, waiting.earliest_on) == ("not_yet_due", D(2023, 3, 31))
    assert any("黄热病疫苗" in sentence(row, "zh") or "YF" in sentence(row, "zh") for row in waiting.because)


def test_measles_immunity_and_pregnancy() -> None:
    on = D(2024, 5, 1)
    proved = ask("mmr", "MMR", on, D(1990, 1, 1), seen=(Observation("measles-proved"),))
    assert (proved.status, proved.next_dose_number) == ("overdue", 1)  # mumps and rubella are still needed
    pregnant = ask("mmr", "Varicella", on, D(1990, 1, 1), seen=(Observation("pregnancy"),))
    assert pregnant.status == "contraindicated"


@pytest.mark.parametrize(
    ("born", "days", "status", "number", "earliest"),
    [
        (D(2010, 6, 1), (), "due", 1, D(2019, 6, 1)),
        (D(2008, 6, 1), (), "overdue", 1, D(2017, 6, 1)),  # past 15 years
        (
            D(2010, 6, 1),
            (D(2023, 1, 10),),
            "due",
            2,
            D(2023, 6, 10),
        ),  # begun at 12: 5 months, the third is not needed
        (D(2010, 6, 1), (D(2023, 1, 10), D(2023, 6, 6)), "complete", None, None),  # 5 months less 4 days
        (
            D(2010, 6, 1),
            (D(2023, 1, 10), D(2023, 6, 5)),
            "due",
            3,
            D(2023, 8, 28),
        ),  # a day less: as the second of three
        (D(2000, 6, 1), (D(2023, 1, 10), D(2023, 6, 10)), "due", 3, D(2023, 9, 2)),  # begun at 22
        (D(1977, 9, 15), (), "not_yet_due", None, None),  # 46 on the day asked for
    ],
)
def test_hpv_by_the_age_at_the_first_dose(
    born: date, days: tuple[date, ...], status: str, number: int | None, earliest: date | None
) -> None:
    told = ask("hpv", "HPV", D(2023, 9, 15), born, *((day, "HPV9") for day in days))
    assert (told.status, told.next_dose_number, told.earliest_on) == (status, number, earliest)


def test_hpv_concerns_no_boys_and_says_so() -> None:
    told = ask("hpv", "HPV", D(2023, 9, 15), D(2010, 1, 1), sex="male")
    assert (told.status, told.next_dose_number, [row.code for row in told.because]) == (
        "not_yet_due",
        None,
        ["series.none"],
    )
    assert sentence(told.because[0], "zh") == "没有适用于此人的接种程序。"
    girl = ask("hpv", "HPV", D(2023, 9, 15), D(2016, 1, 1))
    assert (girl.status, girl.earliest_on, girl.products) == ("not_yet_due", D(2025, 1, 1), ("HPV2", "HPV9"))
    rule = rules("hpv", D(2023, 9, 15))
    assert rule.stage_titles["catch-up"].zh == "补种"


def test_hepatitis_b_routine_risk_and_immunity() -> None:
    on = D(2024, 3, 1)
    child = ask("hepb", "HepB", on, D(2023, 6, 1), (D(2023, 6, 1), "HEPB-10"), (D(2023, 7, 3), "HEPB-10"))
    assert (child.series, child.next_dose_number, child.earliest_on) == (
        "routine",
        3,
        D(2023, 11, 16),
    )  # 24 weeks
    short = ask(
        "hepb",
        "HepB",
        on,
        D(2023, 1, 1),
        (D(2023, 6, 1), "HEPB-10"),
        (D(2023, 7, 1), "HEPB-10"),
        (D(2023, 8, 24), "HEPB-10"),
    )
    assert short.status == "complete"  # 12 weeks from dose 1 are allowed
    patient = ask("hepb", "HepB", on, D(1980, 1, 1), seen=(Observation("dialysis"),))
    assert (patient.series, patient.status, patient.products) == ("at-risk", "due", ("HEPB-20",))
    exposed = Observation("exposure", D(2024, 2, 20))
    at_risk = ask("hepb", "HepB", on, D(1980, 1, 1), seen=(exposed,))
    assert (at_risk.earliest_on, at_risk.past_due_on, at_risk.status) == (
        D(2024, 2, 20),
        D(2024, 2, 26),
        "overdue",
    )
    before = ask("hepb", "HepB", on, D(1980, 1, 1), (D(2024, 2, 1), "HEPB-20"), seen=(exposed,))
    assert (before.series, before.doses[0].series, before.earliest_on) == (
        "at-risk",
        "routine",
        D(2024, 2, 20),
    )
    immune = ask("hepb", "HepB", on, D(1980, 1, 1), seen=(Observation("antibodies"), exposed))
    assert (immune.status, immune.because[0].code) == ("not_yet_due", "immune.observation")
    allergic = ask("hepb", "HepB", on, D(1980, 1, 1), seen=(Observation("yeast-allergy"), exposed))
    assert allergic.status == "contraindicated"
    young = ask("hepb", "HepB", on, D(2023, 12, 1), seen=(Observation("yeast-allergy"),))
    assert (young.status, young.products) == ("contraindicated", ())


def test_a_gap_holds_from_both_sides_and_where_it_is_none_nobody_waits(tmp_path: Path) -> None:
    """The campaign's gap to influenza vaccines, asked about by an influenza policy that takes the names of the gap: on the same
    day from 18 years, 15 days apart below; and another vaccine, which nobody named, 15 days apart."""
    text = (HERE / "influenza.yaml").read_text(encoding="utf-8")
    for name, code in (("named", "INFLUENZA-INACTIVATED"), ("own", "FLU-OWN")):
        (tmp_path / name).mkdir()
        renamed = (
            text.replace("FLU-LIVE", "INFLUENZA-LIVE-NASAL")
            .replace("FLU,", f"{code},")
            .replace("[FLU]", f"[{code}]")
        )
        (tmp_path / name / "influenza.yaml").write_text(renamed, encoding="utf-8")
    on, covid = D(2023, 10, 16), [GivenDose("c", D(2023, 10, 10), "BIBP-COVID19")]

    def flu(name: str, born: date) -> Advice:
        return advise(
            policies_in_force(on, tmp_path / name), Patient(born), [], on, others=covid, group="Influenza"
        )

    adult, child = D(1980, 1, 1), D(2012, 1, 1)
    assert (flu("named", adult).status, flu("named", adult).earliest_on) == ("due", D(2023, 8, 1))
    assert "gap.wait" not in {row.code for row in flu("named", adult).because}
    assert (flu("named", child).status, flu("named", child).earliest_on) == ("not_yet_due", D(2023, 10, 25))
    assert flu("own", adult).earliest_on == D(2023, 10, 25)
    both = policies_in_force(on, tmp_path / "named")
    given = [GivenDose("f", on, "INFLUENZA-INACTIVATED")]
    assert advise(both, Patient(adult), [], on, others=given, group="COVID-19").status == "due"
    assert advise(both, Patient(child), [], on, others=given, group="COVID-19").earliest_on == D(2023, 10, 31)
    beside = advise(both, Patient(child), covid, on, others=given, group="COVID-19")
    assert [row.code for row in beside.remarks["c"]] == ["gap.too_close"]


def test_influenza_in_its_season() -> None:
    toddler, adult = D(2022, 1, 1), D(1980, 1, 1)
    summer = ask("influenza", "Influenza", D(2023, 7, 15), toddler)
    assert (summer.status, summer.earliest_on) == ("not_yet_due", D(2023, 8, 1))
    first = ask("influenza", "Influenza", D(2023, 10, 20), toddler, (D(2023, 10, 1), "FLU"))
    assert (first.status, first.next_dose_number, first.earliest_on) == ("not_yet_due", 2, D(2023, 10, 29))
    known = ask(
        "influenza",
        "Influenza",
        D(2023, 10, 20),
        D(2019, 1, 1),
        (D(2021, 10, 1), "FLU"),
        (D(2021, 11, 1), "FLU"),
    )
    assert (known.status, known.products) == ("due", ("FLU", "FLU-LIVE"))
    assert ask("influenza", "Influenza", D(2023, 10, 20), adult).products == ("FLU",)
    assert ask("influenza", "Influenza", D(2023, 10, 20), adult, (D(2023, 9, 1), "FLU")).status == "complete"
    child, days = D(2018, 10, 10), (D(2021, 10, 1), D(2022, 10, 1), D(2023, 10, 1), D(2023, 10, 29))
    for given, status in (
        (days[2:3], "due"),  # the first season: two doses
        (days[2:], "complete"),
        (days[1:3], "due"),  # one dose before is not two
        (days[:2], "due"),
        (days[:3], "complete"),
    ):
        told = ask("influenza", "Influenza", D(2023, 10, 29), child, *((day, "FLU") for day in given))
        assert told.status == status, given
    feverish = ask(
        "influenza", "Influenza", D(2023, 10, 20), adult, seen=(Observation("fever", D(2023, 10, 18)),)
    )
    assert (feverish.status, feverish.review_on) == ("deferred", D(2023, 10, 25))
    no_eggs = ask(
        "influenza", "Influenza", D(2023, 10, 20), D(2019, 1, 1), seen=(Observation("egg-allergy"),)
    )
    assert no_eggs.products == ("FLU",)


def test_a_later_booster_of_the_campaign_stays_in_the_batch_beside_all_others(tmp_path: Path) -> None:
    on = D(2026, 9, 15)
    everything = rules("all", on)
    assert list(everything.groups)[-1:] != [] and {"MMR", "HPV", "HepB", "Influenza", "COVID-19"} <= set(
        everything.groups
    )
    assert uncovered(everything, "COVID-19") == ()
    shutil.copy(HERE / "covid-2026.yaml", tmp_path)
    alone = policies_in_force(on, tmp_path)
    doses = [
        GivenDose(f"{nth:02}", day, code)
        for nth, (day, code) in enumerate(
            [
                (D(2021, 6, 1), "BIBP-COVID19"),
                (D(2021, 6, 22), "BIBP-COVID19"),
                (D(2022, 1, 1), "BIBP-COVID19"),
                (D(2023, 1, 10), "ZHIFEI-CHO"),
            ]
        )
    ]
    told = advise(everything, Patient(D(1950, 1, 1)), doses, on)
    assert told == advise(alone, Patient(D(1950, 1, 1)), doses, on)
    assert everything.stage_titles["autumn-2026"].en == "Autumn 2026 dose"


def test_rows_for_stages_stay_with_the_diseases_of_their_policy() -> None:
    """The campaign's rules for its primary course say nothing about the primary course of another disease."""
    on = D(2026, 9, 15)
    for name in ("hpv", "mmr", "hepb", "influenza"):
        alone, beside = rules(name, on), rules("all", on)
        for antigen in alone.antigens:
            assert differing(beside, alone, f"antigens/{antigen}") == ()
    infected = (Observation("infection", D(2023, 9, 1)),)
    told = ask("hpv", "HPV", D(2023, 9, 15), D(2010, 6, 1), seen=infected)
    assert (told.status, told.earliest_on) == ("due", D(2019, 6, 1))


def test_the_campaigns_gap_stands_between_it_and_others_not_among_others() -> None:
    on, born = D(2023, 9, 15), D(2010, 6, 1)
    everything = rules("all", on)

    def earliest(group: str, other: str, day: date) -> date | None:
        return advise(
            everything, Patient(born, "female"), (), on, group=group, others=[GivenDose("x", day, other)]
        ).earliest_on

    assert earliest("HPV", "BIBP-COVID19", D(2023, 9, 10)) == D(
        2023, 9, 25
    )  # more than 14 days after a campaign dose
    assert earliest("HPV", "HEPB-10", D(2023, 9, 10)) == D(2019, 6, 1)
    assert earliest("COVID-19", "HPV9", D(2023, 9, 10)) == D(2023, 9, 25)
