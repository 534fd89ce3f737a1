"""Workflows as tables: states, steps between them, guards; checked when built, drawn as diagrams.

    Workflow, Step     the table (`table.py`); a table that cannot work raises WorkflowError when it is built
    StepRefused        a step that may not be taken now: wrong order, already done, or its guard said no
    as_mermaid         the table as a Mermaid state diagram, the same text every time (`diagram.py`)

Guards answer "what can be done now" from facts alone; "who may do it" is not asked here.
"""

from vaxkit.workflow.diagram import as_mermaid
from vaxkit.workflow.table import Guard, RefusalKind, Step, StepRefused, Workflow, WorkflowError

__all__ = ["Guard", "RefusalKind", "Step", "StepRefused", "Workflow", "WorkflowError", "as_mermaid"]
