"""The addresses of the pages, below URL_PREFIX."""

from django.urls import path, register_converter
from django.views.i18n import set_language

from playground.pages.converters import PictureNumber, RunId
from playground.pages.views import (
    edit,
    generate,
    key,
    live,
    masked,
    mine,
    pictures,
    reference,
    reports,
    runs,
    snippets,
    sources,
    usage,
)

register_converter(RunId, "run")
register_converter(PictureNumber, "number")

urlpatterns = [
    path("", generate.generate, name="generate"),
    path("estimate/", generate.estimate, name="estimate"),
    path("edit/", edit.edit, name="edit"),
    path("edit/estimate/", edit.estimate, name="edit_estimate"),
    path("snippets/", snippets.generate, name="snippets"),
    path("edit/snippets/", snippets.edit, name="edit_snippets"),
    path("edit/sources/", sources.add, name="sources"),
    path("edit/sources/order/", sources.order, name="sources_order"),
    path("edit/sources/undo/", sources.take_back, name="sources_undo"),
    path("edit/sources/<run:source_id>/", sources.change, name="source"),
    path("edit/sources/<run:source_id>/file/", sources.file, name="source_file"),
    path("edit/sources/<run:source_id>/thumbnail/", sources.thumbnail, name="source_thumbnail"),
    path("edit/sources/<run:source_id>/mask/", sources.mask, name="source_mask"),
    path("edit/from/<run:run_id>/", sources.take_run, name="edit_again"),
    path("edit/from/<run:run_id>/<number:number>/", sources.take_result, name="edit_from"),
    path("runs/", runs.history_page, name="runs"),
    path("runs/live/", live.follow, name="runs_live"),
    path("runs/delete/", runs.delete_all, name="delete_all"),
    path("runs/undo/", runs.undo, name="runs_undo"),
    path("runs/<run:run_id>/", runs.run, name="run"),
    path("runs/<run:run_id>/cancel/", runs.cancel, name="run_cancel"),
    path("runs/<run:run_id>/delete/", runs.delete, name="run_delete"),
    path("runs/<run:run_id>/zip/", pictures.zipped, name="run_zip"),
    path("runs/<run:run_id>/pictures/<number:number>/", pictures.picture, name="picture"),
    path("runs/<run:run_id>/pictures/<number:number>/thumbnail/", pictures.thumbnail, name="thumbnail"),
    path("runs/<run:run_id>/pictures/<number:number>/downloads/", pictures.downloads, name="downloads"),
    path("runs/<run:run_id>/pictures/<number:number>/locked/", masked.locked, name="locked"),
    path("runs/<run:run_id>/pictures/<number:number>/heat/", masked.heat, name="heat"),
    path("runs/<run:run_id>/sources/<number:number>/", masked.source, name="run_source"),
    path("runs/<run:run_id>/sources/<number:number>/small/", masked.source_thumbnail, name="run_source_thumbnail"),
    path("runs/<run:run_id>/mask/", masked.mask, name="run_mask"),
    path("runs/<run:run_id>/previews/<number:number>/", pictures.preview, name="preview"),
    path("reference/", reference.reference, name="reference"),
    path("reference/llms.txt", reference.text, name="reference_text"),
    path("reference/samples/<slug:name>/", reference.sample, name="reference_sample"),
    path("reference/errors/<slug:code>/", reference.error, name="reference_error"),
    path("usage", usage.usage),
    path("usage/", usage.usage, name="usage"),
    path("usage/csv/", usage.as_csv, name="usage_csv"),
    path("key/", key.key, name="key"),
    path("key/forget/", key.forget, name="key_forget"),
    path("key/afresh/", mine.afresh, name="start_afresh"),
    path("key/everything/", mine.everything, name="delete_everything"),
    path("language/", set_language, name="set_language"),
    path("csp-report/", reports.csp_report, name="csp_report"),
]
