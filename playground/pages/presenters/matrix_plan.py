"""The price and time of a matrix before it is sent, checked against the key's limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from playground.imageapi.catalog import DAILY_IMAGES
from playground.imageapi.client.small_requests import read_usage
from playground.imageapi.errors import ApiError
from playground.imageapi.pricing import (
    Estimate,
    SecondsRange,
    beijing_day,
    end_of_beijing_day,
    format_dollars,
    seconds_to_midnight,
)
from playground.imageapi.providers import ImageApi
from playground.imageapi.schemas import ImageRequest
from playground.pages.forms.matrix import Axis, MatrixForm
from playground.pages.presenters import apis
from playground.pages.presenters.estimates import cdn_warning, price_label, size_notice
from playground.pages.presenters.frames import describe_other_shapes
from playground.pages.session import api_keys
from playground.pages.session.visitor import PageRequest
from playground.pages.texts.run_errors import hours_and_minutes
from playground.runs import selectors
from playground.runs.services.submit import MAX_QUEUED, expected_price, expected_seconds

_LIMIT_CODE: Final = "image_daily_limit"


@dataclass(frozen=True, slots=True)
class Allowance:
    """The images and micro-dollars that a key may still use; None where no limit is known.

    `is_certain`: the API said so. Else the limit is the documented one, less what this session used.
    """

    images: int | None = None
    micro_usd: int | None = None
    is_certain: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """The number, price and time of runs. `confirm` is posted with the form: it names what the visitor saw."""

    runs: int
    pictures: int
    price: Estimate
    price_label: str
    time_label: str
    confirm: str


@dataclass(frozen=True, slots=True)
class MatrixPlan:
    """The total of a matrix. `problem` says what does not fit, `fitting` is the total of the first runs that do."""

    total: Total | None
    axes: list[Axis]
    problem: str = ""
    is_blocked: bool = False
    fitting: Total | None = None
    warnings: tuple[str, ...] = ()
    is_demo: bool = False


def plan_matrix(request: PageRequest, form: MatrixForm, now: datetime) -> MatrixPlan:
    """Return the plan of a form; without a total when something in it has to be corrected."""
    api, requests = form.chosen, form.requests if form.is_valid() else []
    if not requests:
        return MatrixPlan(None, form.axes)
    allowance = key_allowance(request, api, now)
    count, problem = _count_fitting(api, requests, allowance), ""
    # A limit that is only assumed blocks nothing: the key may have another one.
    is_blocked = count < len(requests) and allowance.is_certain
    if count < len(requests):
        problem = _limit_problem(api, requests, allowance, now)
    room = max(0, MAX_QUEUED - selectors.count_running_and_queued(request.visitor.id)[1])
    if len(requests) > room:
        count, is_blocked = min(count, room), True
        problem = _(
            "A session can have up to %(most)d waiting runs, and there is room for %(free)d more now. Wait until "
            "some have started, or choose fewer."
        ) % {"most": MAX_QUEUED, "free": room}
    return MatrixPlan(
        total=runs_total(api, requests),
        axes=form.axes,
        problem=problem,
        is_blocked=is_blocked,
        fitting=runs_total(api, requests[:count]) if problem and count else None,
        warnings=_warnings(form, requests),
        is_demo=apis.api_choice(request, api).is_demo,
    )


def runs_total(api: ImageApi, requests: Sequence[ImageRequest]) -> Total:
    """Return number, price and time of runs that start now, with the calls at once that the API allows."""
    price = _price(api, requests)
    pictures = sum(request.n or 1 for request in requests)
    middles = [_middle(expected_seconds(api, request)) for request in requests]
    seconds = remaining_seconds(middles, api.profile.concurrency_limit)
    return Total(
        runs=len(requests),
        pictures=pictures,
        price=price,
        price_label=price_label(price, api),
        time_label=duration_label(seconds),
        # Changes with everything that changes the bill: only what the visitor saw is sent.
        confirm=f"{api.id}-{len(requests)}-{pictures}-{price.low}-{price.high}",
    )


def remaining_seconds(seconds: Sequence[float], concurrency_limit: int | None) -> float:
    """Return how long runs of these lengths take together."""
    if not seconds:
        return 0.0
    return max(*seconds, sum(seconds) / (concurrency_limit or len(seconds)), 0.0)


def duration_label(seconds: float) -> str:
    """Format an estimate for people: `about 40 s`, `about 4 min`."""
    if seconds < 90:
        # From ten on in steps of five: "about 37 s" would promise more than is known.
        rounded = max(1, round(seconds)) if seconds < 10 else round(seconds / 5) * 5
        return _("about %(seconds)d s") % {"seconds": rounded}
    return _("about %(minutes)d min") % {"minutes": round(seconds / 60)}


def key_allowance(request: PageRequest, api: ImageApi, now: datetime) -> Allowance:
    """Return what the session's key may still use, without what waiting and running runs will use."""
    account = api.profile.account
    reserved_images, reserved_micro_usd = selectors.count_reserved(request.visitor.id, account)
    if not api.is_builtin:
        if _LIMIT_CODE not in api.profile.error_codes:
            return Allowance()
        # The provider's quota is one of Beijing days.
        day_start = end_of_beijing_day(beijing_day(now)) - timedelta(days=1)
        used = selectors.count_pictures_since(request.visitor.id, account, day_start)
        return Allowance(max(0, DAILY_IMAGES - used - reserved_images))
    if api_keys.stored_key(request, account, now) is None:
        # The first run makes the demo key.
        return Allowance(DAILY_IMAGES, is_certain=True)
    listed = [listed_api.base_url for listed_api in settings.IMAGE_APIS.values()]
    try:
        usage = read_usage(api, api_keys.use_key(request, api, now), days=1, listed=listed)
    except ApiError:
        # The runs themselves say what is wrong with the key, and cost nothing.
        return Allowance()
    limit, key = usage["today"]["limit"], usage["account"]
    spent_today = usage["days"][-1]["micro_usd"] if usage["days"] else 0
    budgets = (
        (key.get("daily_micro_usd"), spent_today),
        (key.get("total_micro_usd"), key.get("spent_micro_usd", 0)),
    )
    left = [max(0, budget - used - reserved_micro_usd) for budget, used in budgets if budget is not None]
    images = None if limit is None else max(0, limit - usage["today"]["images"] - reserved_images)
    return Allowance(images, min(left, default=None), is_certain=True)


