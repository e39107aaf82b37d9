"""Write a program for bash with curl and jq.

JSON goes in a here-document; texts of a form go by --form-string, which does not interpret them.
"""

import re
from typing import Final

from playground.imageapi.catalog import SDK_TIMEOUT_SECONDS
from playground.imageapi.client.request import form_value
from playground.imageapi.untrusted_text import is_invisible
from playground.pages.snippets.request import JOB_POLL_SECONDS, KEY, File, SnippetRequest, json_object

_COMPLETED_EVENT = 'select((.type // "") | endswith(".completed"))'
_RAISE_ERROR = "error(.error.message)"
_RAISE_JOB_ERROR = "error(.error.message // .status)"
_AUTHORIZATION = f'-H "Authorization: Bearer {KEY}"'
_CONTINUATION = " \\\n  "
_ESCAPES: Final = {"\r": "\\r", "\t": "\\t", "\\": "\\\\", "'": "\\'", "\n": "\\n"}


def curl(target: SnippetRequest) -> str:
    """Return the program for curl."""
    # --fail-with-body prints the error of the API; with -N events come as they are sent instead of in blocks.
    head = [
        f"curl -sS --fail-with-body --max-time {SDK_TIMEOUT_SECONDS}{' -N' if target.streams else ''} "
        f"{_quote(target.url)}",
        _AUTHORIZATION,
        *(['-H "Prefer: respond-async"'] if target.is_job else []),
    ]
    # Quotes around the delimiter keep bash from expanding anything in the prompt.
    if target.request.endpoint == "generations":
        lines = [*head, '-H "Content-Type: application/json"', f"--data-binary @- <<'JSON'{_output(target, ' ')}"]
        program = f"{_join_lines(lines)}\n{json_object(target.fields)}\nJSON\n"
    else:
        texts = [f"--form-string {_quote(f'{name}={form_value(value)}')}" for name, value in target.fields.items()]
        files = [f"-F {_quote(_form_file(file))}" for file in target.files]
        program = f"{_join_lines([*head, *texts, *files])}{_output(target, _CONTINUATION)}\n"
    return program + (_follow_job(target) if target.is_job else "") + _save_pictures(target)


def _follow_job(target: SnippetRequest) -> str:
    """Return the loop that waits for the job, and its only image."""
    job_url = f"{_quote(f'{target.base_url}/jobs')}/$job"
    lines = [
        "",
        "job=$(jq -er '.id // error(.error.message)' job.json)",
        f"while sleep {JOB_POLL_SECONDS}; do",
        f"  curl -sS --fail-with-body -o job.json {job_url}{_CONTINUATION}  {_AUTHORIZATION}",
        """  jq -e '.status == "queued" or .status == "in_progress"' job.json > /dev/null || break""",
        "done",
    ]
    if target.count == 1:
        read = f"jq -er '.result.data[0].b64_json // {_RAISE_JOB_ERROR}' job.json"
        lines.append(f"{read} | base64 -d > {target.outputs[0]}")
    return "".join(f"{line}\n" for line in lines)


def _join_lines(lines: list[str]) -> str:
    return _CONTINUATION.join(lines)


def _form_file(file: File) -> str:
    """Return a file argument; between quotes curl does not interpret commas and semicolons in a name."""
    renamed = "" if file.local == file.name else f';filename="{_escape_quotes(file.name)}"'
    return f'{file.field}=@"{_escape_quotes(file.local)}";type={file.media_type}{renamed}'


def _escape_quotes(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def _output(target: SnippetRequest, space: str) -> str:
    """Return the rest of the pipeline; jobs and several pictures go through a file."""
    if target.is_job:
        return f"{space}-o job.json"
    if target.count > 1:
        return f"{space}-o {'events.txt' if target.streams else 'answer.json'}"
    # jq -e fails when there is no image, and error() prints the reason.
    (name,) = target.outputs
    if target.streams:
        steps = ["sed -n 's/^data: {/{/p'", f"jq -er '{_COMPLETED_EVENT} | .b64_json'"]
    else:
        steps = [f"jq -er '.data[0].b64_json // {_RAISE_ERROR}'"]
    return "".join(f"{space}| {step}" for step in [*steps, f"base64 -d > {name}"])


def _save_pictures(target: SnippetRequest) -> str:
    if target.count == 1:
        return ""
    extension = target.outputs[0].rpartition(".")[2]
    if target.streams:
        event = _escape_quotes(_COMPLETED_EVENT)
        read = f"sed -n 's/^data: {{/{{/p' events.txt | jq -ers \"[.[] | {event}][$i].b64_json\""
    elif target.is_job:
        read = f'jq -er ".result.data[$i].b64_json // {_RAISE_JOB_ERROR}" job.json'
    else:
        read = f'jq -er ".data[$i].b64_json // {_RAISE_ERROR}" answer.json'
    numbers = " ".join(str(number) for number in range(target.count))
    return f'for i in {numbers}; do\n  {read} | base64 -d > "output-$((i + 1)).{extension}"\ndone\n'


def _quote(text: str) -> str:
    """Return a word of bash: in single quotes, or as $'…' when it has invisible characters."""
    if re.fullmatch(r"[A-Za-z0-9_@%+=:,./-]+", text, re.ASCII):
        return text
    if not any(is_invisible(character) and character != "\n" for character in text):
        return "'" + text.replace("'", "'\\''") + "'"
    return "$'" + "".join(_escape(character) for character in text) + "'"


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if not is_invisible(character):
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode(errors="replace"))
