"""Tell the operator when a key has used 80 % of a budget, and when it has used it up: by e-mail, by webhook, or both.

Each web process looks once a minute. A row for each alert, which only one of them can write, keeps it from being sent
twice; an alert that could not be sent is tried again.
"""

import logging
import smtplib
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import requests
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.utils import timezone

from playground.core.db.transactions import release_connection, serialized_write
from playground.gateway.models import ApiKey, BudgetAlert, KeyDay
from playground.imageapi.client.small_requests import exchange
from playground.imageapi.pricing import FLOOR_MICRO_USD, beijing_day, format_dollars

logger = logging.getLogger("playground.gateway.budget_alerts")
WARNING_PERCENT: Final = 80
USED_UP_PERCENT: Final = 100
SEND_SECONDS: Final = 10.0
RETRY_PERIOD: Final = timedelta(minutes=5)
MAX_ATTEMPTS: Final = 12
_TOTAL: Final = "total"
_checking: Final = threading.Lock()


def is_configured() -> bool:
    """Return True if the operator has named someone to tell."""
    return bool(settings.ALERT_EMAIL or settings.ALERT_WEBHOOK_URL)


def start_check() -> None:
    """Look for alerts in a thread of its own, unless one is looking: a mail server may answer slowly."""
    if is_configured() and _checking.acquire(blocking=False):
        threading.Thread(target=_check_and_release, name="budget-alerts", daemon=True).start()


def check_budgets(now: datetime) -> None:
    """Note which budgets have reached a threshold, and send the alerts that are due."""
    alerts = list(_reached_thresholds(now))
    known = set(
        BudgetAlert.objects.filter(api_key__in={alert.api_key_id for alert in alerts}).values_list(
            "api_key", "period", "percent"
        )
    )
    missing = [alert for alert in alerts if (alert.api_key_id, alert.period, alert.percent) not in known]
    if missing:
        with serialized_write():
            BudgetAlert.objects.bulk_create(missing, ignore_conflicts=True)
    for alert in BudgetAlert.objects.filter(sent_at=None, next_at__lte=now, attempts__lt=MAX_ATTEMPTS):
        _send_once(alert, now)


def alert_facts(alert: BudgetAlert) -> dict[str, Any]:
    """Describe an alert for a webhook. Chat services show its `text`."""
    key, period = str(alert.api_key), "today's" if alert.day else "the total"
    used = f"{format_dollars(alert.spent_micro_usd)} of {format_dollars(alert.budget_micro_usd)}"
    state = "has used up" if alert.percent == USED_UP_PERCENT else f"has used {alert.percent} % of"
    return {
        "object": "budget.alert",
        "text": f"The key {key} {state} {period} budget: {used}.",
        "key": alert.api_key.prefix,
        "name": alert.api_key.name,
        "period": "day" if alert.day else _TOTAL,
        "date": alert.day.isoformat() if alert.day else None,
        "percent": alert.percent,
        "spent_micro_usd": alert.spent_micro_usd,
        "budget_micro_usd": alert.budget_micro_usd,
        "created": int(alert.created_at.timestamp()),
    }


def _check_and_release() -> None:
    try:
        check_budgets(timezone.now())
    except Exception as error:
        # The next minute tries again.
        logger.error("budgets could not be checked: %s", type(error).__name__)
    finally:
        _checking.release()
        release_connection()


def _reached_thresholds(now: datetime) -> Iterator[BudgetAlert]:
    today = beijing_day(now)
    days = KeyDay.objects.filter(date=today, api_key__daily_micro_usd__gt=0).select_related("api_key")
    for day in days.filter(spent_micro_usd__gte=_share(F("api_key__daily_micro_usd"))):
        budget = day.api_key.daily_micro_usd or 0
        yield from _alerts(day.api_key, budget, day.spent_micro_usd, now, f"{today.isoformat()} {budget}", day=today)
    keys = ApiKey.objects.filter(total_micro_usd__gt=0, spent_micro_usd__gte=_share(F("total_micro_usd")))
    for api_key in keys:
        budget = api_key.total_micro_usd or 0
        yield from _alerts(api_key, budget, api_key.spent_micro_usd, now, f"{_TOTAL} {budget}")


def _share(budget: Any) -> Any:
    """Return the lower threshold of a budget, as an expression for the database."""
    return budget * WARNING_PERCENT / 100


def _alerts(
    api_key: ApiKey, budget: int, spent: int, now: datetime, period: str, **facts: Any
) -> Iterator[BudgetAlert]:
    # Requests that would exceed a budget are refused, so it is used up when it does not pay for an image any more.
    is_used_up = budget - spent < FLOOR_MICRO_USD
    for percent in (WARNING_PERCENT, USED_UP_PERCENT) if is_used_up else (WARNING_PERCENT,):
        yield BudgetAlert(
            api_key=api_key,
            # With the amount: a budget that was raised is another one.
            period=period,
            percent=percent,
            spent_micro_usd=spent,
            budget_micro_usd=budget,
            created_at=now,
            next_at=now,
            **facts,
        )


def _send_once(alert: BudgetAlert, now: datetime) -> None:
    """Claim the attempt, send the alert, and note that it was sent."""
    row = BudgetAlert.objects.filter(pk=alert.pk, attempts=alert.attempts, sent_at=None)
    with serialized_write():
        if not row.update(attempts=F("attempts") + 1, next_at=now + RETRY_PERIOD):
            # Another process is at it.
            return
    facts = alert_facts(alert)
    release_connection()
    # What has arrived is not sent again because the other way failed.
    if alert.is_mailed or _send_mail(facts):
        BudgetAlert.objects.filter(pk=alert.pk).update(is_mailed=True)
        if _post(facts):
            BudgetAlert.objects.filter(pk=alert.pk).update(sent_at=now)


def _send_mail(facts: dict[str, Any]) -> bool:
    if not settings.ALERT_EMAIL:
        return True
    message = EmailMessage(
        subject=f"[playground] {facts['text']}".replace("\n", " ")[:200],
        body=f"{facts['text']}\n\n{settings.PUBLIC_URL}\n",
        from_email=settings.EMAIL_FROM,
        to=settings.ALERT_EMAIL,
    )
    try:
        message.send(using="default")
    except (OSError, smtplib.SMTPException, ValueError) as error:
        logger.error("a budget alert could not be mailed: %s", type(error).__name__)
        return False
    return True


def _post(facts: dict[str, Any]) -> bool:
    if not settings.ALERT_WEBHOOK_URL:
        return True
    request = requests.Request("POST", settings.ALERT_WEBHOOK_URL, json=facts)
    # The operator chose the URL, so it may be inside.
    response = exchange(request, listed=[settings.ALERT_WEBHOOK_URL], seconds=SEND_SECONDS, max_bytes=0)
    if not 200 <= response.status < 300:
        logger.error("a budget alert could not be posted: %s", response.failure or f"status {response.status}")
    return 200 <= response.status < 300
