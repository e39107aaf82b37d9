"""A chart of dollars by day for operators, as SVG."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Sum
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from playground.gateway.models import ApiKey, KeyDay
from playground.imageapi.pricing import beijing_day, format_dollars

DAYS: Final = 30
_WIDTH: Final = 20
_HEIGHT: Final = 120
_TOP: Final = 20


def usage_by_day(now: datetime, api_key: ApiKey | None = None) -> dict[date, tuple[int, int]]:
    """Return images and micro-dollars of the last DAYS, of a key or of all keys but demo keys; oldest first."""
    today = beijing_day(now)
    first = today - timedelta(days=DAYS - 1)
    days = KeyDay.objects.filter(date__gte=first)
    days = days.filter(api_key__is_demo=False) if api_key is None else days.filter(api_key=api_key)
    sums = {
        row["date"]: (row["images"], row["money"])
        for row in days.order_by().values("date").annotate(images=Sum("images"), money=Sum("spent_micro_usd"))
    }
    dates = (first + timedelta(days=number) for number in range(DAYS))
    return {day: sums.get(day, (0, 0)) for day in dates}


def usage_chart(usage: Mapping[date, tuple[int, int]]) -> SafeString:
    """Draw a bar of dollars for each day; a bar's title has its figures."""
    most = max((money for _images, money in usage.values()), default=0) or 1
    bars = format_html_join(
        "",
        '<g><title>{}</title><rect x="{}" y="{}" width="{}" height="{}"/></g>',
        (
            (
                f"{day.isoformat()}: {format_dollars(money)}, {_('%(count)d images') % {'count': images}}",
                number * _WIDTH + 2,
                _TOP + _HEIGHT - round(_HEIGHT * money / most),
                _WIDTH - 4,
                round(_HEIGHT * money / most),
            )
            for number, (day, (images, money)) in enumerate(usage.items())
        ),
    )
    label = _("US dollars per day in the last %(days)d days; the highest bar is %(most)s.") % {
        "days": len(usage),
        "most": format_dollars(0 if most == 1 else most),
    }
    return format_html(
        '<p>{}</p><svg viewBox="0 0 {} {}" width="{}" role="img" aria-label="{}" fill="#417690">{}'
        '<line x1="0" x2="{}" y1="{}" y2="{}" stroke="currentColor"/></svg>',
        label,
        len(usage) * _WIDTH,
        _TOP + _HEIGHT + 1,
        len(usage) * _WIDTH,
        label,
        bars,
        len(usage) * _WIDTH,
        _TOP + _HEIGHT,
        _TOP + _HEIGHT,
    )


def usage_table(usage: Mapping[date, tuple[int, int]]) -> SafeString:
    """List the days with usage, newest first."""
    rows = format_html_join(
        "",
        "<tr><th>{}</th><td>{}</td><td>{}</td></tr>",
        (
            (day.isoformat(), images, format_dollars(money))
            for day, (images, money) in reversed(list(usage.items()))
            if images or money
        ),
    )
    if not rows:
        return format_html("<p>{}</p>", _("No usage."))
    return format_html(
        "<table><tr><th>{}</th><th>{}</th><th>{}</th></tr>{}</table>",
        _("Beijing day"),
        _("images"),
        _("US dollars"),
        rows,
    )
