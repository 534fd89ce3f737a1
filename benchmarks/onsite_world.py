"""The county of benchmarks/onsite_dose.py: sites with vials, nurses who are signed in, people who are verified and wait for the
needle. Rows are written in bulk as the actions would leave them; what is measured afterwards is the product alone.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from benchmarks.serving import Ask

ALL = "a benchmark looks at everything"
NOW = datetime(2021, 5, 19, 4, 0, tzinfo=UTC)
HOT, MANY = "hot", "many"


@dataclass(frozen=True)
class Nurse:
    username: str
    key: str
    site_id: UUID


def begin(url: str) -> None:
    """Django on this database, every table made."""
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    from yingjie.config.settings import _database

    connections["default"].settings_dict.update(_database(url) | {"OPTIONS": {}})
    call_command("migrate", verbosity=0)


class World:
    """Sites, nurses and people on the database that this process works on, whose address is `url`."""

    def __init__(self, url: str, *, people: int, nurses: int, sites: int) -> None:
        from tests.modules import campaign

        from yingjie.foundation import clock

        self.url = url
        with clock.at(NOW):
            campaign.tree()
            self.sites = [campaign.site(f"S{nth:02}") for nth in range(sites)]
            self.people = self._people(people)
            self.nurses = [self._nurse(nth) for nth in range(nurses)]

    def settled(self) -> dict[str, str]:
        """What the server needs to be this world's."""
        from benchmarks.serving import product
        from django.conf import settings

        return product(self.url, NOW.isoformat(), settings.SECRET_KEY) | {
            "YINGJIE_BENCH_KEYRING": str(settings.YINGJIE_KEYRING)
        }

    def wave(self, kind: str, per_nurse: int) -> list[list[Ask]]:
        """Everybody anew before the needle: for each nurse so many people whom she has verified, as the requests that say
        "given". HOT: all at one site, out of one lot; MANY: every nurse with a lot of her own, over all sites."""
        from tests.modules import campaign

        from yingjie.foundation import clock

        with clock.at(NOW):
            self._forget()
            lines = []
            for nth, nurse in enumerate(self.nurses):
                site_id = self.sites[0].pk if kind == HOT else self.sites[nth % len(self.sites)].pk
                number = "HOT" if kind == HOT else f"L{nth:03}"
                mine = self.people[nth * per_nurse : (nth + 1) * per_nurse]
                codes = [campaign.trace_code(nth * 100_000 + serial) for serial in range(per_nurse)]
                self._stock(site_id, number, codes)
                visits = self._visits(nurse, site_id, mine, codes, first=nth * per_nurse + 1)
                self._stands_at(nurse, site_id)
                lines.append(
                    [
                        Ask(nurse.key, f"/clinic/vaccination/{visit.pk}/", "given=1", str(visit.pk))
                        for visit in visits
                    ]
                )
            self._analyze()
        return lines

    def faults(self, acknowledged: set[str]) -> list[str]:
        """Everything that must hold after any run and any crash; empty where all is well. `acknowledged`: the visits of whose
        dose somebody was told that it is on record."""
        from django.db import connection

        from yingjie.doses.against_stock import unmatched
        from yingjie.foundation.journal.queries import verify
        from yingjie.stock.ledger import rebuilt

        questions = {
            "a dose was acknowledged and is not there": """
                SELECT count(*) FROM unnest(%s::uuid[]) AS told (id) LEFT JOIN clinic_visit v USING (id)
                LEFT JOIN doses_dose d ON d.id = v.dose_id WHERE d.id IS NULL OR v.state <> 'observed'""",
            "a person has a dose twice": """
                SELECT count(*) FROM (SELECT person_id FROM doses_dose WHERE voided_at IS NULL GROUP BY 1
                HAVING count(*) > 1) x WHERE %s::uuid[] IS NOT NULL""",
            "a visit and its dose are not both there": """
                SELECT count(*) FROM doses_dose d FULL JOIN (SELECT dose_id FROM clinic_visit WHERE dose_id IS NOT NULL) v
                ON v.dose_id = d.id WHERE (d.id IS NULL OR v.dose_id IS NULL) AND %s::uuid[] IS NOT NULL""",
            "a vial gave another number of doses than are on record from it": """
                SELECT count(*) FROM stock_vial s WHERE s.doses_given <> (SELECT count(*) FROM doses_dose d
                WHERE d.vial_code = s.code AND d.site_id = s.site_id) AND %s::uuid[] IS NOT NULL""",
            "a dose has no standing": """
                SELECT count(*) FROM doses_dose d LEFT JOIN doses_standing s USING (person_id)
                WHERE s.doses_counted IS DISTINCT FROM 1 AND %s::uuid[] IS NOT NULL""",
            "a balance is below zero": "SELECT count(*) FROM stock_balance WHERE doses < 0 AND %s::uuid[] IS NOT NULL",
        }
        found = []
        with connection.cursor() as cursor:
            for fault, question in questions.items():
                cursor.execute(question, [sorted(acknowledged)])
                (count,) = cursor.fetchone()
                if count:
                    found.append(f"{count} x {fault}")
        found += [f"{each}" for each in (*rebuilt(), *unmatched())]
        return found if verify().whole else [*found, "the journal is not whole"]

    def doses(self) -> int:
        from yingjie.doses.models import Dose

        return Dose.objects.unscoped(ALL).count()

    def _people(self, n: int) -> list[UUID]:
        from tests.modules import campaign

        from yingjie.people.models import Person

        rows = [
            Person(
                id=uuid4(), area_id=campaign.VILLAGE, name="甲", pinyin="jia", sex="male", birth_on=date(1950, 1, 1 + nth % 28),
                registered_on=date(2021, 1, 1), source="benchmark",
            )
            for nth in range(n)
        ]  # fmt: skip
        Person.objects.unscoped(ALL).bulk_create(rows, batch_size=5000)
        return [row.pk for row in rows]

    def _nurse(self, nth: int) -> Nurse:
        """A vaccinator with her certificate, her second factor and a session of today."""
        from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
        from tests.modules import campaign

        from yingjie.foundation.access.models import Grant, User

        name = f"nurse{nth:04}"
        user = User.objects.create(username=name, display_name=name, created_at=NOW)
        Grant.objects.create(
            user=user,
            role="vaccinator",
            area_code=campaign.TOWN,
            from_on=date(2021, 1, 1),
            granted_by="benchmark",
        )
        TOTP.activate(user, generate_totp_secret())
        campaign.certified(name)
        return Nurse(name, uuid4().hex, self.sites[0].pk)

    def _stands_at(self, nurse: Nurse, site_id: UUID) -> None:
        """Her session: signed in this morning, this site chosen."""
        from django.contrib.sessions.backends.db import SessionStore
        from django.contrib.sessions.models import Session

        from yingjie.foundation.access.models import User

        user = User.objects.get(username=nurse.username)
        said = {
            "_auth_user_id": str(user.pk),
            "_auth_user_backend": "allauth.account.auth_backends.AuthenticationBackend",
            "_auth_user_hash": user.get_session_auth_hash(),
            "signed_in_at": NOW.timestamp(),
            "station_site": str(site_id),
            "station_day": "2021-05-19",
        }
        Session.objects.update_or_create(
            session_key=nurse.key,
            defaults={
                "expire_date": datetime(2100, 1, 1, tzinfo=UTC),
                "session_data": SessionStore().encode(said),
            },
        )

    def _stock(self, site_id: UUID, number: str, codes: Sequence[str]) -> None:
        from tests.modules import campaign

        from yingjie.stock.models import Balance, Lot, Movement, Vial

        lot, _made = Lot.objects.get_or_create(
            product_id=campaign.BIBP, number=number, defaults={"expires_on": campaign.EXPIRY}
        )
        balance, _made = Balance.objects.unscoped(ALL).get_or_create(site_id=site_id, lot=lot, state="usable")
        balance.doses += len(codes)
        balance.save()
        Movement.objects.unscoped(ALL).create(
            site_id=site_id,
            lot=lot,
            kind="received",
            state="usable",
            doses=len(codes),
            on=NOW.date(),
            at=NOW,
            by="benchmark",
        )
        Vial.objects.unscoped(ALL).bulk_create(
            [Vial(site_id=site_id, lot=lot, code=code, doses=1) for code in codes], batch_size=2000
        )

    def _visits(
        self, nurse: Nurse, site_id: UUID, people: Sequence[UUID], codes: Sequence[str], *, first: int
    ) -> list[Any]:
        from tests.modules import campaign

        from yingjie.clinic.models import Visit
        from yingjie.clinic.workflow import CHECKS

        steps = ("check_in", "register", "consent", "screen", "verify")
        trail = [
            {"step": step, "at": NOW.isoformat(), "by": nurse.username, "title": nurse.username}
            for step in steps
        ]
        visits = [
            Visit(
                person_id=person_id, site_id=site_id, on=NOW.date(), number=first + nth, state="verified", state_since=NOW,
                trail=trail, temperature="36.5", health_status="green", document="typed", registered_at=NOW,
                registered_by="desk", product_code=campaign.BIBP, checks=dict.fromkeys(CHECKS, True), vial_code=codes[nth],
                body_side="left", verified_at=NOW, verified_by=nurse.username,
            )
            for nth, person_id in enumerate(people)
        ]  # fmt: skip
        Visit.objects.unscoped(ALL).bulk_create(visits, batch_size=2000)
        return visits

    def _forget(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "TRUNCATE clinic_visit, doses_dose, doses_standing, stock_vial, stock_balance, stock_movement CASCADE"
            )

    def _analyze(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            for table in ("clinic_visit", "stock_vial", "doses_dose", "people_person"):
                cursor.execute(f"ANALYZE {table}")


def settle(seconds: float = 1.0) -> None:
    """Wait until what came before has been written."""
    time.sleep(seconds)
