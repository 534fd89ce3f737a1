"""The tree of commands."""

import click

from yingjie.cli.bulletins import bulletin
from yingjie.cli.counts import cube
from yingjie.cli.database import db
from yingjie.cli.doctor import doctor
from yingjie.cli.ledger import areas, import_group
from yingjie.cli.loading import demo
from yingjie.cli.safekeeping import journal, keys
from yingjie.cli.serving import up, worker
from yingjie.cli.speech import Commands, both
from yingjie.cli.standings import standing
from yingjie.cli.stock import stock
from yingjie.cli.users import user


@click.group(
    cls=Commands,
    help=both(
        "应接：大规模疫苗接种组织平台。常用：yj up 启动；yj doctor 检查安装。",
        "Yingjie, the operations platform for mass-vaccination campaigns. Begin with `yj up`; `yj doctor` checks the"
        " installation.",
    ),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="yingjie", prog_name="yj")
def yj() -> None:
    """The root of the tree."""


for command in (
    up,
    db,
    areas,
    demo,
    import_group,
    bulletin,
    cube,
    standing,
    stock,
    user,
    journal,
    keys,
    doctor,
    worker,
):
    yj.add_command(command)
