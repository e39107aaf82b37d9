"""Keys for operators: make, limit, disable, rotate, and give webhook secrets. Each secret is shown once."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from django import forms
from django.contrib.admin import SimpleListFilter, display
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from playground.core.admin import AnyAdmin
from playground.gateway.models import ApiKey, KeyDay
from playground.gateway.services import api_keys
from playground.gateway.services.api_keys import IssuedKey, NewKey
from playground.gateway.usage_chart import usage_by_day, usage_chart, usage_table
from playground.imageapi.pricing import MICRO, beijing_day, format_dollars

# Form fields in dollars, by their columns in micro-dollars.
_DOLLARS: Final = {"daily_usd": "daily_micro_usd", "total_usd": "total_micro_usd"}


def _dollars_field(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_value=api_keys.MAX_USD, max_digits=16, decimal_places=6,
        help_text=gettext_lazy("In US dollars; empty for no limit."),
    )  # fmt: skip


class KeyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A key with budgets in dollars."""

    daily_usd = _dollars_field(gettext_lazy("Daily budget"))
    total_usd = _dollars_field(gettext_lazy("Total budget"))
    with_webhook_secret = forms.BooleanField(
        label=gettext_lazy("Webhook secret"),
        required=False,
        help_text=gettext_lazy("Lets the key's jobs call webhooks; the secret signs them."),
    )

    class Meta:
        model = ApiKey
        fields = ("name", "is_disabled", "expires_at", "daily_images", "concurrency")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, column in _DOLLARS.items():
            micro = getattr(self.instance, column)
            self.initial.setdefault(name, None if micro is None else f"{micro / MICRO:.6f}".rstrip("0").rstrip("."))
        for name in ("daily_images", "concurrency"):
            if name in self.fields:
                self.fields[name].max_value = api_keys.MAX_COUNT  # type: ignore[attr-defined]

    def save(self, commit: bool = True) -> ApiKey:
        """Take the budgets as micro-dollars."""
        for name, column in _DOLLARS.items():
            if name in self.cleaned_data:
                dollars = self.cleaned_data[name]
                setattr(self.instance, column, None if dollars is None else int(dollars * MICRO))
        saved: ApiKey = super().save(commit)
        return saved


class KeyFileForm(forms.Form):
    """A table of keys, pasted from a file or a spreadsheet."""

    table = forms.CharField(
        label=gettext_lazy("Table of keys"),
        widget=forms.Textarea(attrs={"rows": 15, "cols": 90}),
        strip=False,
    )

    def clean_table(self) -> list[NewKey]:
        """Read the table; each problem is an error."""
        try:
            return api_keys.read_key_file(self.cleaned_data["table"])
        except api_keys.KeyFileError as error:
            raise forms.ValidationError([_("No key was created."), *error.problems]) from error


class DemoFilter(SimpleListFilter):
    """Demo keys make themselves, one for each visitor: hide them unless asked for."""

    title = gettext_lazy("demo keys")
    parameter_name = "demo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return [("yes", gettext_lazy("Demo keys")), ("all", gettext_lazy("All keys"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": gettext_lazy("Issued keys")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> QuerySet[ApiKey]:
        return queryset if self.value() == "all" else queryset.filter(is_demo=self.value() == "yes")


