"""What cannot be shared, said with its reason."""

from vaxkit.vocabulary import Text


class Impossible(ValueError):
    """The figures contradict each other. `code`, `reason` and `next_step` are for whoever set them; `key` is the area or line."""

    def __init__(self, code: str, reason: Text, next_step: Text, key: str = "") -> None:
        super().__init__(f"{code}: {reason.en} {next_step.en}")
        self.code, self.reason, self.next_step, self.key = code, reason, next_step, key
