"""The addresses of the pages, below URL_PREFIX."""

from typing import Final

from django.urls import path, register_converter
from django.views.i18n import set_language

from playground.pages.converters import PictureNumber, RunId
from playground.pages.uploads import accepts_uploads
from playground.pages.views import account, brief, errors, files, pixels, polling, reference, runs, sources, usage

register_converter(RunId, "run")
register_converter(PictureNumber, "number")

GENERATIONS: Final = {"endpoint": "generations"}
EDITS: Final = {"endpoint": "edits"}

urlpatterns = [
    # First, because a page asks every few seconds: finding it as the twentieth costs a tenth of a poll.
    path("runs/live/", polling.poll_runs, name="runs_live"),
    path("", brief.studio, GENERATIONS, name="generate"),
    path("estimate/", brief.estimate, GENERATIONS, name="estimate"),
    path("fields/", brief.fields, GENERATIONS, name="fields"),
    path("snippets/", brief.snippets, GENERATIONS, name="snippets"),
    path("edit/", accepts_uploads(brief.studio), EDITS, name="edit"),
    path("edit/estimate/", brief.estimate, EDITS, name="edit_estimate"),
    path("edit/fields/", brief.fields, EDITS, name="edit_fields"),
    path("edit/snippets/", accepts_uploads(brief.snippets), EDITS, name="edit_snippets"),
    path("edit/sources/", sources.add, name="sources"),
    path("edit/sources/order/", sources.order, name="sources_order"),
    path("edit/sources/undo/", sources.take_back, name="sources_undo"),
    path("edit/sources/<run:source_id>/", sources.change, name="source"),
    path("edit/sources/<run:source_id>/file/", sources.file, name="source_file"),
    path("edit/sources/<run:source_id>/thumbnail/", sources.thumbnail, name="source_thumbnail"),
    path("edit/sources/<run:source_id>/mask/", sources.mask, name="source_mask"),
    path("edit/pixels/", pixels.pixels, name="pixels"),
    path("edit/from/<run:run_id>/", sources.take_run, name="edit_again"),
    path("edit/from/<run:run_id>/<number:number>/", sources.take_result, name="edit_from"),
    path("runs/", runs.history_page, name="runs"),
    path("runs/delete/", runs.delete_all, name="delete_all"),
    path("runs/undo/", runs.undo, name="runs_undo"),
    path("runs/<run:run_id>/", runs.run_page, name="run"),
    path("runs/<run:run_id>/cancel/", runs.cancel, name="run_cancel"),
    path("runs/<run:run_id>/delete/", runs.delete, name="run_delete"),
    path("runs/<run:run_id>/zip/", files.run_zip, name="run_zip"),
    path("runs/<run:run_id>/pictures/<number:number>/", files.picture, name="picture"),
    path("runs/<run:run_id>/pictures/<number:number>/thumbnail/", files.thumbnail, name="thumbnail"),
    path("runs/<run:run_id>/pictures/<number:number>/downloads/", files.downloads, name="downloads"),
    path("runs/<run:run_id>/pictures/<number:number>/locked/", files.locked, name="locked"),
    path(
        "runs/<run:run_id>/pictures/<number:number>/locked/thumbnail/",
        files.locked_thumbnail,
        name="locked_thumbnail",
    ),
    path("runs/<run:run_id>/pictures/<number:number>/heat/", files.heat, name="heat"),
    path("runs/<run:run_id>/sources/<number:number>/", files.source, name="run_source"),
    path("runs/<run:run_id>/sources/<number:number>/small/", files.source_thumbnail, name="run_source_thumbnail"),
    path("runs/<run:run_id>/mask/", files.mask, name="run_mask"),
    path("runs/<run:run_id>/previews/<number:number>/", files.preview, name="preview"),
    path("reference/", reference.reference, name="reference"),
    path("reference/llms.txt", reference.text, name="reference_text"),
    path("reference/samples/<slug:name>/", reference.sample, name="reference_sample"),
    path("reference/errors/<slug:code>/", reference.error, name="reference_error"),
    path("usage", usage.usage),
    path("usage/", usage.usage, name="usage"),
    path("usage/csv/", usage.as_csv, name="usage_csv"),
    path("key/", account.key, name="key"),
    path("key/forget/", account.forget, name="key_forget"),
    path("key/afresh/", account.reset_session, name="start_afresh"),
    path("key/everything/", account.delete_session_data, name="delete_everything"),
    path("language/", set_language, name="set_language"),
    path("csp-report/", errors.csp_report, name="csp_report"),
]
