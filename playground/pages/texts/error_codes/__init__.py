"""Every text about an error code, one row a code: for the run's card, its button, and the reference.

`playground/imageapi/errors.py` has the API's own messages. Each text is one whole sentence for translators. A row
stands in `rejections.py` if its status is 4xx, else in `failures.py`, in the order of `ERRORS`.
"""

from typing import Final

from playground.pages.texts.error_codes.error_text import Actor, ErrorText, Retry
from playground.pages.texts.error_codes.failures import FAILURE_TEXTS
from playground.pages.texts.error_codes.rejections import REJECTION_TEXTS

__all__ = ["ERROR_TEXTS", "Actor", "ErrorText", "Retry", "error_text"]

ERROR_TEXTS: Final[dict[str, ErrorText]] = {**REJECTION_TEXTS, **FAILURE_TEXTS}


def error_text(code: str) -> ErrorText:
    """Return the row of a code; old rows of the database may hold a code that is no longer listed."""
    return ERROR_TEXTS.get(code, ERROR_TEXTS["invalid_request"])
