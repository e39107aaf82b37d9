"""The task that works on a run, whoever carries it out."""

from django.tasks import task


@task()
def execute_run(run_id: str) -> None:
    """Work on the run if nobody else has it. A message only wakes: the claim decides."""
    from playground.runs.worker.execute import claim_and_execute_run

    claim_and_execute_run(run_id)
