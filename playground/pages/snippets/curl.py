"""A program for bash with curl and jq: JSON in a here-document, forms by --form-string, which takes text as it is."""

from playground.imageapi.catalog import SDK_TIMEOUT_SECONDS
from playground.pages.snippets.quoting import json_object, shell
from playground.pages.snippets.request import KEY, File, SnippetRequest, parameter_text

_COMPLETED = 'select((.type // "") | endswith(".completed"))'
_REFUSED = "error(.error.message)"
_NEXT = " \\\n  "


def curl(target: SnippetRequest) -> str:
    """The program."""
    head = [
        f"curl -sS --fail-with-body --max-time {SDK_TIMEOUT_SECONDS}{' -N' if target.streams else ''} "
        f"{shell(target.url)}",
        f'-H "Authorization: Bearer {KEY}"',
    ]
    if target.request.endpoint == "generations":
        lines = [*head, '-H "Content-Type: application/json"', f"--data-binary @- <<'JSON'{_on(target, ' ')}"]
        written = f"{_joined(lines)}\n{json_object(target.fields)}\nJSON\n"
    else:
        texts = [f"--form-string {shell(f'{name}={parameter_text(value)}')}" for name, value in target.fields.items()]
        files = [f"-F {shell(_file(one))}" for one in target.files]
        written = f"{_joined([*head, *texts, *files])}{_on(target, _NEXT)}\n"
    return written + _pictures(target)


def _joined(lines: list[str]) -> str:
    return _NEXT.join(lines)


def _file(file: File) -> str:
    """Between quotes curl takes a file's name as it is, commas and semicolons too."""
    renamed = "" if file.local == file.name else f';filename="{_quoted(file.name)}"'
    return f'{file.field}=@"{_quoted(file.local)}";type={file.media_type}{renamed}'


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def _on(target: SnippetRequest, space: str) -> str:
    """Where the answer goes: to a file when several pictures are in it."""
    if target.count > 1:
        return f"{space}-o {'events.txt' if target.streams else 'answer.json'}"
    (name,) = target.outputs
    if target.streams:
        steps = ["sed -n 's/^data: {/{/p'", f"jq -er '{_COMPLETED} | .b64_json'"]
    else:
        steps = [f"jq -er '.data[0].b64_json // {_REFUSED}'"]
    return "".join(f"{space}| {step}" for step in [*steps, f"base64 -d > {name}"])


def _pictures(target: SnippetRequest) -> str:
    if target.count == 1:
        return ""
    ending = target.outputs[0].rpartition(".")[2]
    if target.streams:
        read = f"sed -n 's/^data: {{/{{/p' events.txt | jq -ers \"[.[] | {_escaped(_COMPLETED)}][$i].b64_json\""
    else:
        read = f'jq -er ".data[$i].b64_json // {_REFUSED}" answer.json'
    numbers = " ".join(str(number) for number in range(target.count))
    return f'for i in {numbers}; do\n  {read} | base64 -d > "output-$((i + 1)).{ending}"\ndone\n'


def _escaped(text: str) -> str:
    return text.replace('"', '\\"')
