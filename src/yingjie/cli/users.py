"""`yj user`: accounts."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import click

from yingjie.cli.instance import ready
from yingjie.cli.speech import Commands, as_json, both, refuse, say

if TYPE_CHECKING:
    from yingjie.foundation.access.actor import Actor


def acting_as(username: str | None) -> Actor:
    """The actor of a command: the user named, else the owner of the machine."""
    from yingjie.foundation.access.actor import system
    from yingjie.foundation.access.queries import actor_named

    return actor_named(username) if username else system("command line")


@click.group(cls=Commands, help=both("用户和角色。", "Users and roles."))
def user() -> None:
    pass


@user.command(help=both("新建用户并授予角色。", "Create a user and grant a role."))
@click.argument("username")
@click.option("--name", "display_name", required=True, help="姓名 / full name")
@click.option("--role", required=True, help="角色 / role")
@click.option("--area", "area_code", required=True, help="区划代码 / area code")
@click.option("--site", "site_code", help="接种点代码 / site code")
@click.option("--line", "line_code", default="", help="条线代码 / line code")
@click.option("--password", help="留空则自动生成 / made up if left out")
@click.option("--json", "machine", is_flag=True)
def add(
    username: str,
    display_name: str,
    role: str,
    area_code: str,
    site_code: str | None,
    line_code: str,
    password: str | None,
    machine: bool,
) -> None:
    chosen = password or secrets.token_urlsafe(9)
    with ready(machine):
        from django.db import transaction

        from yingjie.areas.queries import area
        from yingjie.foundation.access import actions
        from yingjie.foundation.access.actor import system
        from yingjie.sites.queries import site_by_code

        by = system("command line")
        with transaction.atomic():
            area(by, area_code)
            site = site_by_code(by, site_code) if site_code else None
            if site is not None and not site.area_code.startswith(area_code):
                refuse(
                    f"接种点 {site.name} 不在 {area_code} 内。", "把 --area 改为该接种点所在的区划或其上级。",
                    f"The site {site.name} is not in {area_code}.", "Name the site's own area, or one above it.",
                    "access.site_outside_area",
                )  # fmt: skip
            site_id = site.id if site else None
            made = actions.create_user(by=by, username=username, display_name=display_name, password=chosen)
            actions.grant_role(
                by=by, user_id=made.pk, role=role, area_code=area_code, site_id=site_id, line_code=line_code
            )
    if machine:
        as_json({"username": username, "password": chosen, "role": role, "area": area_code})
        return
    say(
        f"已新建 {username}，首次登录密码 {chosen}，登录后须修改。",
        f"Created {username}; first password {chosen}, to be changed at sign-in.",
    )


@user.command("password", help=both("重设密码。", "Set a new first password."))
@click.argument("username")
def set_password(username: str) -> None:
    chosen = secrets.token_urlsafe(9)
    with ready():
        from yingjie.foundation.access import actions
        from yingjie.foundation.access.actor import system
        from yingjie.foundation.access.queries import actor_named

        user_id = actor_named(username).user_id
        assert user_id is not None, "an actor found by user name is a user"
        actions.set_password(by=system("command line"), user_id=user_id, password=chosen)
    say(
        f"{username} 的新密码：{chosen}，登录后须修改。",
        f"New password of {username}: {chosen}, to be changed at sign-in.",
    )


@user.command("list", help=both("列出用户。", "List users."))
@click.option("--json", "machine", is_flag=True)
def list_users(machine: bool) -> None:
    with ready(machine):
        from yingjie.foundation.access.actor import system
        from yingjie.foundation.access.queries import users

        rows = users(system("command line"))
    if machine:
        as_json(
            [
                {"username": row.username, "name": row.display_name, "roles": [vars(g) for g in row.grants]}
                for row in rows
            ]
        )
        return
    for row in rows:
        held = ", ".join(f"{grant.role}@{grant.area_code}" for grant in row.grants)
        click.echo(f"{row.username}\t{row.display_name}\t{held}")
