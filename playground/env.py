"""Read settings from environment variables and files: a wrong value stops the start with a sentence."""

import contextlib
import ipaddress
import os
import re
import secrets
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured


def exit_with_error(name: str, problem: str) -> NoReturn:
    """Raise ImproperlyConfigured with a sentence about the setting `name`."""
    raise ImproperlyConfigured(f"The setting {name} {problem}.")


def require_package(setting: str, module: str, requirements: str) -> None:
    """Stop when the module that a setting needs is not installed; `requirements` is the file to install."""
    try:
        is_installed = find_spec(module) is not None
    except ModuleNotFoundError:
        # Not even its parent is.
        is_installed = False
    if not is_installed:
        exit_with_error(setting, f"needs the packages in {requirements}: pip install -r {requirements}")


def env_text(name: str, default: str = "") -> str:
    """Read a text; an empty one counts as not set."""
    return os.environ.get(name, "").strip() or default


def env_text_or_empty(name: str, default: str) -> str:
    """Read a text that may be empty."""
    return os.environ.get(name, default).strip()


def env_secret(name: str) -> str:
    """Read a secret from the file at `NAME_FILE`, or from `NAME` without a file or with an empty one."""
    path = env_text(f"{name}_FILE")
    try:
        return (Path(path).read_text(encoding="utf-8").strip() if path else "") or env_text(name)
    except OSError as error:
        exit_with_error(f"{name}_FILE", f"names a file that can't be read ({error.strerror})")
    except UnicodeDecodeError:
        exit_with_error(f"{name}_FILE", "names a file that isn't UTF-8 text")


def load_or_create_secret(folder: Path, name: str) -> str:
    """Return the secret in a file of DATA_DIR; create it, readable by its owner only, when it does not exist."""
    path = folder / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            draft = folder / f"{name}.{os.getpid()}.tmp"
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
            # A link is atomic: of two first starts at once, one creates the file and both read the same secret.
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        secret = path.read_bytes().decode("ascii", "replace").strip()
    except OSError as error:
        exit_with_error(
            "DATA_DIR",
            f"is {str(folder)!r}, where {name} can't be stored ({error.strerror}); "
            "check its owner and its disk, or choose another folder",
        )
    # A power cut may leave the file empty.
    if not secret or not secret.isascii() or not secret.isprintable():
        exit_with_error(
            "DATA_DIR", f"is {str(folder)!r}, where {name} is damaged; restore it, or delete it to create a new one"
        )
    return secret


def parse_url(name: str, value: str) -> SplitResult:
    """Split a URL. Errors do not show it, because it may hold a password."""
    try:
        parts = urlsplit(value)
        # urlsplit checks the port only when it is read.
        _ = parts.port
    except ValueError:
        exit_with_error(name, "isn't a valid URL: check its brackets and its port")
    return parts


def env_bool(name: str, default: bool) -> bool:
    """Read a boolean: true, false, 1, 0, yes, no, on, off."""
    value = env_text(name, str(default)).lower()
    if value in ("true", "1", "yes", "on"):
        return True
    if value in ("false", "0", "no", "off"):
        return False
    exit_with_error(name, f"is {value!r}, but must be true or false")


def env_int(name: str, default: int, *, minimum: int, maximum: int) -> int:
    """Read a whole number within its limits."""
    return _env_number(name, default, int, "a whole number", minimum, maximum)


def env_seconds(name: str, default: float, *, minimum: float, maximum: float) -> float:
    """Read seconds; fractions are allowed."""
    return _env_number(name, default, float, "a number", minimum, maximum)


def _env_number[T: (int, float)](
    name: str, default: T, read: Callable[[str], T], kind: str, minimum: T, maximum: T
) -> T:
    value = env_text(name, str(default))
    try:
        number = read(value)
    except ValueError:
        exit_with_error(name, f"is {value!r}, but must be {kind}")
    if not minimum <= number <= maximum:
        exit_with_error(name, f"is {value}, but must be between {minimum} and {maximum}")
    return number


def env_list(name: str) -> list[str]:
    """Read a list, separated by commas."""
    return [part.strip() for part in env_text(name).split(",") if part.strip()]


def env_hosts(name: str) -> list[str]:
    """Read a list of host names. Reject a scheme or a port: such a name would match no request."""
    for host in env_list(name):
        if not re.fullmatch(r"\*|\.?[\w.-]+|\[[0-9A-Fa-f:.]+\]", host):
            exit_with_error(
                name, f"contains {host!r}, which isn't a host name such as images.example.org (no scheme, no port)"
            )
    return env_list(name)


def env_networks(name: str) -> list[str]:
    """Read a list of IP addresses and ranges in CIDR notation."""
    networks = []
    for part in env_list(name):
        try:
            network = ipaddress.ip_network(part, strict=False)
        except ValueError:
            exit_with_error(name, f"contains {part!r}, which isn't an IP address or a range such as 10.0.0.0/8")
        networks.append(str(network) if "/" in part else part)
    return networks
