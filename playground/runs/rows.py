"""Changes of a run's row, by ready-made statements: every run makes five of them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from playground import statements
from playground.runs.models import Run, State

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def change(run_id: str, facts: Mapping[str, Any] = _NOTHING, *, given: State | None = None) -> bool:
    """Write `facts` into the run's row, and count its version up, so that pages look; whether there was such a row.

    With `given` only while the run stands so: of several who try to lead it on, one does.
    """
    where = {"pk": run_id} if given is None else {"pk": run_id, "state": given}
    return statements.update(Run, where, facts, "version") > 0
