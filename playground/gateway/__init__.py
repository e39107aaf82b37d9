"""The built-in image API: an OpenAI-compatible server under `v1/`."""
