"""`manage.py reconcile`: check that ledger, requests and accounts agree; print differing rows and exit with 1."""

import sys
from typing import Any

from django.db import transaction
from django.utils import timezone

from playground.core.start_checks import DataCommand
from playground.gateway.models import LedgerEntry
from playground.gateway.services.leases import expire_leases
from playground.gateway.services.ledger import find_differences


class Command(DataCommand):
    """Compare image requests, ledger and counters, and print every difference."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """End calls of dead processes, then compare."""
        expire_leases(timezone.now())
        # One transaction sees each running call whole or not at all.
        with transaction.atomic():
            if transaction.get_connection().vendor == "postgresql":
                transaction.get_connection().cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            differences = list(find_differences())
            rows = LedgerEntry.objects.count()
        for line in differences:
            self.stdout.write(line)
        self.stdout.write(f"{len(differences)} differences in {rows} ledger rows.")
        if differences:
            sys.exit(1)
