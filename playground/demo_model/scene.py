"""A parsed prompt for a drawing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scene:
    """A parsed prompt. Names are those of `registry` and `vocabulary`; None and empty: not named.

    `details` are things named outside quotes, `quoted_details` inside them; `content` is what a poster or logo shows.
    """

    kind: str
    details: frozenset[str] = frozenset()
    quoted_details: frozenset[str] = frozenset()
    time: str | None = None
    weather: str | None = None
    style: str | None = None
    colours: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    chinese: bool = False
    understood: bool = True
    cut_out: bool = False
    content: str | None = None

    def shows(self, *names: str) -> bool:
        """Return whether the prompt names one of these details outside its quotes."""
        return not self.details.isdisjoint(names)
