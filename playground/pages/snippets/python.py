"""Programs for Python: with the official openai package, and with requests."""

from playground.imageapi.catalog import SDK_TIMEOUT_SECONDS
from playground.pages.snippets import quoting
from playground.pages.snippets.request import KEY, File, SnippetRequest, parameter_text

_STEP = "    "
_OPENAI = "from openai import OpenAI\n"


def python(target: SnippetRequest) -> str:
    """The program for the openai package. It does not try again: a call sent twice may be paid twice."""
    call = "edit" if target.request.endpoint == "edits" else "generate"
    given = "".join(f"{_STEP}{name}={value},\n" for name, value in _arguments(target))
    client = (
        f"client = OpenAI(\n{_STEP}base_url={quoting.python(target.base_url)},\n"
        f"{_STEP}api_key={quoting.python(KEY)},\n"
        f"{_STEP}timeout={SDK_TIMEOUT_SECONDS:.1f},\n{_STEP}max_retries=0,\n)\n"
    )
    read = (
        '[event.b64_json for event in result if event.type.endswith(".completed")]'
        if target.streams
        else "[picture.b64_json for picture in result.data]"
    )
    return (
        f"import base64\n\n{_OPENAI}\n{client}\nresult = client.images.{call}(\n{given})\n\n"
        f"pictures = {read}\n{_saved(target)}"
    )


def python_requests(target: SnippetRequest) -> str:
    """The program for requests."""
    if target.request.endpoint == "edits":
        fields = "".join(
            f'{_STEP * 2}"{name}": {_text(parameter_text(value), 2)},\n' for name, value in target.fields.items()
        )
        files = "".join(f'{_STEP * 2}("{one.field}", {_file(one)}),\n' for one in target.files)
        sent = f"{_STEP}data={{\n{fields}{_STEP}}},\n{_STEP}files=[\n{files}{_STEP}],\n"
    else:
        fields = "".join(f'{_STEP * 2}"{name}": {_value(value, 2)},\n' for name, value in target.fields.items())
        sent = f"{_STEP}json={{\n{fields}{_STEP}}},\n"
    call = (
        f"response = requests.post(\n{_STEP}{quoting.python(target.url)},\n"
        f'{_STEP}headers={{"Authorization": {quoting.python(f"Bearer {KEY}")}}},\n{sent}'
        f"{_STEP}timeout={SDK_TIMEOUT_SECONDS},\n{f'{_STEP}stream=True,{chr(10)}' if target.streams else ''})\n"
        f"if not response.ok:\n{_STEP}raise SystemExit(response.text)\n"
    )
    read = (
        "pictures = []\nfor line in response.iter_lines(chunk_size=65536):\n"
        f'{_STEP}if line.startswith(b"data: {{"):\n'
        f'{_STEP * 2}event = json.loads(line[6:])\n{_STEP * 2}if event.get("type", "").endswith(".completed"):\n'
        f'{_STEP * 3}pictures.append(event["b64_json"])\n'
        if target.streams
        else 'pictures = [picture["b64_json"] for picture in response.json()["data"]]\n'
    )
    imports = f"import base64\n{f'import json{chr(10)}' if target.streams else ''}\nimport requests\n"
    return f"{imports}\n{call}\n{read}{_saved(target)}"


def _arguments(target: SnippetRequest) -> list[tuple[str, str]]:
    fields = [(name, _value(value, 1)) for name, value in target.fields.items()]
    images = [_file(one) for one in target.images]
    if not images:
        return fields
    listed = "".join(f"{_STEP * 2}{one},\n" for one in images)
    files = [("image", images[0] if len(images) == 1 else f"[\n{listed}{_STEP}]")]
    if target.mask:
        files.append(("mask", _file(target.mask)))
    return [fields[0], *files, *fields[1:]]


def _file(file: File) -> str:
    name, local, media_type = (quoting.python(one) for one in (file.name, file.local, file.media_type))
    return f'({name}, open({local}, "rb"), {media_type})'


def _value(value: object, depth: int) -> str:
    return _text(value, depth) if isinstance(value, str) else repr(value)


def _text(text: str, depth: int) -> str:
    """A literal; text of several lines stands on as many."""
    lines = text.split("\n")
    pieces = [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    if len(pieces) < 2:
        return quoting.python(text)
    inner = "".join(f"{_STEP * (depth + 1)}{quoting.python(one)}\n" for one in pieces)
    return f"(\n{inner}{_STEP * depth})"


def _saved(target: SnippetRequest) -> str:
    if target.count == 1:
        return f'with open("{target.outputs[0]}", "wb") as file:\n{_STEP}file.write(base64.b64decode(pictures[0]))\n'
    ending = target.outputs[0].rpartition(".")[2]
    return (
        f"for number, picture in enumerate(pictures, start=1):\n"
        f'{_STEP}with open(f"output-{{number}}.{ending}", "wb") as file:\n'
        f"{_STEP * 2}file.write(base64.b64decode(picture))\n"
    )
