"""The URLs of the pages, below URL_PREFIX. A malformed id or number is 404 without a query."""

from typing import Final

from django.urls import path, register_converter
from django.urls.converters import StringConverter
from django.views.i18n import set_language

from playground.pages.uploads import accepts_uploads
from playground.pages.views import (
    account,
    brief,
    files,
    matrix,
    pins,
    polling,
    prompt_templates,
    reference,
    runs,
    site,
    sources,
)
from playground.runs.models import ID_PATTERN, NUMBER_PATTERN, SHARE_PATTERN


class RunId(StringConverter):
    """Eighty random bits in hexadecimal."""

    regex = ID_PATTERN


class ShareToken(StringConverter):
    """The token of a shared run: 128 random bits in hexadecimal."""

    regex = SHARE_PATTERN


class PictureNumber:
    """A number from 1, in ASCII digits."""

    regex = NUMBER_PATTERN

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(RunId, "run")
register_converter(PictureNumber, "number")
register_converter(ShareToken, "token")

GENERATIONS: Final = {"endpoint": "generations"}
EDITS: Final = {"endpoint": "edits"}

urlpatterns = [
    # First, because pages poll every few seconds: as the twentieth pattern it would cost a tenth of a poll.
    path("runs/live/", polling.poll_runs, name="runs_live"),
    path("", brief.studio, GENERATIONS, name="generate"),
    path("estimate/", brief.estimate, GENERATIONS, name="estimate"),
    path("fields/", brief.fields, GENERATIONS, name="fields"),
    path("snippets/", brief.snippets, GENERATIONS, name="snippets"),
    path("docs/", brief.documentation, GENERATIONS, name="docs"),
    path("unpin/", brief.unpin, name="unpin"),
    path("edit/", accepts_uploads(brief.studio), EDITS, name="edit"),
    path("edit/estimate/", brief.estimate, EDITS, name="edit_estimate"),
    path("edit/fields/", brief.fields, EDITS, name="edit_fields"),
    path("edit/snippets/", accepts_uploads(brief.snippets), EDITS, name="edit_snippets"),
    path("edit/docs/", brief.documentation, EDITS, name="edit_docs"),
    path("edit/unpin/", sources.unpin, name="edit_unpin"),
    path("edit/sources/", sources.add_sources, name="sources"),
    path("edit/sources/order/", sources.reorder_sources, name="sources_order"),
    path("edit/sources/undo/", sources.undo_removal, name="sources_undo"),
    path("edit/sources/<run:source_id>/", sources.change_source, name="source"),
    path("edit/sources/<run:source_id>/file/", sources.source_file, name="source_file"),
    path("edit/sources/<run:source_id>/thumbnail/", sources.source_thumbnail, name="source_thumbnail"),
    path("edit/sources/<run:source_id>/mask/", sources.source_mask, name="source_mask"),
    path("edit/sources/<run:source_id>/selections/", sources.source_selections, name="source_selections"),
    path("edit/example/<slug:name>/", sources.edit_example, name="edit_example"),
    path("edit/sources/<run:source_id>/annotations/", sources.annotate_source, name="annotations"),
    path("edit/sources/<run:source_id>/annotated/", sources.annotated_thumbnail, name="annotated"),
    path("edit/pixels/", sources.source_pixels, name="pixels"),
    path("edit/from/<run:run_id>/", sources.edit_run, name="edit_again"),
    path("edit/from/<run:run_id>/<number:number>/", sources.edit_result, name="edit_from"),
    path("runs/", runs.history_page, name="runs"),
    path("runs/delete/", runs.delete_all_runs, name="delete_all"),
    path("runs/undo/", runs.undo_deletion, name="runs_undo"),
    path("runs/selected/zip/", runs.download_selected, name="zip_selected"),
    path("runs/selected/compare/", runs.compare_selected, name="compare_selected"),
    path("runs/selected/delete/", runs.delete_selected, name="delete_selected"),
    path("runs/<run:run_id>/", runs.run_page, name="run"),
    path("runs/<run:run_id>/cancel/", runs.cancel_run, name="run_cancel"),
    path("runs/<run:run_id>/delete/", runs.delete_run, name="run_delete"),
    path("runs/<run:run_id>/share/", runs.share_run, name="run_share"),
    path("runs/<run:run_id>/zip/", files.run_zip, name="run_zip"),
    path("runs/<run:run_id>/pictures/<number:number>/", files.picture_file, name="picture"),
    path("runs/<run:run_id>/pictures/<number:number>/thumbnail/", files.picture_thumbnail, name="thumbnail"),
    path("runs/<run:run_id>/pictures/<number:number>/downloads/", files.download_links_part, name="downloads"),
    path("runs/<run:run_id>/pictures/<number:number>/locked/", files.locked_file, name="locked"),
    path(
        "runs/<run:run_id>/pictures/<number:number>/locked/thumbnail/",
        files.locked_thumbnail,
        name="locked_thumbnail",
    ),
    path("runs/<run:run_id>/pictures/<number:number>/provenance/", runs.check_provenance, name="provenance"),
    path("runs/<run:run_id>/pictures/<number:number>/star/", runs.star_picture, name="star"),
    path("runs/<run:run_id>/pictures/<number:number>/delete/", runs.delete_picture, name="picture_delete"),
    path("runs/<run:run_id>/pictures/<number:number>/heat/", files.heatmap_file, name="heat"),
    path("runs/<run:run_id>/sources/<number:number>/", files.source_file, name="run_source"),
    path("runs/<run:run_id>/sources/<number:number>/small/", files.source_thumbnail, name="run_source_thumbnail"),
    path("runs/<run:run_id>/mask/", files.mask_file, name="run_mask"),
    path("runs/<run:run_id>/markup/", files.markup_file, name="run_markup"),
    path("runs/<run:run_id>/previews/<number:number>/", files.preview_file, name="preview"),
    path("shared/<token:token>/", runs.shared_page, name="shared"),
    path("shared/<token:token>/pictures/<number:number>/", files.shared_picture_file, name="shared_picture"),
    path("shared/<token:token>/pictures/<number:number>/locked/", files.shared_locked_file, name="shared_locked"),
    path("shared/<token:token>/source/", files.shared_source_file, name="shared_source"),
    path("shared/<token:token>/mask/", files.shared_mask_file, name="shared_mask"),
    path("compare/", runs.compare_page, name="compare"),
    path("matrix/", matrix.matrix_page, name="matrix"),
    path("matrix/total/", matrix.matrix_total, name="matrix_total"),
    path("matrix/<run:matrix_id>/", matrix.sheet_page, name="matrix_sheet"),
    path("matrix/<run:matrix_id>/stop/", matrix.stop_matrix, name="matrix_stop"),
    path("matrix/<run:matrix_id>/retry/<run:run_id>/", matrix.retry_cell, name="matrix_retry"),
    path("matrix/<run:matrix_id>/zip/", matrix.matrix_zip, name="matrix_zip"),
    path("templates/", prompt_templates.templates_page, name="prompt_templates"),
    path("templates/new/", prompt_templates.new_template, name="template_new"),
    path("templates/undo/", prompt_templates.undo_deletion, name="templates_undo"),
    path("templates/export/", prompt_templates.export_file, name="templates_export"),
    path("templates/import/", prompt_templates.import_file, name="templates_import"),
    path("templates/palette/", pins.palette, name="palette_pin"),
    path("templates/style/", pins.style, name="style_pin"),
    path("templates/style/thumbnail/", pins.style_thumbnail, name="style_thumbnail"),
    path("templates/<run:template_id>/", prompt_templates.change_template, name="template"),
    path("templates/<run:template_id>/delete/", prompt_templates.delete_template, name="template_delete"),
    path("reference/", reference.reference_page, name="reference"),
    path("reference/llms.txt", reference.reference_text, name="reference_text"),
    path("reference/samples/<slug:name>/", reference.run_sample, name="reference_sample"),
    path("reference/parameters/<slug:place>/", reference.parameter_help, name="reference_parameter"),
    path("reference/errors/<slug:code>/", reference.error_code_page, name="reference_error"),
    path("usage", account.usage_page, name="usage_without_slash"),
    path("usage/", account.usage_page, name="usage"),
    path("usage/csv/", account.usage_csv, name="usage_csv"),
    path("key/", account.keys_page, name="key"),
    path("key/forget/", account.forget_key, name="key_forget"),
    path("key/afresh/", account.reset_session, name="start_afresh"),
    path("key/everything/", account.delete_session_data, name="delete_everything"),
    path("commands/", site.commands_page, name="commands"),
    path("language/", set_language, name="set_language"),
    path("manifest.webmanifest", site.manifest, name="manifest"),
    path("csp-report/", site.csp_report, name="csp_report"),
]
