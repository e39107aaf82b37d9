"""The models that may be asked for, and what each can do: a new model is a row here.

Source: what the official API answers to a field that a model does not take: 400, and the field's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Model:
    """What the official API of a model takes.

    It answers `refuses` with 400, whatever their values. `own` are values that it assumes where a field is not sent;
    such a field need not be sent, and some endpoints refuse it. `needs` names the field without which one means
    nothing.
    """

    name: str
    refuses: frozenset[str] = frozenset()
    own: Mapping[str, object] = field(default_factory=dict)
    needs: Mapping[str, str] = field(default_factory=dict)

    def taken(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the parameters that a provider of this model is sent."""
        return {name: value for name, value in parameters.items() if self._takes(name, value, parameters)}

    def _takes(self, name: str, value: object, parameters: Mapping[str, Any]) -> bool:
        if name in self.refuses or (name in self.own and value == self.own[name]):
            return False
        return name not in self.needs or bool(parameters.get(self.needs[name]))


MODELS: Final = {
    model.name: model
    for model in (
        Model(
            "gpt-image-2",
            refuses=frozenset(("input_fidelity", "response_format")),
            own={"moderation": "auto", "stream": False, "output_compression": 100},
            needs={"partial_images": "stream"},
        ),
    )
}
