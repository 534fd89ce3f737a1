"""A county with two townships that share families, workplaces and movers: what the neighbours' people are, in greppable words.

`build()` reaches every state by walking the real actions and returns what each side owns. Names are compound surnames that nobody
else in the tests carries, so that one of them in an answer can only have come out of the ledger.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

from PIL import Image

from tests.architecture import world
from tests.modules import campaign, visits
from vaxkit.identity import mask_last_four, mask_phone
from yingjie.areas import unit_actions
from yingjie.areas.models import Area
from yingjie.clinic import actions as clinic
from yingjie.doses import claims
from yingjie.foundation import clock
from yingjie.foundation.access.models import Grant
from yingjie.foundation.jobs.models import Job
from yingjie.outreach import actions as outreach
from yingjie.outreach import (
    appointing,
    check_actions,
    complaint_actions,
    contacts,
    doorstep_actions,
    plan_actions,
    teams,
    unvaccinated_actions,
    watch_actions,
)
from yingjie.outreach.models import Watch
from yingjie.oversight import actions as oversight
from yingjie.oversight import balance_actions, card_actions, meeting_actions
from yingjie.people import actions as people
from yingjie.people import doubles, imports
from yingjie.people import unit_actions as staff
from yingjie.people.models import Doubt, Person, RosterImport
from yingjie.vaccines import queries as vaccines

COUNTY, OURS, THEIRS = "110117", world.OWN_TOWN, world.FOREIGN_TOWN
OUR_VILLAGE, THEIR_VILLAGE = campaign.VILLAGE, world.FOREIGN_VILLAGE
YESTERDAY = campaign.TODAY - timedelta(days=1)
maker = campaign.maker


@dataclass(frozen=True)
class Somebody:
    """A person of the ledger with what must stay at home: label → the words by which an answer would give it away."""

    row: Person
    name: str
    number: str
    phone: str
    address: str

    @property
    def secrets(self) -> dict[str, str]:
        return {
            f"name of {self.name}": self.name,
            f"number of {self.name}": self.number,
            f"last four of {self.name}": mask_last_four(self.number[-4:]),
            f"phone of {self.name}": self.phone,
            f"masked phone of {self.name}": mask_phone(self.phone),
            f"address of {self.name}": self.address,
            f"id of {self.name}": str(self.row.pk),
        }


@dataclass
class Township:
    """One side of the boundary: its people, what routes may be about (parameter → values), and words written about its people."""

    code: str
    people: dict[str, Somebody] = field(default_factory=dict)
    values: dict[str, list[Any]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def add(self, parameter: str, *values: object) -> None:
        self.values.setdefault(parameter, []).extend(values)

    @property
    def secrets(self) -> dict[str, str]:
        found = dict(self.words)
        for somebody in self.people.values():
            found |= somebody.secrets
        return found


@dataclass(frozen=True)
class County:
    ours: Township
    theirs: Township
    visitor: Somebody
    """Of the neighbours' ledger, vaccinated at our site."""
    gone: Somebody
    """Ours until a month ago, theirs now."""


def build() -> County:
    campaign.tree()
    Area.objects.create(code=THEIRS, name="兴谷街道", level="town", parent_id=COUNTY, pinyin="xinggu")
    Area.objects.create(code=THEIR_VILLAGE, name="丙村", level="village", parent_id=THEIRS, pinyin="bing")
    serials = iter(range(501, 999, 7))
    with clock.at(campaign.NOON):
        ours = _township(
            OURS,
            OUR_VILLAGE,
            ["司徒", "上官", "欧阳", "诸葛", "皇甫"],
            ["安然", "文静", "小满", "问渠", "知秋"],
            serials,
        )
        theirs = _township(
            THEIRS,
            THEIR_VILLAGE,
            ["端木", "澹台", "濮阳", "令狐", "申屠"],
            ["婉清", "镜明", "听雪", "远舟", "既白"],
            serials,
        )
        visitor = _across(ours, theirs, serials)
        gone = _movers(ours, theirs, serials)
        _county_lists(ours, theirs)
        for side in (ours, theirs):
            _reports(side)
    return County(ours, theirs, visitor, gone)


