"""URL converters for run ids and picture numbers; anything else is 404 without a query."""

from django.urls.converters import StringConverter


class RunId(StringConverter):
    """Eighty random bits in hexadecimal."""

    regex = "[0-9a-f]{20}"


class PictureNumber:
    """A number from 1, in ASCII digits."""

    regex = "[1-9][0-9]{0,2}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)
