"""Write programs for JavaScript: with fetch, for pages and Node, and with the official openai package for Node."""

from django.utils.translation import gettext_lazy as _

from playground.imageapi.catalog import SDK_TIMEOUT_SECONDS
from playground.imageapi.client.request import form_value
from playground.pages.snippets.request import KEY, File, SnippetRequest, json_text

_MILLISECONDS = f"{SDK_TIMEOUT_SECONDS}_000"
_FILES_COMMENT = _(
    "Node reads files from the current folder. A page reads files next to it and downloads the results."
)
_FS = 'const fs = globalThis.process?.versions?.node ? await import("node:fs/promises") : null;\n'
_FILE = """async function file(local, name, type) {
  const bytes = fs ? await fs.readFile(local) : await (await fetch(encodeURIComponent(local))).arrayBuffer();
  return new File([bytes], name, { type });
}
"""
# A page cannot write files, so it downloads the image through a link.
_SAVE = """async function save(name, base64) {
  if (fs) return fs.writeFile(name, Buffer.from(base64, "base64"));
  const link = document.createElement("a");
  link.href = `data:%(media_type)s;base64,${base64}`;
  link.download = name;
  link.click();
}
"""


def javascript(target: SnippetRequest) -> str:
    """Return the program for fetch."""
    is_edit = target.request.endpoint == "edits"
    helpers = f"// {_FILES_COMMENT}\n{_FS}" + (_FILE if is_edit else "") + _SAVE % {"media_type": target.media_type}
    content_type = "" if is_edit else '    "Content-Type": "application/json",\n'
    body = "form" if is_edit else f"JSON.stringify({_write_object(target, '  ')})"
    # fetch has no timeout of its own.
    call = (
        f"const response = await fetch({_literal(target.url)}, {{\n"
        f'  method: "POST",\n  headers: {{\n    "Authorization": {_literal(f"Bearer {KEY}")},\n'
        f"{content_type}  }},\n  body: {body},\n  signal: AbortSignal.timeout({_MILLISECONDS}),\n}});\n"
        "if (!response.ok) throw new Error(await response.text());\n"
    )
    read = (
        'const events = (await response.text()).split("\\n").filter((line) => line.startsWith("data: {"));\n'
        "const images = events.map((line) => JSON.parse(line.slice(6)))"
        '.filter((event) => event.type?.endsWith(".completed"));\n'
        if target.streams
        else "const { data: images } = await response.json();\n"
    )
    form = _write_form(target) if is_edit else ""
    return f"{helpers}\n{form}{call}\n{read}{_write_save(target, 'save({}, {}.b64_json)')}"


def node(target: SnippetRequest) -> str:
    """Return the program for the openai package."""
    # maxRetries 0: a call that is sent twice may be charged twice.
    is_edit = target.request.endpoint == "edits"
    imports = f'import fs from "node:fs";\nimport OpenAI{", { toFile }" if is_edit else ""} from "openai";\n'
    client = (
        f"const client = new OpenAI({{\n  baseURL: {_literal(target.base_url)},\n"
        f"  apiKey: {_literal(KEY)},\n  timeout: {_MILLISECONDS},\n  maxRetries: 0,\n}});\n"
    )
    call = f"const result = await client.images.{'edit' if is_edit else 'generate'}({_write_object(target, '')});\n"
    read = (
        "const images = [];\nfor await (const event of result) "
        'if (event.type.endsWith(".completed")) images.push(event);\n'
        if target.streams
        else "const images = result.data;\n"
    )
    saved = _write_save(target, 'fs.writeFileSync({}, Buffer.from({}.b64_json, "base64"))', wait="")
    return f"{imports}\n{client}\n{call}\n{read}{saved}"


def _write_object(target: SnippetRequest, indent: str) -> str:
    fields = [(name, _write_value(value)) for name, value in target.fields.items()]
    images = [_sdk_file(image) for image in target.images]
    if images:
        listed = "".join(f"{indent}    {image},\n" for image in images)
        files = [("image", images[0] if len(images) == 1 else f"[\n{listed}{indent}  ]")]
        files += [(layer.field, _sdk_file(layer)) for layer in target.layers]
        # After the model, as in the examples of the official documentation.
        fields[1:1] = files
    lines = "".join(f"{indent}  {name}: {value},\n" for name, value in fields)
    return f"{{\n{lines}{indent}}}"


def _sdk_file(file: File) -> str:
    local, name, media_type = (_literal(text) for text in (file.local, file.name, file.media_type))
    return f"await toFile(fs.createReadStream({local}), {name}, {{ type: {media_type} }})"


def _write_form(target: SnippetRequest) -> str:
    lines = ["const form = new FormData();"]
    lines += [f'form.append("{name}", {_literal(form_value(value))});' for name, value in target.fields.items()]
    for file in target.files:
        arguments = ", ".join(_literal(text) for text in (file.local, file.name, file.media_type))
        lines.append(f'form.append("{file.field}", await file({arguments}));')
    return "\n".join(lines) + "\n\n"


def _write_value(value: object) -> str:
    return _literal(value) if isinstance(value, str) else form_value(value)


def _write_save(target: SnippetRequest, save_call: str, wait: str = "await ") -> str:
    if target.count == 1:
        return f"{wait}{save_call.format(_literal(target.outputs[0]), 'images[0]')};\n"
    extension = target.outputs[0].rpartition(".")[2]
    name = f"`output-${{index + 1}}.{extension}`"
    return f"for (const [index, image] of images.entries()) {wait}{save_call.format(name, 'image')};\n"


def _literal(text: str) -> str:
    """Return a string of JavaScript that is safe inside HTML: without `</script>` and `<!--`."""
    return json_text(text).replace("</", "<\\/").replace("<!", "<\\u0021")
