"""CSV (RFC 4180) that is safe to open in a spreadsheet: no cell is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

# Spreadsheets run a cell that begins so, also after blanks; the wide forms are what Chinese keyboards write.
# See OWASP, CSV Injection.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BLOCK_CHARACTERS: Final = 32_768


def csv_blocks(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """Yield the head and one line a row, in blocks; values beyond `columns` are left out."""
    out = io.StringIO()
    table = csv.DictWriter(out, columns, extrasaction="ignore")
    table.writeheader()
    for row in rows:
        table.writerow({name: neutralize_cell(value) for name, value in row.items()})
        if out.tell() > _BLOCK_CHARACTERS:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def neutralize_cell(value: object) -> object:
    """Return text that would start a formula with an apostrophe before it; numbers stay as they are."""
    if not isinstance(value, str):
        return value
    return f"'{value}" if value.startswith(_FORMULA_STARTS) or value.lstrip().startswith(_FORMULA_STARTS) else value
