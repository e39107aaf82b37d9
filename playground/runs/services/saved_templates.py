"""The prompt templates that a visitor saved: read, save and import them. retention.py deletes them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Final

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from playground.core.db.transactions import take_transaction_lock
from playground.runs.exceptions import TemplateRejected
from playground.runs.models import SavedTemplate

MAX_TEMPLATES: Final = 50
MAX_NAME_LENGTH: Final = 60
MAX_TEXT_LENGTH: Final = 8000


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Numbers of templates: `renamed` ones are among those `added`; those `present` were there already."""

    added: int
    renamed: int
    present: int


def list_templates(visitor: str) -> list[SavedTemplate]:
    """Return the visitor's templates in the order in which they were saved."""
    return list(SavedTemplate.objects.filter(visitor=visitor, deleted_at=None)) if visitor else []


def get_template(visitor: str, template_id: str) -> SavedTemplate:
    """Return a template of the visitor. Raises Http404."""
    templates = SavedTemplate.objects.filter(pk=template_id, visitor=visitor, deleted_at=None)
    template = templates.first() if visitor else None
    if template is None:
        raise Http404("no such template")
    return template


def mark_used(template_id: str, now: datetime | None = None) -> None:
    """Keep a template for as long again."""
    SavedTemplate.objects.filter(pk=template_id).update(used_at=now or timezone.now())


def save_template(visitor: str, name: str, text: str, template_id: str = "") -> SavedTemplate:
    """Save a new template, or change the one with this id. Raises TemplateRejected and Http404."""
    with transaction.atomic():
        # Two tabs may save at once.
        take_transaction_lock("templates", visitor)
        if any(other.name == name and other.pk != template_id for other in list_templates(visitor)):
            raise TemplateRejected("name_taken")
        if not template_id:
            return _create_templates(visitor, [(name, text)])[0]
        template = get_template(visitor, template_id)
        template.name, template.text, template.used_at = name, text, timezone.now()
        template.save(update_fields=["name", "text", "used_at"])
        return template


def import_templates(visitor: str, templates: Iterable[tuple[str, str]]) -> ImportResult:
    """Save pairs of name and text, all or none; number a name that another text has. Raises TemplateRejected."""
    with transaction.atomic():
        take_transaction_lock("templates", visitor)
        texts = {template.name: template.text for template in list_templates(visitor)}
        added: list[tuple[str, str]] = []
        renamed = present = 0
        for name, text in templates:
            if texts.get(name) == text:
                present += 1
                continue
            free = free_name(name, texts)
            renamed += free != name
            texts[free] = text
            added.append((free, text))
        _create_templates(visitor, added)
        return ImportResult(len(added), renamed, present)


def free_name(name: str, taken: Collection[str]) -> str:
    """Return the name, with a number when it is taken."""
    candidate, numbers = name, count(2)
    while candidate in taken:
        suffix = f" ({next(numbers)})"
        candidate = f"{name[: MAX_NAME_LENGTH - len(suffix)]}{suffix}"
    return candidate


def _create_templates(visitor: str, templates: Sequence[tuple[str, str]]) -> list[SavedTemplate]:
    present = SavedTemplate.objects.filter(visitor=visitor, deleted_at=None).count()
    if templates and present + len(templates) > MAX_TEMPLATES:
        raise TemplateRejected("too_many", present=present, count=len(templates))
    rows = [SavedTemplate(visitor=visitor, name=name, text=text) for name, text in templates]
    return SavedTemplate.objects.bulk_create(rows)
