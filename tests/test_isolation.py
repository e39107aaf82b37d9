"""Visitors cannot reach each other's objects: every address with an object, every verb."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from playground.runs import paths
from playground.runs.models import Matrix, Run, SavedTemplate, Source, State
from tests.factories import BASE, KEY, a_run, a_visitor, picture_bytes
from tests.runs.draft_files import a_source

pytestmark = pytest.mark.django_db
VERBS = ("get", "head", "post", "put", "patch", "delete", "options")


def patterns(resolver: URLResolver, before: str = "") -> dict[str, URLPattern]:
    """Every address of the site as it is written in the routes."""
    routes = {}
    for pattern in resolver.url_patterns:
        path = before + str(pattern.pattern)
        routes |= patterns(pattern, path) if isinstance(pattern, URLResolver) else {path: pattern}
    return routes


ROUTES = {path: pattern for path, pattern in patterns(get_resolver()).items() if "<run:" in path}


@pytest.fixture
def bobs(tmp_path) -> dict[str, str]:
    """Objects of bob: a finished edit with all its files, a waiting run, a draft with a picture, a template."""
    source = {"name": "cat.png", "file": "source-1.png", "thumbnail": "source-1.png", "media_type": "image/png"}
    axes = [{"name": "size", "values": ["1024x1024"]}]
    matrix = Matrix.objects.create(visitor="bob", entries={"prompt": "bobs secret"}, axes=axes)
    run = a_run(
        visitor="bob",
        pictures=1,
        matrix=matrix,
        cell=0,
        endpoint="edits",
        prompt="bobs secret",
        mask="mask.png",
        markup="markup.png",
        sources=[{**source, "size": 9, "width": 8, "height": 6, "role": ""}],
    )
    run.pictures.update(locked="1.png", heat="1.png", thumbnail="1.png")
    for name in ("source-1.png", "mask.png", "markup.png", "preview-1"):
        (paths.run_folder(run.pk) / name).write_bytes(picture_bytes())
    waiting = a_run(visitor="bob", state=State.QUEUED, sealed_key="sealed")
    source = a_source(tmp_path, visitor="bob")
    source.annotations = [{"kind": "arrow", "colour": "red", "width": 8, "x1": 4, "y1": 4, "x2": 40, "y2": 40}]
    source.save()
    template = SavedTemplate.objects.create(visitor="bob", name="Mine", text="bobs secret {subject}")
    return {
        "run_id": run.pk,
        "source_id": source.pk,
        "matrix_id": matrix.pk,
        "template_id": template.pk,
        "waiting": waiting.pk,
    }


def everything() -> list[object]:
    models = (Run, Source, SavedTemplate)
    return [row for model in models for row in model.objects.order_by("pk").values()]


def address(route: str, bobs: dict[str, str]) -> str:
    for name, value in bobs.items():
        route = route.replace(f"<run:{name}>", value)
    return "/" + route.replace("<number:number>", "1")


def test_the_walk_knows_every_route_with_an_object() -> None:
    assert len(ROUTES) >= 18, sorted(ROUTES)


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_strangers_find_and_change_nothing(bobs, route: str) -> None:
    before = everything()
    for client in (a_visitor(Client(), "alice"), Client()):
        for verb in VERBS:
            answer = getattr(client, verb)(address(route, bobs))
            assert answer.status_code in (404, 405), (verb, answer.status_code, answer.content[:200])
            assert b"bobs secret" not in answer.content
    assert everything() == before


@pytest.mark.parametrize("route", sorted(route for route in ROUTES if not route.endswith("source_id>/mask/")))
def test_the_owner_does_find_it(bobs, route: str) -> None:
    """Else the walk above would prove nothing."""
    bob = a_visitor(Client(), "bob")
    statuses = {getattr(bob, verb)(address(route, bobs)).status_code for verb in ("get", "post")}
    assert statuses & {200, 303}, statuses


@pytest.mark.parametrize("field", ["of_run", "source", "page"])
def test_a_form_cannot_name_the_files_of_another_visitor(bobs, field: str) -> None:
    value = bobs["source_id"] if field == "source" else bobs["run_id"]
    alice = a_visitor(Client(), "alice")
    answer = alice.post(f"{BASE}edit/", {"prompt": "x", "api": "builtin", field: value})
    assert answer.status_code in (404, 422)
    assert "bobs secret" not in answer.text and not Run.objects.filter(visitor="alice").exists()


def test_a_shared_run_opens_no_route_of_its_session(bobs) -> None:
    Run.objects.filter(pk=bobs["run_id"]).update(share_token="0" * 32, shares_source=True)
    shared = [path for path in patterns(get_resolver()) if "<token:" in path]
    assert len(shared) == 5
    for path in shared:
        file = "/" + path.replace("<token:token>", "0" * 32).replace("<number:number>", "1")
        assert Client().get(file).status_code == 200, path
        assert Client().get(file.replace("0" * 32, "1" * 32)).status_code == 404
        for verb in ("post", "put", "patch", "delete"):
            assert getattr(Client(), verb)(file).status_code == 405
    for route in sorted(ROUTES):
        for verb in VERBS:
            assert getattr(Client(), verb)(address(route, bobs)).status_code in (404, 405), (verb, route)


def test_lists_hold_only_ones_own(bobs) -> None:
    alice = a_visitor(Client(), "alice")
    page = alice.get(f"{BASE}runs/live/", {"seen": f"{bobs['run_id']}:0"}).content.decode()
    own = f"templates/?template={bobs['template_id']}"
    addresses = ("", "edit/", "runs/", "key/", "templates/", "templates/export/", own, "commands/?q=bobs")
    pages = [alice.get(f"{BASE}{path}").text for path in addresses]
    assert "bobs secret" not in "".join([page, *pages])


def test_a_session_id_from_outside_is_not_accepted(client: Client, settings) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    client.post(f"{BASE}key/", {"api": "asia", "key": KEY})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != "a" * 32


@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
@pytest.mark.parametrize(
    "path", ["", "edit/", "key/", "key/everything/", "key/afresh/", "runs/delete/", "runs/undo/"]
)
def test_a_post_without_its_token_does_nothing(bobs, path: str, headers: dict[str, str]) -> None:
    before = everything()
    strict = Client(enforce_csrf_checks=True, headers=headers)
    a_visitor(strict, "bob")
    answer = strict.post(f"{BASE}{path}", {"prompt": "x", "api": "builtin", "key": KEY})
    assert answer.status_code == 403
    assert everything() == before


@pytest.mark.parametrize("path", ["", "edit/", "runs/", "key/", "nothing/"])
def test_pages_are_for_one_visitor_and_no_frame(client: Client, path: str) -> None:
    answer = client.get(f"{BASE}{path}")
    assert answer["Cache-Control"] == "no-store" and answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Referrer-Policy"] == "same-origin"
