"""The request of a form or a run as programs that run unchanged: curl, Python, JavaScript and Node."""

from playground.pages.snippets.curl import curl
from playground.pages.snippets.javascript import javascript, node
from playground.pages.snippets.python import python, python_requests
from playground.pages.snippets.request import KEY, SnippetRequest

# By the names of `pre[data-snippet]`, in the order shown.
PROGRAMS = {
    "curl": curl,
    "python": python,
    "python-requests": python_requests,
    "javascript": javascript,
    "node": node,
}

__all__ = ["KEY", "PROGRAMS", "SnippetRequest"]
