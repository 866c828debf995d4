"""What can be wrong with a file, told in words that name the place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong in a file: its line (1 = first line), the column's header and the reason."""

    line: int | None
    column: str | None
    reason: str

    def __str__(self) -> str:
        places = [f"line {self.line}" if self.line else "", f"column “{self.column}”" if self.column else ""]
        place = ", ".join(part for part in places if part)
        return f"{place}: {self.reason}" if place else self.reason


class FileRefused(Exception):
    """The whole file cannot be read."""

    def __init__(self, reason: str, *, line: int | None = None, column: str | None = None) -> None:
        self.issue = Issue(line, column, reason)
        super().__init__(str(self.issue))


class ValueRefused(ValueError):
    """One cell cannot be read; the message is the reason and names the value."""


def shown(text: str, limit: int = 60) -> str:
    """The value as it is quoted in a reason: one line, shortened."""
    one_line = " ".join(text.split())
    return f"“{one_line if len(one_line) <= limit else one_line[: limit - 1] + '…'}”"