class ApiKeyAdmin(AnyAdmin):
    """Keys with their limits and usage. They cannot be deleted: the ledger refers to them."""

    form = KeyForm
    list_display = ("prefix", "name", "is_disabled", "expires_at", "daily_images", "today_usd", "spent_usd")
    list_filter = (DemoFilter, "is_disabled")
    search_fields = ("prefix", "name")
    ordering = ("-pk",)
    change_list_template = "operators/keys.html"
    _LIMITS = ("name", "expires_at", "daily_images", "concurrency")
    _SHOWN = ("prefix", "is_demo", "has_webhook_secret", "links", "spent_usd", "reserved_usd", "created_at", "usage")

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        """Return the fields; a new key has neither usage nor something to replace."""
        if obj is None:
            return (*self._LIMITS, *_DOLLARS, "with_webhook_secret")
        # Without a form there are no fields in dollars.
        budgets = tuple(_DOLLARS if self.has_change_permission(request, obj) else _DOLLARS.values())
        return (
            "prefix", *self._LIMITS, *budgets, "is_disabled", "is_demo", "has_webhook_secret", "links", "spent_usd",
            "reserved_usd", "created_at", "usage",
        )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        return self._SHOWN if obj is not None else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """Make a key, or write the changed columns alone: requests change the counters meanwhile."""
        if change:
            obj.save(update_fields=[_DOLLARS.get(name, name) for name in form.changed_data])
            return
        issued = api_keys.issue_key(
            NewKey(
                name=obj.name,
                daily_images=obj.daily_images,
                concurrency=obj.concurrency,
                daily_micro_usd=obj.daily_micro_usd,
                total_micro_usd=obj.total_micro_usd,
                expires_at=obj.expires_at,
                has_webhook_secret=form.cleaned_data["with_webhook_secret"],
            )
        )
        obj.pk = issued.api_key.pk
        obj.prefix = issued.api_key.prefix
        request.issued_key = issued  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: Any = None) -> HttpResponse:
        """Show the key."""
        issued: IssuedKey = request.issued_key  # type: ignore[attr-defined]
        return self._show_secrets(request, obj, key=issued.key, webhook_secret=issued.webhook_secret)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("import/", self.admin_site.admin_view(self.import_keys), name="gateway_apikey_import"),
            path("<int:pk>/rotate/", self.admin_site.admin_view(self.rotate), name="gateway_apikey_rotate"),
            path("<int:pk>/secret/", self.admin_site.admin_view(self.renew_secret), name="gateway_apikey_secret"),
        ]
        return [*own, *super().get_urls()]

    def import_keys(self, request: HttpRequest) -> HttpResponse:
        """Make keys for a group: all or none. The response is a file with the keys."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = KeyFileForm(request.POST or None)
        if form.is_valid():
            table = api_keys.keys_table(api_keys.issue_keys(form.cleaned_data["table"]))
            response = HttpResponse(table, content_type="text/csv; charset=utf-8")
            response.headers["Content-Disposition"] = 'attachment; filename="keys.csv"'
            return response
        context = {
            "title": _("Make keys for a group"),
            "form": form,
            "lines": [
                _("Paste a table with one key per line. The first line names the columns: %(columns)s. Only name is "
                  "required.") % {"columns": ", ".join(api_keys.FILE_COLUMNS)},
                _("All keys are made, or none. You get a CSV file with the keys. It is the only copy."),
            ],
            "button": _("Make keys"),
        }  # fmt: skip
        return self._page(request, "operators/form.html", context, status=422 if form.errors else 200)

    def rotate(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Replace a key, after a confirmation."""
        question = _("Replace this key? The old one stops working at once. Limits and usage stay.")
        return self._confirm(request, pk, question, lambda api_key: {"key": api_keys.rotate_key(api_key).key})

    def renew_secret(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a key a new webhook secret, after a confirmation."""
        question = _(
            "Make a new webhook secret for this key? From now on it signs all webhooks, and an old one signs none."
        )
        return self._confirm(
            request, pk, question, lambda api_key: {"webhook_secret": api_keys.renew_webhook_secret(api_key)}
        )

    def _confirm(
        self, request: HttpRequest, pk: int, question: str, make: Callable[[ApiKey], dict[str, str]]
    ) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            # Locked: two operators would each get a key, and only one of them would work.
            api_key = ApiKey.objects.select_for_update().filter(pk=pk, is_demo=False).first()
            if api_key is None:
                raise Http404
            if request.method == "POST":
                return self._show_secrets(request, api_key, **make(api_key))
        context = {"title": str(api_key), "lines": [question], "button": _("Yes, I’m sure")}
        return self._page(request, "operators/form.html", context)

    def _show_secrets(self, request: HttpRequest, api_key: ApiKey, **secrets: str) -> HttpResponse:
        labels = {"key": _("Key"), "webhook_secret": _("Webhook secret")}
        context = {
            "title": str(api_key),
            "lines": [_("Copy it now. It won't be shown again.")],
            "secrets": [(labels[name], value) for name, value in secrets.items() if value],
        }
        return self._page(request, "operators/secrets.html", context)

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "home": _("Home"), "back": _("Keys")}
        return TemplateResponse(request, template, {**shared, **context}, status=status)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the list, with the way to keys for a group."""
        label = _("Make keys for a group") if self.has_add_permission(request) else ""
        return super().changelist_view(request, {**(extra_context or {}), "import_label": label})

    @display(description=gettext_lazy("webhook secret"), boolean=True)
    def has_webhook_secret(self, api_key: ApiKey) -> bool:
        return bool(api_key.webhook_secret)

    @display(description=gettext_lazy("spent"))
    def spent_usd(self, api_key: ApiKey) -> str:
        return format_dollars(api_key.spent_micro_usd)

    @display(description=gettext_lazy("reserved"))
    def reserved_usd(self, api_key: ApiKey) -> str:
        return format_dollars(api_key.held_micro_usd)

    @display(description=gettext_lazy("spent today"))
    def today_usd(self, api_key: ApiKey) -> str:
        today = KeyDay.objects.filter(api_key=api_key, date=beijing_day(timezone.now())).first()
        return format_dollars(today.spent_micro_usd if today else 0)

    @display(description=gettext_lazy("usage"))
    def usage(self, api_key: ApiKey) -> SafeString:
        usage = usage_by_day(timezone.now(), api_key)
        return format_html("{}{}", usage_chart(usage), usage_table(usage))

    @display(description=gettext_lazy("replace"))
    def links(self, api_key: ApiKey) -> SafeString | str:
        """Link to what makes new secrets; demo keys have none that anyone keeps."""
        if api_key.is_demo:
            return "-"
        names = {"rotate": _("new key"), "secret": _("new webhook secret")}
        name = self.admin_site.name
        return format_html_join(
            " · ",
            '<a href="{}">{}</a>',
            ((reverse(f"{name}:gateway_apikey_{view}", args=[api_key.pk]), text) for view, text in names.items()),
        )
