"""`yj demo`, and what the first `yj up` puts into an instance."""

import secrets
import signal
import sys
import threading
from collections import Counter
from datetime import datetime

import click

from yingjie.cli.instance import kind, ready
from yingjie.cli.speech import Commands, as_json, both, progress_bar, refuse, say


@click.group(
    cls=Commands,
    invoke_without_command=True,
    help=both(
        "装入演示县（平谷区，人员全部虚构）。", "Load the demo county (real divisions, invented people)."
    ),
)
@click.option("--size", type=click.Choice(["small", "medium", "large"]), default="medium", show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--json", "machine", is_flag=True)
@click.pass_context
def demo(context: click.Context, size: str, seed: int, machine: bool) -> None:
    if context.invoked_subcommand is not None:
        return
    with ready(machine, becomes="demo") as home:
        if kind(home) == "real":
            refuse(
                "这是正式实例，不能装入演示数据。", "请把 YINGJIE_HOME 设到新目录再执行。",
                "This is a real instance; demo data does not go into it.", "Set YINGJIE_HOME to a new directory and try there.",
                "instance.is_real",
            )  # fmt: skip
        counts = load_demo(size, seed)
    if machine:
        as_json(counts)


@demo.command(
    help=both(
        "演示一天：虚构居民在一个接种点走完真实流程，大屏和看板随之变化。Ctrl-C 停止。",
        "A live day: invented residents walk through the real actions of one site; boards and figures move. Ctrl-C ends it.",
    )
)
@click.option(
    "--speed",
    type=click.FloatRange(min=0.1),
    default=60.0,
    show_default=True,
    help="比真实时间快多少倍 / times as fast",
)
@click.option(
    "--site",
    "site_code",
    default="",
    help="接种点代码，默认大型接种点 / code of the site; the large one if left out",
)
@click.option("--people", type=click.IntRange(min=1), default=300, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--json", "machine", is_flag=True)
def live(speed: float, site_code: str, people: int, seed: int, machine: bool) -> None:
    with ready(machine) as home:
        if kind(home) != "demo":
            refuse(
                "只有演示实例才能演示一天。", "请先在新目录执行 yj up 或 yj demo。", "Only a demo instance plays a live day.",
                "Start one in a new directory with yj up, or load it with yj demo.", "demo.not_a_demo",
            )  # fmt: skip
        from yingjie.demo import live_sites
        from yingjie.foundation.access.actor import system

        day = live_sites.prepare(code=site_code, people=people, seed=seed)
        live_sites.make_room(by=system("demo"), day=day)
        stop = threading.Event()
        for signal_number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signal_number, lambda *_: stop.set())
        ended = live_sites.run(day, speed=speed, stop=stop, tell=_shown)
        click.echo("", err=True)
        told = dict(sorted(ended.ended.items()))
        if machine:
            as_json({"ended": told, "refused": dict(sorted(ended.refused.items()))})
        else:
            say(f"结束：{told}", f"Ended: {told}", err=True)


def _shown(moment: datetime, ended: Counter[str]) -> None:
    """One line that is written over."""
    here = f"{moment:%H:%M}  " + " · ".join(f"{word} {number}" for word, number in sorted(ended.items()))
    click.echo(f"\r{here:<100}", nl=False, err=True)


def load_demo(size: str, seed: int) -> dict[str, int]:
    """Load the demo county unless it is there already. Returns counts of what stands in the database."""
    from yingjie.demo.actions import load, loaded_counts
    from yingjie.foundation.access.actor import system

    if counts := loaded_counts():
        say(
            f"演示县已经在这里：{counts['people']} 人，{counts['doses']} 剂次。",
            f"The demo county is here already: {counts['people']} people, {counts['doses']} doses.",
            err=True,
        )
        return counts
    with progress_bar("正在装入演示县", "loading the demo county") as tell:
        counts = load(by=system("demo"), size=size, seed=seed, progress=tell)
    say(
        f"演示县：{counts['people']} 人，{counts['doses']} 剂次。",
        f"Demo county: {counts['people']} people, {counts['doses']} doses.",
        err=True,
    )
    return counts


def first_county(admin: str | None, county: str | None) -> None:
    """A real instance's first administrator and county; asked for where nobody said."""
    from yingjie.areas.actions import load_county
    from yingjie.foundation.access import actions, queries
    from yingjie.foundation.access.actor import system

    by = system("first start")
    if queries.users(by):
        return
    if not (admin and county) and not sys.stdin.isatty():
        refuse(
            "新的正式实例需要首位管理员和县（区）代码。", "例如：yj up --empty --admin zhang --county 110117",
            "A new real instance needs its first administrator and county.",
            "For example: yj up --empty --admin zhang --county 110117",
            "instance.needs_first_steps",
        )  # fmt: skip
    county = county or click.prompt("县（区）代码 county code, e.g. 110117")
    admin = admin or click.prompt("首位管理员用户名 first administrator's user name")
    password = secrets.token_urlsafe(9)
    with progress_bar("正在载入区划", "loading areas") as tell:
        load_county(by=by, code=county, progress=tell)
    made = actions.create_user(by=by, username=admin, display_name=admin, password=password)
    actions.grant_role(by=by, user_id=made.pk, role="administrator", area_code=county)
    say(
        f"首位管理员 {admin}，首次登录密码 {password}（登录后须修改，并绑定动态口令）。",
        f"First administrator {admin}, first password {password} (to be changed at sign-in, with a second factor).",
    )


def bring_rules_up_to_date() -> None:
    """Products and policies that a newer release ships, and the standings that follow from them. An instance without any policy
    takes those that are shipped; later ones arrive as drafts, for somebody to switch on."""
    from yingjie.doses.actions import refresh_standings
    from yingjie.foundation.access.actor import system
    from yingjie.vaccines.actions import load_products, load_shipped
    from yingjie.vaccines.queries import has_policies

    by = system("start")
    first = not has_policies()
    load_products(by=by)
    load_shipped(by=by, in_force=None if first else ())
    with progress_bar("正在更新接种判定", "bringing standings up to date") as tell:
        changed = refresh_standings(by=by, progress=tell)
    if changed:
        say(f"接种判定有变：{changed} 人。", f"Standings changed: {changed} people.", err=True)
