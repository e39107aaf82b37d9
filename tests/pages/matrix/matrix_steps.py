"""Steps of a visitor at the matrix."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.factories import BASE

MATRIX = f"{BASE}matrix/"


def entries(client: Client, **changes: Any) -> dict[str, Any]:
    """The entries of the form as it is opened, with changes."""
    token = client.get(MATRIX).context["form"]["token"].value()
    values = {"api": "builtin", "token": token, "prompt": "A {red|blue} fox", "per_line": "1", "n": "1"}
    return {**values, "size": ["1024x1024", "1024x1536"], "quality": ["low"], **changes}


def total(client: Client, values: dict[str, Any]) -> Any:
    """The plan that the page shows for these entries."""
    return client.post(f"{MATRIX}total/", values).context["plan"]


def send(client: Client, values: dict[str, Any]) -> HttpResponse:
    """Press the button whose total stands on the page."""
    plan = total(client, values)
    return client.post(MATRIX, {**values, "confirm": plan.total.confirm if plan.total else ""})
