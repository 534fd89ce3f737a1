"""A small world with two townships, for asking every address as every role: one row of each kind on either side."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import mkdtemp
from uuid import UUID, uuid4

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from tests.modules import campaign, visits

from vaxkit.coverage.balance import REGISTERED
from vaxkit.coverage.closing import Term
from vaxkit.exercise import script_text
from yingjie.areas import unit_actions
from yingjie.areas.models import Area
from yingjie.bookings import list_actions, session_actions
from yingjie.bookings import ticket_actions as bookings
from yingjie.bookings.models import BookingList, Session
from yingjie.campaigns import actions as campaigns
from yingjie.clinic import actions as clinic
from yingjie.doses import claims as dose_claims
from yingjie.doses.claims import HandedIn, Told
from yingjie.foundation import clock
from yingjie.foundation.access.models import Grant, User
from yingjie.foundation.access.roles import ROLES
from yingjie.foundation.jobs.models import Job
from yingjie.outreach import actions as outreach
from yingjie.outreach import (
    allotments,
    appointing,
    check_actions,
    complaint_actions,
    contacts,
    doorstep_actions,
    plan_actions,
    unvaccinated_actions,
    watch_actions,
    written_actions,
)
from yingjie.outreach.models import Watch, WrittenComplaint
from yingjie.oversight import actions as oversight
from yingjie.oversight import card_actions, meeting_actions, score_actions
from yingjie.oversight.balance_actions import report_figures
from yingjie.people import actions as people
from yingjie.people.imports import commit_import, propose_import
from yingjie.people.models import Doubt
from yingjie.plans import exercise_actions, script_actions
from yingjie.plans.models import Board, CampaignRun, Placed, Proposal, Scenario, SupplyPlan
from yingjie.reminders.models import Reminder
from yingjie.sites import (
    drill_actions,
    readiness_actions,
    roster_actions,
    roster_queries,
    standards,
    swap_actions,
    team_actions,
)
from yingjie.sites.models import Site
from yingjie.sites.queries import may_open_session
from yingjie.sites.readiness_actions import Answer
from yingjie.staff import actions as staff
from yingjie.staff import training_actions
from yingjie.stock import cold_chain, fridges, transfers
from yingjie.stock.models import Excursion, Lot, Receipt
from yingjie.vaccines.models import PolicyVersion

OWN_TOWN, FOREIGN_TOWN = campaign.TOWN, "110117002"
FOREIGN_VILLAGE = "110117002001"


@dataclass(frozen=True)
class Side:
    """What an address may be about, on one side of the boundary: parameter name of a route → value."""

    values: dict[str, object]


def build() -> tuple[Side, Side]:
    """(the own township, a foreign one)."""
    campaign.tree()
    Area.objects.create(code=FOREIGN_TOWN, name="兴谷街道", level="town", parent_id="110117", pinyin="xinggu")
    Area.objects.create(
        code=FOREIGN_VILLAGE, name="丙村", level="village", parent_id=FOREIGN_TOWN, pinyin="bing"
    )
    with clock.at(campaign.NOON):
        return _side(OWN_TOWN, campaign.VILLAGE, 1), _side(FOREIGN_TOWN, FOREIGN_VILLAGE, 101)


def _side(town: str, village: str, serial: int) -> Side:
    site = campaign.site(f"S{town}", area_code=town)
    lot = campaign.lot(site, number=f"L{serial}", first=serial * 100)
    person = campaign.person(serial, area=village)
    given = visits.vaccinated(site.pk, person.pk, campaign.trace_code(serial * 100))
    other = campaign.person(serial + 2, area=village)
    waiting = visits.ready(site.pk, other.pk)
    asked = clinic.ask_override(
        by=campaign.maker, visit_id=waiting.pk, code="clinic.other_product", vial_code=campaign.trace_code(serial * 100 + 1),
        reason="a test",
    )  # fmt: skip
    outreach.record_attempt(by=campaign.maker, person_id=person.pk, outcome="thinking")
    first_on = campaign.TODAY - timedelta(days=2)
    oversight.issue(by=campaign.maker, area_code=town, on=first_on)
    issued = oversight.issue(by=campaign.maker, area_code=town, on=campaign.TODAY - timedelta(days=1))
    sheet = score_actions.settle(by=campaign.maker, area_code=town, from_on=first_on, until_on=issued.on)
    roster = propose_import(by=campaign.maker, area_code=town, path=_roster(serial), file_name="roster.csv")
    holder = user_with("grid_worker", town, f"holder-{town}")
    unit = unit_actions.open_unit(by=campaign.maker, area_code=village, name="甲厂", kind="factory")
    plan = plan_actions.open_plan(by=campaign.maker, person_id=other.pk)
    pushed = check_actions.import_list(
        by=campaign.maker,
        area_code=town,
        path=_roster(serial),
        file_name="pushed.csv",
        title="t",
        due_at=campaign.NOON,
    )
    told = Told(campaign.BIBP, 1, campaign.TODAY - timedelta(days=60), "浙江省杭州市")
    proofs = [
        HandedIn("card.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n" + str(serial).encode())
    ]
    claim = dose_claims.claim(by=campaign.maker, person_id=other.pk, told=told, handed_in=proofs)
    proof = claim.proofs.unscoped("of the world just made").get()
    view = unvaccinated_actions.save_view(by=campaign.maker, of_list="unvaccinated", title=town, query="")
    session, ticket, standby, listed = _appointments(site, village, serial)
    gap = people.open_gap(by=campaign.maker, area_code=village, kind="empty_home", address="一区 9 号")
    return Side(
        _staffed(site, town)
        | {
            "code": town,
            "gap_id": gap.pk,
            "session_id": session.pk,
            "ticket_id": ticket.pk,
            "standby_id": standby.pk,
            "booking_list_id": listed.pk,
            "step": "call",
            "area_code": town,
            "person_id": person.pk,
            "site_id": site.pk,
            "visit_id": waiting.pk,
            "dose_id": given.dose_id,
            "override_id": asked.pk,
            "import_id": roster.pk,
            "doubt_id": _doubt(town, village),
            "draft_id": uuid4(),  # a draft is its owner's alone, whatever their role
            "unit_id": unit.pk,
            "plan_id": plan.pk,
            "list_id": pushed.pk,
            "item_id": pushed.items.unscoped("of the world just made").first().pk,
            "view_id": view.pk,
            "term": "to_do",
            "on": issued.on,
            "day": issued.on,
            "kind": "xlsx",
            "user_id": holder.pk,
            "grant_id": Grant.objects.get(user=holder).pk,
            "job_id": job_of(f"holder-{town}"),
            "lot_id": lot.pk,
            **_stock(site, lot, serial),
            **_reminded(site, town),
            "site_code": site.code,
            "claim_id": claim.pk,
            "proof_id": proof.pk,
            **_drive(town, village),
            **_planned(site, other.pk, town, village),
            "sheet_id": sheet.pk,
            "rule": "round-counts",
            "key": _round_count(village),
            "query_id": uuid4(),  # a kept question is its owner's alone, whatever their role
            **_mobilised(town, village, other.pk),
            "version_id": PolicyVersion.objects.order_by("from_on").first().pk,
        }
    )


def _round_count(village: str) -> UUID:
    """A count by hand in which every figure ends in 0: a signal that can be opened."""
    figures = dict.fromkeys(
        (REGISTERED, "done_1", "done_2", *(term.value for term in Term if term is not Term.DONE)), 40
    )
    return report_figures(by=campaign.maker, area_code=village, on=campaign.TODAY, figures=figures).pk


def _mobilised(town: str, village: str, person_id: UUID) -> dict[str, object]:
    """An officer, a proposal for the township, a vaccination at home asked for, a call for contacts, a complaint, a watch."""
    by = campaign.maker
    officer = appointing.appoint(by=by, area_code=village, name="包保人")
    proposal = allotments.propose(by=by, area_code=town)
    home = doorstep_actions.ask_home(by=by, person_id=person_id, because="other")
    call = contacts.ask(by=by, area_code=town, title="t", due_at=campaign.NOON + timedelta(hours=5))
    complaint = complaint_actions.take(by=by, person_id=person_id, about="other", how="letter", text="t")
    receipt = written_actions.write(area_code=town, about="other", text="t", address="127.0.0.1")
    watch_actions.begin([person_id])
    return {
        "officer_id": officer.pk,
        "allotment_id": proposal.pk,
        "request_id": home.pk,
        "call_id": call.pk,
        "complaint_id": complaint.pk,
        "written_id": WrittenComplaint.objects.unscoped("of the world just made").get(receipt=receipt).pk,
        "watch_id": Watch.objects.unscoped("of the world just made").get(person_id=person_id).pk,
        "contact_id": call.contacts.unscoped("of the world just made").first().pk,
    }


def _reminded(site: Site, town: str) -> dict[str, object]:
    """A reminder that is being sent, and an emergency drill."""
    reminder = Reminder.objects.create(
        occasion="due", area_id=town, on=campaign.TODAY, text="t", state="sending", made_by="t",
        made_at=campaign.NOON, started_at=campaign.NOON,
    )  # fmt: skip
    drill = drill_actions.hold_drill(
        by=campaign.maker, site_id=site.pk, on=campaign.TODAY, scenario="fire", led_by="甲", people=["乙"], seconds={},
        finding="t",
    )  # fmt: skip
    return {"reminder_id": reminder.pk, "drill_id": drill.pk}


def _stock(site: Site, lot: Lot, serial: int) -> dict[str, object]:
    """How the lot came, a van on its way to the site, and a fridge that was too warm for another lot."""
    store = campaign.site(f"T{serial}", kind="store", area_code=site.area_id)
    other = campaign.lot(store, number=f"T{serial}", first=serial * 100 + 50)
    sent = transfers.send(by=campaign.maker, site_id=store.pk, to_site_id=site.pk, doses={other.pk: 1})
    harmed = campaign.lot(site, number=f"W{serial}", first=serial * 100 + 70)
    cold, warm = (
        fridges.add(by=campaign.maker, site_id=site.pk, name=name) for name in ("1号冰箱", "2号冰箱")
    )
    for fridge, inside in ((cold, lot), (warm, harmed)):
        fridges.put_into(by=campaign.maker, site_id=site.pk, fridge_id=fridge.pk, lot_id=inside.pk)
    cold_chain.write_reading(by=campaign.maker, site_id=site.pk, fridge_id=warm.pk, celsius=Decimal(11))
    why = "of the world just made"
    return {
        "receipt_id": Receipt.objects.unscoped(why).get(lot=lot).pk,
        "transfer_id": sent.pk,
        "fridge_id": warm.pk,
        "excursion_id": Excursion.objects.unscoped(why).get(fridge=warm).pk,
    }


def _appointments(
    site: Site, village: str, serial: int
) -> tuple[Session, bookings.Ticket, bookings.Standby, BookingList]:
    """An afternoon's session with a ticket, somebody who stands by, and a village's list."""
    if may_open_session(campaign.maker, site.pk) is not None:
        campaign.make_ready(site)
    begin = campaign.NOON + timedelta(hours=1)
    session = session_actions.open_session(
        by=campaign.maker, site_id=site.pk, from_at=begin, until_at=begin + timedelta(hours=2), products=[campaign.BIBP], seats=2
    )  # fmt: skip
    first, second = (campaign.person(serial + nth, area=village) for nth in (10, 12))
    ticket = bookings.give_ticket(by=campaign.maker, site_id=site.pk, person_id=first.pk)
    standby = bookings.stand_by(by=campaign.maker, site_id=site.pk, person_id=second.pk)
    listed = list_actions.hand_in_people(
        by=campaign.maker, session_id=session.pk, area_code=village, person_ids=[second.pk], title="t"
    )
    return session, ticket, standby, listed


def _drive(town: str, village: str) -> dict[str, UUID]:
    """A campaign of the township with issued targets, and a card that its village has to answer."""
    day = campaign.TODAY
    made = campaigns.plan(
        by=campaign.maker, title="t", area_code=town, starts_on=day, ends_on=day + timedelta(days=30)
    )
    phase = campaigns.add_phase(by=campaign.maker, campaign_id=made.pk, title="t", dose=1, from_on=day)
    milestone = campaigns.set_milestone(by=campaign.maker, phase_id=phase.pk, on=day, share=Decimal("0.9"))
    campaigns.decompose(by=campaign.maker, milestone_id=milestone.pk)
    campaigns.issue(by=campaign.maker, milestone_id=milestone.pk)
    card = card_actions.raise_by_hand(
        by=campaign.maker, raised_by=town, area_code=village, kind="order", because="t", reply_due_on=day
    )
    meeting = meeting_actions.arrange(
        by=campaign.maker, card_id=card.pk, at=campaign.NOON + timedelta(days=1), place="t", invited="t"
    )
    return {
        "campaign_id": made.pk,
        "phase_id": phase.pk,
        "milestone_id": milestone.pk,
        "card_id": card.pk,
        "meeting_id": meeting.pk,
    }


def _staffed(site: Site, town: str) -> dict[str, object]:
    """A member with a certificate, a training, a finding, and a roster with one duty that somebody asked to swap."""
    first, second = (
        staff.enrol(
            by=campaign.maker, area_code=town, name=name, roles=["registrar"], joined_on=date(2021, 1, 1)
        )
        for name in ("甲", "乙")
    )
    certificate = staff.certify(
        by=campaign.maker,
        member_id=first.pk,
        kind="vaccination",
        number=f"C{town}",
        valid_from=date(2021, 1, 1),
    )
    training = training_actions.open_training(
        by=campaign.maker, area_code=town, title="t", held_on=campaign.TODAY
    )
    for member in (first, second):
        team_actions.join(by=campaign.maker, site_id=site.pk, member_id=member.pk)
    team_actions.set_shifts(by=campaign.maker, site_id=site.pk, pattern="daytime")
    needs = {(row.shift_id, row.role): [0] * 7 for row in roster_queries.needs(campaign.maker, site.pk)}
    shift = roster_queries.shifts(campaign.maker, site.pk)[0].id
    team_actions.set_needs(by=campaign.maker, site_id=site.pk, given=needs | {(shift, "registrar"): [1] * 7})
    on = campaign.TODAY + timedelta(days=1)
    roster = roster_actions.build(by=campaign.maker, site_id=site.pk, first_on=on, last_on=on)
    duty = roster_queries.duties(campaign.maker, roster.pk)[0]
    other = second if duty.member_id == first.pk else first
    swap = swap_actions.ask_swap(by=campaign.maker, duty_id=duty.id, to_member_id=other.pk)
    answers = {item.code: Answer("fault", "x") for item in standards.items_for(site.kind) if not item.told}
    made = readiness_actions.inspect(by=campaign.maker, site_id=site.pk, answers=answers)
    finding = made.findings.unscoped("of the world just made").first()
    return {
        "member_id": first.pk,
        "certificate_id": certificate.pk,
        "training_id": training.pk,
        "roster_id": roster.pk,
        "duty_id": duty.id,
        "swap_id": swap.pk,
        "finding_id": finding.pk,
        "what": "in",
        "step": "agree",
        "which": "found",
    }


def _planned(site: Site, person_id: UUID, town: str, village: str) -> dict[str, object]:
    """A planned day, a proposal with somebody in it, doses over sites, the campaign, an exercise."""
    on = campaign.TODAY + timedelta(days=1)
    day = Scenario.objects.create(
        site=site, on=on, title="t", document=PLANNED_DAY, made_by="test", made_at=campaign.NOON
    )
    proposal = Proposal.objects.create(
        area_id=town, title="t", first_on=on, last_on=on, state="ready", made_by="test", made_at=campaign.NOON,
        told={"people": 1, "placed": 0, "left": 1, "gap": 0.0},
    )  # fmt: skip
    placed = Placed.objects.create(
        person_id=person_id, proposal_id=proposal.pk, number=1, village_code=village, earliest_on=on, latest_on=on,
        due_on=on, products=[],
    )  # fmt: skip
    supply = SupplyPlan.objects.create(
        area_id=town, first_on=on, days=14, made_by="test", made_at=campaign.NOON
    )
    run = CampaignRun.objects.create(
        area_id=town, title="t", document={}, made_by="test", made_at=campaign.NOON
    )
    exercise = exercise_actions.prepare(by=campaign.maker, area_code=town, script="vaccine_late")
    board = Board.objects.create(
        area_id=town, title="t", first_on=on, days=1, facts=EMPTY_BOARD, made_by="test", made_at=campaign.NOON
    )
    script = script_actions.bring(by=campaign.maker, area_code=town, data=script_text("site_closed").encode())
    return {
        "board_id": board.pk,
        "script_id": script.pk,
        "name": "site_closed",
        "scenario_id": day.pk,
        "proposal_id": proposal.pk,
        "placed_id": placed.pk,
        "supply_plan_id": supply.pk,
        "run_id": run.pk,
        "exercise_id": exercise.pk,
        "role": "store",
    }


def _doubt(town: str, village: str) -> UUID:
    """A question of the review queue: a line without a number."""
    path = Path(mkdtemp()) / "doubtful.csv"
    path.write_text(f"姓名,出生日期,性别,村\n李大同,1960-02-02,男,{village}\n", "utf-8")
    made = propose_import(by=campaign.maker, area_code=town, path=path, file_name="doubtful.csv")
    commit_import(by=campaign.maker, import_id=made.pk)
    return Doubt.objects.unscoped("the world is being made").get(roster_id=made.pk).pk


LINE = "economy_trade"
#: The least that a page of a planned day shows.
#: A board on which nothing lies.
EMPTY_BOARD: dict[str, object] = {
    "days": ["2021-05-20"], "sites": [], "sessions": [], "demand": [], "doses": [], "ways": {}, "desks": {}, "turns": {},
    "usual": {},
}  # fmt: skip
PLANNED_DAY = {"stations": [], "arrivals": [], "stocks": [], "ends": "17:00"}


def user_with(role: str, area_code: str, name: str = "", site_id: UUID | None = None) -> User:
    """A user who holds the role there (a role of lines for LINE), with a second factor where the role needs one."""
    user = User.objects.create(username=name or role, display_name=role, created_at=campaign.NOON)
    Grant.objects.create(
        user=user,
        role=role,
        area_code=area_code,
        site_id=site_id,
        line_code=LINE if ROLES[role].of_line else "",
        from_on=date(2021, 1, 1),
        granted_by="test",
    )
    TOTP.activate(user, generate_totp_secret())
    return user


def users() -> dict[str, User]:
    """One user a role, all on the own township."""
    return {role: user_with(role, OWN_TOWN) for role in ROLES}


def job_of(owner: str) -> UUID:
    job = Job.objects.create(
        id=uuid4(), kind="people.import", title="t", arguments={}, owner=owner, created_at=campaign.NOON
    )
    return job.pk


def _roster(serial: int) -> Path:
    """A roster of one line, in the ledger's own words."""
    number = campaign.identity_number(date(1960, 2, 3), serial + 200)
    path = Path(mkdtemp()) / "roster.csv"
    path.write_text(f"姓名,身份证号,村\n王测试,{number},甲村\n", "utf-8")
    return path