def somebody(area: str, name: str, serials: Iterator[int], born: date = date(1950, 4, 5)) -> Somebody:
    serial = next(serials)
    number, phone = campaign.identity_number(born, serial), f"1990000{serial * 9:04d}"
    address = f"{name}家门牌{serial}号"
    row = people.register(
        by=maker,
        area_code=area,
        name=name,
        number=number,
        phones=[phone],
        address=address,
        registered_on=date(2021, 1, 1),
        source="test",
    )
    return Somebody(row, name, number, phone, address)


def roster(*lines: str, name: str = "roster.csv") -> Path:
    path = Path(mkdtemp()) / name
    path.write_text("\n".join(("姓名,身份证号,性别,出生日期,手机,住址,村", *lines)) + "\n", "utf-8")
    return path


def photo(shade: int) -> claims.HandedIn:
    made = BytesIO()
    Image.new("RGB", (60, 40), (shade, 120, 140)).save(made, "JPEG")
    return claims.HandedIn("proof.jpg", made.getvalue())


def _township(
    code: str, village: str, surnames: list[str], names: list[str], serials: Iterator[int]
) -> Township:
    side = Township(code)
    roles = ("given", "waiting", "guardian", "planned", "ill")
    for role, surname, name in zip(roles, surnames, names, strict=True):
        side.people[role] = somebody(village, surname + name, serials)
    side.people["child"] = somebody(village, surnames[0] + "幼" + names[2], serials, date(2015, 6, 1))
    rows = {role: each.row for role, each in side.people.items()}
    mark = surnames[0]
    side.add("code", code, village)
    side.add("area_code", code, village)
    side.add("person_id", *(rows[role].pk for role in ("ill", "child", "given", "waiting")))
    _families(side, rows, mark)
    _work(side, rows, village, mark)
    _vaccination(side, rows, serials)
    _visits(side, rows, mark)
    _drive(side, rows, village, mark)
    _files(side, rows, village, mark, serials)
    holder = world.user_with("grid_worker", code, f"holder-{code}")
    side.add("user_id", holder.pk)
    side.add("grant_id", Grant.objects.get(user=holder).pk)
    title = f"名单{side.people['ill'].name}.xlsx"
    job = Job(
        id=uuid4(),
        kind="people.import",
        title=title,
        arguments={},
        owner=holder.username,
        created_at=campaign.NOON,
    )
    job.save(force_insert=True)
    side.add("job_id", job.pk)
    return side


def _families(side: Township, rows: dict[str, Person], mark: str) -> None:
    people.found_household(by=maker, person_id=rows["given"].pk, address=side.people["given"].address)
    people.join_household(by=maker, person_id=rows["child"].pk, other_id=rows["given"].pk, role="grandchild")
    people.add_guardian(
        by=maker, person_id=rows["child"].pk, relation="grandparent", guardian_id=rows["given"].pk
    )
    said = {"name": f"{mark}外姓保护人", "phone": f"199000127{side.code[-1]}1"}
    people.add_guardian(by=maker, person_id=rows["child"].pk, relation="other", **said)
    side.words |= {"a guardian by name": said["name"], "a guardian's phone": said["phone"],
                   "a guardian's masked phone": mask_phone(said["phone"])}  # fmt: skip
    people.set_whereabouts(by=maker, person_id=rows["ill"].pk, word="away", place=f"{mark}外出地")
    side.words["whereabouts"] = f"{mark}外出地"
    note = f"{mark}病情说明"
    people.add_condition(by=maker, person_id=rows["ill"].pk, code="uncontrolled-epilepsy", note=note)
    people.add_condition(by=maker, person_id=rows["waiting"].pk, code="autoimmune", note=note)
    side.words["note on a condition"] = note


def _work(side: Township, rows: dict[str, Person], village: str, mark: str) -> None:
    contact = {"contact": f"{mark}厂长", "contact_phone": f"199000128{side.code[-1]}2"}
    unit = unit_actions.open_unit(
        by=maker, area_code=village, name=f"{mark}机械厂", kind="factory", **contact
    )
    side.words |= {"a unit's contact": contact["contact"], "a unit's phone": contact["contact_phone"]}
    staff.employ(by=maker, person_id=rows["guardian"].pk, unit_id=unit.pk, position=f"{mark}岗位")
    side.words["position"] = f"{mark}岗位"
    side.add("unit_id", unit.pk)


