"""Write programs for Python: with the official openai package, and with requests."""

from playground.imageapi.catalog import SDK_TIMEOUT_SECONDS
from playground.imageapi.client.request import form_value
from playground.imageapi.untrusted_text import is_invisible
from playground.pages.snippets.request import JOB_POLL_SECONDS, KEY, File, SnippetRequest

_INDENT = "    "
_OPENAI = "from openai import OpenAI\n"


def python(target: SnippetRequest) -> str:
    """Return the program for the openai package."""
    # max_retries=0: a call that is sent twice may be charged twice.
    call = "edit" if target.request.endpoint == "edits" else "generate"
    arguments = "".join(f"{_INDENT}{name}={value},\n" for name, value in _arguments(target))
    if target.is_job:
        arguments += f'{_INDENT}extra_headers={{"Prefer": "respond-async"}},\n'
    client = (
        f"client = OpenAI(\n{_INDENT}base_url={_literal(target.base_url)},\n"
        f"{_INDENT}api_key={_literal(KEY)},\n"
        f"{_INDENT}timeout={SDK_TIMEOUT_SECONDS:.1f},\n{_INDENT}max_retries=0,\n)\n"
    )
    read = (
        '[event.b64_json for event in result if event.type.endswith(".completed")]'
        if target.streams
        else "[image.b64_json for image in result.data]"
    )
    if target.is_job:
        wait = (
            f"while True:\n{_INDENT}time.sleep({JOB_POLL_SECONDS})\n"
            f'{_INDENT}job = client.get(f"/jobs/{{accepted.id}}", cast_to=object)\n'
            f'{_INDENT}if job["status"] not in ("queued", "in_progress"):\n{_INDENT * 2}break\n'
            f'if job["status"] != "completed":\n{_INDENT}raise SystemExit(job.get("error", job["status"]))\n'
        )
        return (
            f"import base64\nimport time\n\n{_OPENAI}\n{client}\n"
            f"accepted = client.images.{call}(\n{arguments})\n\n{wait}\n"
            f'images = [image["b64_json"] for image in job["result"]["data"]]\n{_write_save(target)}'
        )
    return (
        f"import base64\n\n{_OPENAI}\n{client}\nresult = client.images.{call}(\n{arguments})\n\n"
        f"images = {read}\n{_write_save(target)}"
    )


def python_requests(target: SnippetRequest) -> str:
    """Return the program for requests."""
    if target.request.endpoint == "edits":
        fields = "".join(
            f'{_INDENT * 2}"{name}": {_write_text(form_value(value), 2)},\n' for name, value in target.fields.items()
        )
        files = "".join(f'{_INDENT * 2}("{file.field}", {_file(file)}),\n' for file in target.files)
        body = f"{_INDENT}data={{\n{fields}{_INDENT}}},\n{_INDENT}files=[\n{files}{_INDENT}],\n"
    else:
        fields = "".join(
            f'{_INDENT * 2}"{name}": {_write_value(value, 2)},\n' for name, value in target.fields.items()
        )
        body = f"{_INDENT}json={{\n{fields}{_INDENT}}},\n"
    call = (
        f"response = requests.post(\n{_INDENT}{_literal(target.url)},\n"
        f'{_INDENT}headers={{"Authorization": {_literal(f"Bearer {KEY}")}}},\n{body}'
        f"{_INDENT}timeout={SDK_TIMEOUT_SECONDS},\n{f'{_INDENT}stream=True,{chr(10)}' if target.streams else ''})\n"
        f"if not response.ok:\n{_INDENT}raise SystemExit(response.text)\n"
    )
    # requests reads 512 bytes at a time unless it is told otherwise; an event has megabytes.
    read = (
        "images = []\nfor line in response.iter_lines(chunk_size=65536):\n"
        f'{_INDENT}if line.startswith(b"data: {{"):\n'
        f'{_INDENT * 2}event = json.loads(line[6:])\n{_INDENT * 2}if event.get("type", "").endswith(".completed"):\n'
        f'{_INDENT * 3}images.append(event["b64_json"])\n'
        if target.streams
        else 'images = [image["b64_json"] for image in response.json()["data"]]\n'
    )
    imports = f"import base64\n{f'import json{chr(10)}' if target.streams else ''}\nimport requests\n"
    return f"{imports}\n{call}\n{read}{_write_save(target)}"


def _arguments(target: SnippetRequest) -> list[tuple[str, str]]:
    fields = [(name, _write_value(value, 1)) for name, value in target.fields.items()]
    images = [_file(image) for image in target.images]
    if not images:
        return fields
    listed = "".join(f"{_INDENT * 2}{image},\n" for image in images)
    files = [("image", images[0] if len(images) == 1 else f"[\n{listed}{_INDENT}]")]
    files += [(layer.field, _file(layer)) for layer in target.layers]
    return [fields[0], *files, *fields[1:]]


def _file(file: File) -> str:
    name, local, media_type = (_literal(text) for text in (file.name, file.local, file.media_type))
    return f'({name}, open({local}, "rb"), {media_type})'


def _write_value(value: object, depth: int) -> str:
    return _write_text(value, depth) if isinstance(value, str) else repr(value)


def _write_text(text: str, depth: int) -> str:
    """Return a literal; a text of several lines becomes one literal for each line."""
    lines = text.split("\n")
    pieces = [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    if len(pieces) < 2:
        return _literal(text)
    inner = "".join(f"{_INDENT * (depth + 1)}{_literal(piece)}\n" for piece in pieces)
    return f"(\n{inner}{_INDENT * depth})"


def _write_save(target: SnippetRequest) -> str:
    if target.count == 1:
        return f'with open("{target.outputs[0]}", "wb") as file:\n{_INDENT}file.write(base64.b64decode(images[0]))\n'
    extension = target.outputs[0].rpartition(".")[2]
    return (
        f"for number, image in enumerate(images, start=1):\n"
        f'{_INDENT}with open(f"output-{{number}}.{extension}", "wb") as file:\n'
        f"{_INDENT * 2}file.write(base64.b64decode(image))\n"
    )


def _literal(text: str) -> str:
    """Return a string of Python: exact, and with invisible characters escaped."""
    # Much quicker than a test of each character.
    if text.isascii() and text.isprintable():
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return '"' + "".join(_escape(character) for character in text) + '"'


def _escape(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if not is_invisible(character):
        return character
    short = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(character)
    code = ord(character)
    return short or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}")
