"""What `manage.py work --health-port` answers."""

import requests

from playground.server.management.commands.work import serve_health
from tests.helpers.server import free_port


class HealthyWorker:
    def is_healthy(self) -> bool:
        return True


def test_a_worker_reports_its_own_machine_and_only_with_metrics_on(settings) -> None:
    port = free_port()
    serve_health(HealthyWorker(), port)  # type: ignore[arg-type]
    address = f"http://127.0.0.1:{port}/metrics"
    settings.METRICS = False
    assert requests.get(address, timeout=10).status_code == 503
    settings.METRICS = True
    answer = requests.get(address, timeout=10)
    assert answer.status_code == 200
    assert "playground_process_cpu_seconds_total{" in answer.text and "playground_disk_free_bytes" in answer.text
    # Web servers report the installation.
    assert "playground_runs" not in answer.text