def _vaccination(side: Township, rows: dict[str, Person], serials: Iterator[int]) -> None:
    serial = next(serials)
    site = campaign.site(f"S{side.code}", area_code=side.code)
    lot = campaign.lot(site, number=f"L{serial}", first=serial * 100)
    code = campaign.trace_code(serial * 100)
    given = visits.vaccinated(site.pk, rows["given"].pk, code)
    waits = visits.ready(site.pk, rows["waiting"].pk)
    told = claims.Told(
        campaign.BIBP, 1, campaign.TODAY - timedelta(days=60), f"{rows['guardian'].name}外地接种点"
    )
    side.words["where a dose was given"] = told.given_in
    claim = claims.claim(
        by=maker, person_id=rows["guardian"].pk, told=told, handed_in=[photo(serial % 200), photo(7)]
    )
    proofs = claim.proofs.unscoped(campaign.ALL).values_list("pk", flat=True)
    accepted = claims.claim(
        by=maker, person_id=rows["planned"].pk, told=told, handed_in=[photo(serial % 200 + 20)]
    )
    claims.accept(by=maker, claim_id=accepted.pk, verified_by="proof")
    side.add("site_id", site.pk)
    side.add("site_code", site.code)
    side.add("lot_id", lot.pk)
    side.add("visit_id", waits.pk, given.pk)
    side.add("dose_id", given.dose_id)
    asked = clinic.ask_override(
        by=maker,
        visit_id=waits.pk,
        code="clinic.other_product",
        vial_code=campaign.trace_code(serial * 100 + 1),
        reason="x",
    )
    side.add("override_id", asked.pk)
    side.add("claim_id", claim.pk, accepted.pk)
    side.add("proof_id", *proofs)


def _visits(side: Township, rows: dict[str, Person], mark: str) -> None:
    note = f"{mark}走访情况"
    outreach.record_attempt(by=maker, person_id=rows["planned"].pk, outcome="thinking", note=note)
    outreach.record_attempt(by=maker, person_id=rows["ill"].pk, outcome="thinking", note=note)
    plan = plan_actions.open_plan(
        by=maker, person_id=rows["ill"].pk, obstacles=f"{mark}顾虑", next_step=f"{mark}下一步"
    )
    side.words |= {"note of a visit": note, "obstacles": f"{mark}顾虑", "next step": f"{mark}下一步"}
    side.add("plan_id", plan.pk)
    view = unvaccinated_actions.save_view(by=maker, of_list="unvaccinated", title=f"{mark}视图", query="")
    side.add("view_id", view.pk)


