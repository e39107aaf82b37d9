"""Going on by GET after a form was taken."""

from http import HTTPStatus

from django.http import HttpResponseRedirect


class SeeOther(HttpResponseRedirect):
    """A redirect that is always followed by GET, whatever the form's method was (RFC 9110, 303)."""

    status_code = HTTPStatus.SEE_OTHER
