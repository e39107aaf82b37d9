"""The fields of a row: every text of one error code, and the steps that it leads to."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from django.utils.functional import Promise

from playground.imageapi.errors import Charged

Actor = Literal["caller", "holder", "operator", "nobody"]
Retry = Literal["wait", "change", "check", "now", "tomorrow", "pay_again"]
Action = Literal["repeat", "reconnect", "wait", "edit", "quicker", "key", "api", "budget"]


class Triage(NamedTuple):
    """The next step: the person who must act, the effect of a retry, and the first button of the run's card."""

    actor: Actor
    retry: Retry
    action: Action = "repeat"


@dataclass(frozen=True, slots=True)
class ErrorText:
    """The texts of one code: `message` is for a run's card, `cause` and `remedy` for the reference.

    Variants of `message`: the provider named a parameter, the run was never sent, failures are free by the provider's
    terms. `assumed_charge` is what clients must assume, where it is more than the API promises.
    """

    headline: Promise
    message: Promise
    cause: Promise
    remedy: Promise
    triage: Triage
    run_headline: Promise | None = None
    message_for_field: Promise | None = None
    message_unsent: Promise | None = None
    message_if_free: Promise | None = None
    assumed_charge: Charged | None = None