def _drive(side: Township, rows: dict[str, Person], village: str, mark: str) -> None:
    """Who answers for whom, a complaint, somebody looked after while deferred, a call for contacts, a card that is talked over."""
    said = {
        "an officer": f"{mark}包保人",
        "a complaint": f"{mark}投诉原话",
        "an answer": f"{mark}投诉答复",
        "a check": f"{mark}随访情况",
        "a home request": f"{mark}上门备注",
        "a leader": f"{mark}负责人",
        "a contact": f"{mark}联络员",
        "a place": f"{mark}约谈地点",
        "who came": f"{mark}到场",
        "a record": f"{mark}谈话记录",
    }
    officer = appointing.appoint(by=maker, area_code=village, name=said["an officer"], kind="team")
    side.add("officer_id", officer.pk)
    teams.take_on(by=maker, officer_id=officer.pk, people=1)
    taken = [
        complaint_actions.take(
            by=maker, person_id=rows["planned"].pk, about="pressed", how="letter", text=said["a complaint"], officer_id=officer.pk
        )
        for _nth in range(2)
    ]  # fmt: skip
    complaint_actions.decide(by=maker, complaint_id=taken[0].pk, finding="partly", reply=said["an answer"])
    side.add("complaint_id", *(each.pk for each in taken))
    watch_actions.begin([rows["ill"].pk])
    watch = Watch.objects.unscoped(campaign.ALL).get(person=rows["ill"])
    watch_actions.check(by=maker, watch_id=watch.pk, result="unchanged", note=said["a check"])
    side.add("watch_id", watch.pk)
    home = doorstep_actions.ask_home(
        by=maker, person_id=rows["planned"].pk, because="other", note=said["a home request"]
    )
    side.add("request_id", home.pk)
    call = contacts.ask(by=maker, area_code=side.code, title="t", due_at=campaign.NOON + timedelta(hours=5))
    (contact,) = (row for row in call.contacts.unscoped(campaign.ALL) if row.area_id == village)
    contacts.report(
        by=maker,
        contact_id=contact.pk,
        leader=said["a leader"],
        contact=said["a contact"],
        contact_phone="19900000000",
    )
    side.add("call_id", call.pk)
    side.add("contact_id", contact.pk)
    card = card_actions.raise_by_hand(
        by=maker, raised_by=side.code, area_code=village, kind="interview", because=f"{mark}约谈事由",
        reply_due_on=campaign.TODAY,
    )  # fmt: skip
    with clock.at(campaign.NOON - timedelta(hours=2)):
        held = meeting_actions.arrange(
            by=maker,
            card_id=card.pk,
            at=campaign.NOON - timedelta(hours=1),
            place=said["a place"],
            invited=said["who came"],
        )
    meeting_actions.hold(by=maker, meeting_id=held.pk, attended=said["who came"], said=said["a record"])
    side.add("card_id", card.pk)
    side.add("meeting_id", held.pk)
    side.words |= said | {"why a card": f"{mark}约谈事由"}


def _files(side: Township, rows: dict[str, Person], village: str, mark: str, serials: Iterator[int]) -> None:
    """A roster committed with a doubtful line, one waiting with a bad line, a pushed list, gaps, a pair of doubles."""
    known, fresh = side.people["waiting"], campaign.identity_number(date(1961, 3, 4), next(serials))
    lines = (
        f"{mark}新人,{fresh},,,,{mark}新址,{village}",
        f"{known.name},,{'男' if known.row.sex == 'male' else '女'},1950-04-05,{known.phone},,{village}",
        f"{mark}坏行,99999919500405,,,,,{village}",
    )
    side.words |= {"a roster's new": f"{mark}新人", "a roster's address": f"{mark}新址", "a roster's bad": f"{mark}坏行",
                   "a roster's number": fresh}  # fmt: skip
    done = _proposed(side.code, f"{mark}底册.csv", lines)
    imports.commit_import(by=maker, import_id=done.pk)
    waiting = _proposed(side.code, f"{mark}待审.csv", (f"{mark}另人,{fresh[:-1]},,,,,{village}", *lines[1:]))
    side.words |= {"a file": f"{mark}底册", "another file": f"{mark}待审", "a roster's other": f"{mark}另人"}
    side.add("import_id", done.pk, waiting.pk)
    people.register(
        by=maker, area_code=village, name=side.people["given"].name, without_document="unknown", sex=rows["given"].sex,
        birth_on=date(1950, 4, 5), address=side.people["given"].address, registered_on=date(2021, 1, 1),
    )  # fmt: skip
    doubles.look_for_doubles(by=maker, area_code=side.code)
    gap = people.open_gap(
        by=maker, area_code=village, kind="not_met", address=f"{mark}空户", name=f"{mark}未见"
    )
    side.words |= {"a gap's address": f"{mark}空户", "a gap's name": f"{mark}未见"}
    side.add("gap_id", gap.pk)
    pushed = check_actions.import_list(
        by=maker,
        area_code=side.code,
        path=roster(*lines),
        file_name=f"{mark}推送.csv",
        title=f"{mark}推送",
        due_at=campaign.NOON + timedelta(days=2),
    )
    side.words["a pushed list"] = f"{mark}推送"
    side.add("list_id", pushed.pk)
    side.add("item_id", *pushed.items.unscoped(campaign.ALL).values_list("pk", flat=True))


