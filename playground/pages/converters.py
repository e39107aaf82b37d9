"""URL converters for run ids and picture numbers; anything else is 404 without a query."""

from django.urls.converters import StringConverter


class RunId(StringConverter):
    """Eighty random bits in hexadecimal."""

    # As `new_id` of the models writes them.
    regex = "[0-9a-f]{20}"


class PictureNumber:
    """A number from 1, in ASCII digits."""

    # At most 999, so that a long number in an address never reaches the database.
    regex = "[1-9][0-9]{0,2}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)