def _price(api: ImageApi, requests: Sequence[ImageRequest]) -> Estimate:
    prices = [expected_price(api, request) for request in requests]
    return Estimate(sum(price.low for price in prices), sum(price.high for price in prices))


def _warnings(form: MatrixForm, requests: Sequence[ImageRequest]) -> tuple[str, ...]:
    """Return each warning about a quality, a size or its shape once."""
    api, shapes = form.chosen, ""
    if form.endpoint == "edits" and form.source_size and not form.sources.frame:
        shapes = describe_other_shapes(form.source_size, (str(request.size) for request in requests))
    by_quality = (cdn_warning(api, str(request.quality)) for request in requests)
    by_size = (size_notice(api, str(request.size)) for request in requests)
    return tuple(dict.fromkeys(filter(None, (*by_quality, *by_size, shapes))))


def _middle(seconds: SecondsRange) -> float:
    return (seconds.low + seconds.high) / 2


def _count_fitting(api: ImageApi, requests: Sequence[ImageRequest], allowance: Allowance) -> int:
    """Return how many of the runs, from the first, the key's limits allow."""
    images, micro_usd = 0, 0
    for number, request in enumerate(requests):
        images += request.n or 1
        # The highest price, because the API holds as much of the budget before it generates.
        micro_usd += expected_price(api, request).high
        is_over_images = allowance.images is not None and images > allowance.images
        if is_over_images or (allowance.micro_usd is not None and micro_usd > allowance.micro_usd):
            return number
    return len(requests)


def _limit_problem(api: ImageApi, requests: Sequence[ImageRequest], allowance: Allowance, now: datetime) -> str:
    """Return which limit the runs exceed, and what is left of it."""
    pictures = sum(request.n or 1 for request in requests)
    if allowance.images is not None and pictures > allowance.images:
        wait = hours_and_minutes(seconds_to_midnight(now))
        if not allowance.is_certain:
            text = _(
                "This API allows %(limit)d images per key per day, and this session has used all but %(left)d. The "
                "quota resets in %(wait)s. Runs beyond it fail, free of charge."
            )
        else:
            text = ngettext(
                "Your key can generate %(left)d more image today. The quota resets in %(wait)s.",
                "Your key can generate %(left)d more images today. The quota resets in %(wait)s.",
                allowance.images,
            )
        return text % {"limit": DAILY_IMAGES, "left": allowance.images, "wait": wait}
    left = format_dollars(allowance.micro_usd or 0)
    return _("Your key's budget has %(left)s left. These runs may cost up to %(price)s.") % {
        "left": left,
        "price": format_dollars(_price(api, requests).high),
    }
