"""A few people under CDC's shipped rules: what a nurse would expect to read."""

from __future__ import annotations

from datetime import date

from vaxkit.immunization import Assessment, GivenDose, Observation, Patient, assess, sentence
from vaxkit.ruledata import read_shipped_cdsi

BORN = date(2024, 3, 31)


def ask(
    *doses: tuple[str, str], on: date, born: date = BORN, seen: tuple[str, ...] = (), trail: bool = False
) -> Assessment:
    given = [GivenDose(str(place), date.fromisoformat(day), code) for place, (day, code) in enumerate(doses)]
    patient = Patient(born, "female", tuple(Observation(code) for code in seen))
    return assess(read_shipped_cdsi(), patient, given, on, trail=trail)


def test_a_newborn() -> None:
    found = ask(on=BORN).groups
    assert (found["HepB"].next_dose_number, found["HepB"].recommended_on) == (1, BORN)
    assert found["DTaP/Tdap/Td"].earliest_on == date(2024, 5, 12)  # 6 weeks
    assert found["DTaP/Tdap/Td"].recommended_on == date(2024, 5, 31)  # 2 months
    assert found["MMR"].earliest_on == date(2025, 3, 31)


def test_a_combined_vaccine_is_judged_for_each_antigen() -> None:
    found = ask(("2024-05-31", "110"), on=date(2024, 6, 1))
    judged = {verdict.antigen: verdict.status.value for verdict in found.verdicts("0")}
    assert judged == dict.fromkeys(("Diphtheria", "Tetanus", "Pertussis", "HepB", "Polio"), "valid")


def test_measles_vaccine_four_days_early_counts_and_five_does_not() -> None:
    in_time = ask(("2025-03-27", "03"), on=date(2025, 4, 1)).groups["MMR"]
    assert (in_time.next_dose_number, in_time.status_of("0")) == (2, "valid")
    early = ask(("2025-03-26", "03"), on=date(2025, 4, 1)).groups["MMR"]
    assert (early.next_dose_number, early.status_of("0")) == (1, "not_valid")
    assert early.doses[0].reasons[0].code == "age.too_young"
    assert early.earliest_on == date(2025, 4, 23)  # 28 days after the dose that did not count


def test_two_live_vaccines_need_28_days() -> None:
    found = ask(("2025-04-01", "03"), ("2025-04-20", "21"), on=date(2025, 5, 1)).groups["Varicella"]
    assert found.doses[0].reasons[0].code == "vaccine.conflict"
    assert sentence(found.doses[0].reasons[0], "zh").startswith("距2025年4月1日接种的MMR仅19天")


def test_a_pregnant_woman_gets_no_live_vaccine() -> None:
    found = ask(on=date(2025, 11, 10), born=date(1995, 1, 1), seen=("007",)).groups
    assert found["MMR"].status.value == "contraindicated"
    assert (
        sentence(found["MMR"].because[0], "en")
        == "Contraindicated: Do not vaccinate if the patient is pregnant."
    )


def test_the_trail_names_the_tables() -> None:
    trail = ask(("2024-05-31", "110"), on=date(2024, 6, 1), trail=True).trail
    tables = {step.table for step in trail if step.subject == "HepB"}
    assert tables >= {
        "Table 5-5",
        "Table 6-15",
        "Table 6-18",
        "Table 6-26",
        "Table 7-10",
        "Table 7-13",
        "Table 8-3",
        "Table 8-14",
        "Table 9-2",
    }
