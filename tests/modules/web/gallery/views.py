"""The gallery's pages, on an invented village of 137 people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from yingjie.foundation.access.gates import SIGNED_IN, ActorRequest, page
from yingjie.foundation.refusals import Refusal
from yingjie.web.lists import (
    BulkAction,
    Column,
    Empty,
    Filter,
    ListSpec,
    build,
    search,
    selected,
    status_choices,
)
from yingjie.web.registry import PersonPanel
from yingjie.web.wizard import Entered, Step, Wizard

STATUSES = ("not-due", "due", "booked", "overdue", "deferred", "contraindicated", "declined", "elsewhere", "complete",
            "not-met")  # fmt: skip
AT = datetime(2021, 5, 19, 6, 32, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    number: str
    status: str
    born_on: date
    seen_at: datetime | None
    doses: int
    coverage: tuple[int, int]


def village() -> list[Person]:
    surnames, given = "王李张刘陈杨赵黄周吴", "秀兰建国桂英志强玉梅海燕永福淑珍"
    return [
        Person(
            id=number,
            name=f"{surnames[number % 10]}{given[number * 2 % 16]}{given[(number * 2 + 1) % 16]}",
            number=f"999999********{number:04d}",
            status=STATUSES[number % 10],
            born_on=date(1940, 1, 1) + timedelta(days=number * 211),
            seen_at=AT - timedelta(hours=number) if number % 3 else None,
            doses=number % 3,
            coverage=(number * 7 % 101, 101),
        )
        for number in range(1, 138)
    ]


class Village:
    """A source in memory."""

    def _found(self, filters: Any) -> list[Person]:
        return [
            person
            for person in village()
            if filters.get("q", "") in person.name
            and filters.get("status", person.status) == person.status
            and person.born_on >= filters.get("from", date.min)
        ]

    def count(self, filters: Any) -> int:
        return len(self._found(filters))

    def rows(self, filters: Any, sort: str, offset: int, limit: int) -> Sequence[Person]:
        return list(self.all(filters, sort))[offset : offset + limit]

    def all(self, filters: Any, sort: str) -> Iterable[Person]:
        key = sort.lstrip("-")
        return sorted(
            self._found(filters),
            key=lambda person: (getattr(person, key), person.id),
            reverse=sort.startswith("-"),
        )


PEOPLE = ListSpec(
    name="village",
    title="人员台账 People",
    columns=(
        Column("name", "姓名 Name", "link", url=lambda person: f"/gallery/?person={person.id}"),
        Column("number", "证件号码 Number", "masked"),
        Column("status", "状态 Status", "status"),
        Column("born_on", "出生日期 Born", "day"),
        Column("doses", "剂次 Doses", "number"),
        Column("coverage", "覆盖率 Coverage", "percent"),
        Column("seen_at", "最近联系 Last contact", "moment"),
    ),
    filters=(
        search("姓名 Name"),
        Filter("status", "状态 Status", choices=status_choices(*STATUSES)),
        Filter("from", "出生不早于 Born from", "day"),
    ),
    sorts=("name", "-born_on", "doses"),
    bulk=(
        BulkAction("remind", "提醒 Remind", "gallery_bulk", "people.view", "phone"),
        BulkAction(
            "drop",
            "移出 Take out",
            "gallery_bulk",
            "people.view",
            "user-x",
            confirm="移出这些人？Take them out?",
        ),
    ),
    export_permission="people.export",
    page_size=25,
    unit="人 people",
)
NOBODY = ListSpec(
    name="nobody",
    title="空列表 Empty list",
    columns=(Column("name", "姓名 Name"),),
    empty=Empty(
        "还没有人员 Nobody yet", "先导入花名册。Import a roster first.", "gallery_list", "导入 Import"
    ),
)


class Nothing(Village):
    def _found(self, filters: Any) -> list[Person]:
        return []


class LotUsedUp(Refusal):
    code = "gallery.lot_used_up"
    reason = "批号 {lot} 在本接种点已无库存。Lot {lot} has no doses left at this site."
    next_step = "请扫描其他批号，或先办理入库。Scan another lot, or receive the delivery first."


@page(SIGNED_IN)
def people(request: ActorRequest) -> HttpResponse:
    return build(request, PEOPLE, Village()).respond(request)


@page(SIGNED_IN)
def nobody(request: ActorRequest) -> HttpResponse:
    return build(request, NOBODY, Nothing()).respond(request)


@page(SIGNED_IN)
def remind(request: ActorRequest) -> HttpResponse:
    chosen = selected(request, PEOPLE, Village())
    messages.success(request, f"已提醒 {chosen.count} 人。Reminded {chosen.count} people.")
    return redirect("gallery_list")


@page(SIGNED_IN)
def refused(request: ActorRequest) -> HttpResponse:
    raise LotUsedUp(lot="202103B")


@page(SIGNED_IN)
def components(request: ActorRequest) -> HttpResponse:
    messages.warning(request, "冷链温度 9.1 ℃，超出 2–8 ℃。Cold box at 9.1 ℃.")
    names = ["东高村", "大旺务村", "崔家庄村", "南宅村", "西高村", "克头村", "曹家庄村"]
    rates = [91.2, 88.4, 86.0, 79.5, 73.3, 66.1, 58.9]
    return render(
        request,
        "gallery/components.html",
        {
            "statuses": STATUSES,
            "form": Entry(data={"name": "", "born_on": "2021-02-30"} if "wrong" in request.GET else None),
            "facts": [("证件", "999999********0012"), ("电话", "199****0012"), ("住址", "东高村 3 网格"), ("户主", "本人")],
            "tabs": [{"title": "概况", "url": "#", "is_here": True, "count": None},
                     {"title": "接种记录", "url": "#", "is_here": False, "count": 2}],
            "items": [{"at": AT, "title": "第 1 剂 已接种", "text": "批号 202103B", "tone": "green", "icon": "vaccine"},
                      {"at": AT - timedelta(days=2), "title": "电话联系", "text": "同意来", "tone": "blue", "icon": "phone"},
                      {"on": date(2021, 5, 1), "title": "录入台账", "tone": "grey", "icon": "user-plus"}],
            "options": {"xAxis": {"type": "category", "data": names}, "yAxis": {"type": "value", "max": 100},
                        "series": [{"type": "bar", "data": rates, "barMaxWidth": 36}]},
            "table": {"head": ["村", "%"], "rows": list(zip(names, rates, strict=True))},
            "at": AT,
            "panels": [PersonPanel("访视 Visits", "gallery/panel.html", {"said": "<好>"}, icon="home",
                                   actions=(("登记 Record", "/gallery/"),))],
        },
    )  # fmt: skip


@page(SIGNED_IN)
def station(request: ActorRequest) -> HttpResponse:
    return render(request, "gallery/station.html", {"verdict": request.GET.get("verdict", "go")})


@page(SIGNED_IN)
def board(request: ActorRequest) -> HttpResponse:
    return render(request, "gallery/board.html", {"people": village()[:6]})


@page(SIGNED_IN)
def sheet(request: ActorRequest) -> HttpResponse:
    return render(request, "gallery/sheet.html", {"people": village()[:20], "at": AT})


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault on purpose")


class Entry(forms.Form):
    name = forms.CharField(label="姓名 Name", max_length=40, help_text="与证件一致 As on the document")
    born_on = forms.DateField(label="出生日期 Born", widget=forms.DateInput(attrs={"type": "date"}))
    area = forms.ChoiceField(label="村 Village", choices=[("1", "东高村"), ("2", "南宅村")])
    is_local = forms.BooleanField(label="常住 Resident", required=False)
    group = forms.ChoiceField(
        label="人群 Group", choices=[("60", "60 岁以上"), ("18", "18–59 岁")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="备注 Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)


class Who(forms.Form):
    name = forms.CharField(label="姓名 Name")


class When(forms.Form):
    on = forms.DateField(label="日期 Day")


def finish(actor: Any, entered: Entered) -> str:
    if entered["who"]["name"] == "无库存":
        raise LotUsedUp(lot="202103B")
    return f"{reverse('gallery')}?name={entered['who']['name']}&on={entered['when']['on']}"


WIZARD = Wizard(
    kind="gallery", title="预约 Book", url_name="gallery_wizard",
    steps=(Step("who", "谁 Who", Who), Step("when", "何时 When", When)), finish=finish,
)  # fmt: skip


@page(SIGNED_IN)
def wizard(request: ActorRequest, draft_id: UUID | None = None, step: str = "") -> HttpResponse:
    return WIZARD.respond(request, draft_id, step)
