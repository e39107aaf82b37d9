"""Variations of a result: there is no endpoint for them, so it is edited with high fidelity and an empty prompt."""

from playground.imageapi.options import AUTO
from playground.runs.models import Run

_TAKEN_OVER = ("quality", "background", "output_format", "output_compression")


def variation(run: Run, number: int) -> dict[str, str]:
    """The fields of a form that asks for a variation of one picture of the run; sent twice it is one run."""
    said = {name: str(run.parameters[name]) for name in _TAKEN_OVER if run.parameters.get(name) is not None}
    return {
        "api": run.api,
        **said,
        "of_picture": f"{run.pk}/{number}",
        "prompt": "",
        "preface": "",
        "size": AUTO,
        "n": "1",
        "input_fidelity": "high",
        "token": f"variation:{run.pk}/{number}",
    }
