"""The command line `yj`: everything that an instance's owner does without a browser.

    up        start everything and serve                  stop with Ctrl-C: one process, nothing left behind
    db        start, stop, status, backup, restore        the embedded database
    areas     load                                        a county's tree from the shipped divisions
    demo      load the demo county
    import    roster                                      a spreadsheet into the ledger: proposal, then --commit
    bulletin  the daily bulletin as XLSX, PDF or DOCX
    stock     check, rebuild                              balances against their ledger and against doses
    user      add, list, password, grant
    journal   verify, anchor
    keys      rotate
    doctor    check the installation and say what to do

Exit codes: 0 done · 1 refused, with the reason and the next step · 2 wrong usage · 3 the installation or database is at fault.
Help is in Chinese and English; results too, or as JSON with --json where a machine may read.
"""

from yingjie.cli.root import yj
from yingjie.cli.speech import no_stack_traces


def main() -> None:
    """Entry point of the console script and of `python -m yingjie.cli`."""
    with no_stack_traces():
        yj()
