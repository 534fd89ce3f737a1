"""What cannot be planned, said with its reason."""

from vaxkit.vocabulary import Text


class Impossible(ValueError):
    """The problem contradicts itself. `code`, `reason` and `next_step` are for whoever wrote it."""

    def __init__(self, code: str, reason: Text, next_step: Text) -> None:
        super().__init__(f"{code}: {reason.en} {next_step.en}")
        self.code, self.reason, self.next_step = code, reason, next_step