def _proposed(area_code: str, file_name: str, lines: tuple[str, ...]) -> RosterImport:
    return imports.propose_import(by=maker, area_code=area_code, path=roster(*lines), file_name=file_name)


def _across(ours: Township, theirs: Township, serials: Iterator[int]) -> Somebody:
    """Guardians, a household and staff on both sides of the boundary, and a neighbour at our site."""
    for side, other in ((ours, theirs), (theirs, ours)):
        mine, foreign = side.people, other.people
        people.add_guardian(
            by=maker,
            person_id=mine["child"].row.pk,
            relation="grandparent",
            guardian_id=foreign["guardian"].row.pk,
        )
        staff.employ(by=maker, person_id=foreign["planned"].row.pk, unit_id=side.values["unit_id"][0])
        home = Person.objects.unscoped(campaign.ALL).get(pk=mine["given"].row.pk).household_id
        # No verb lets a household reach over the boundary; old rosters did.
        Person.objects.unscoped(campaign.ALL).filter(pk=foreign["ill"].row.pk).update(
            household_id=home, household_role="spouse"
        )
    visitor = somebody(THEIR_VILLAGE, "呼延客至", serials)
    visits.registered(ours.values["site_id"][0], visitor.row.pk)
    theirs.add("person_id", visitor.row.pk)
    return visitor


def _movers(ours: Township, theirs: Township, serials: Iterator[int]) -> Somebody:
    """One moved to us and is ours with all of their record; one moved away and is theirs now."""
    came = somebody(THEIR_VILLAGE, "公孙来归", serials)
    gone = somebody(OUR_VILLAGE, "钟离若水", serials)
    people.move(
        by=maker, person_id=came.row.pk, area_code=OUR_VILLAGE, on=date(2021, 4, 1), reason="投奔端木旧邻"
    )
    people.move(
        by=maker, person_id=gone.row.pk, area_code=THEIR_VILLAGE, on=date(2021, 4, 1), reason="随司徒旧邻迁出"
    )
    ours.values["person_id"].insert(0, came.row.pk)
    theirs.add("person_id", gone.row.pk)
    gone_address = "钟离若水在丙村的新居"
    people.change(by=maker, person_id=gone.row.pk, address=gone_address)
    return Somebody(gone.row, gone.name, gone.number, gone.phone, gone_address)


def _county_lists(ours: Township, theirs: Township) -> None:
    """Lists of the county with lines of both townships: everybody sees their own lines."""
    lines = tuple(
        f"{each.name},{each.number},,,{each.phone},{each.address},{village}"
        for side, village in ((ours, OUR_VILLAGE), (theirs, THEIR_VILLAGE))
        for each in (side.people["planned"], side.people["given"])
    )
    pushed = check_actions.import_list(
        by=maker,
        area_code=COUNTY,
        path=roster(*lines),
        file_name="both.csv",
        title="全县推送",
        due_at=campaign.NOON,
    )
    for item in pushed.items.unscoped(campaign.ALL).all():
        side = ours if str(item.area_id).startswith(OURS) else theirs
        side.add("item_id", item.pk)
    ours.add("list_id", pushed.pk)
    theirs.add("import_id", _proposed(COUNTY, "全县底册.csv", lines).pk)
    for side in (ours, theirs):
        rows = Doubt.objects.unscoped(campaign.ALL).filter(area__code__startswith=side.code)
        side.add("doubt_id", *rows.values_list("pk", flat=True))


def _reports(side: Township) -> None:
    oversight.issue(by=maker, area_code=side.code, on=YESTERDAY)
    unvaccinated_actions.issue_unvaccinated(by=maker, area_code=side.code)
    balance_actions.report_figures(
        by=maker, area_code=side.values["code"][1], on=campaign.TODAY, figures={"registered": 7}
    )
    side.add("on", YESTERDAY, campaign.TODAY)
    side.add("day", YESTERDAY)
    side.add("kind", "xlsx", "docx")
    side.add("term", "to_do", "registered", "away", "elsewhere_proved", "done_1")
    side.add("draft_id", uuid4())
    side.add("schedule", "cn-covid-inactivated-primary")
    side.add("version_id", *(row.id for row in vaccines.versions(maker)[:1]))
