"""Tables of what every fault, upload and text came to; suite and programs write them below `build/outcomes`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parents[2] / "build" / "outcomes"


@dataclass
class Table:
    """Rows of one kind. The last column says what was wrong with a row; empty when it is as it must be."""

    name: str
    columns: Sequence[str]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    wrong: int = 0

    def add(self, *cells: str, wrong: str = "") -> str:
        """Put a row on the table; returns its line."""
        self.wrong += bool(wrong)
        self.rows.append((*cells, wrong))
        return _line(self.rows[-1])

    @property
    def summary(self) -> str:
        """Count the rows, and the right ones."""
        right = len(self.rows) - self.wrong
        percent = 100 * right / len(self.rows) if self.rows else 0
        return f"{self.name}: {len(self.rows)} rows, {right} as expected ({percent:g} %), {self.wrong} wrong"

    def write(self, note: str = "") -> Path:
        """Write the table as Markdown; where it is."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        path = FOLDER / f"{self.name}.md"
        head = [_line((*self.columns, "wrong")), "|" + "---|" * (len(self.columns) + 1)]
        text = [f"# {self.summary}", "", *([note, ""] if note else []), *head, *map(_line, self.rows), ""]
        path.write_text("\n".join(text), encoding="utf-8")
        return path


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '∣').replace(chr(10), ' ') for cell in cells)} |"
