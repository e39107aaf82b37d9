"""The built-in image API: an OpenAI-compatible server of pictures under `v1/`."""
