"""The list that faults put themselves on."""

from collections.abc import Callable

from tests.fake_provider.exchange import Exchange

Fault = Callable[[Exchange], None]
FAULTS: dict[str, Fault] = {}


def fault(name: str) -> Callable[[Fault], Fault]:
    """Register a function as the fault `name`."""

    def register(function: Fault) -> Fault:
        FAULTS[name] = function
        return function

    return register
