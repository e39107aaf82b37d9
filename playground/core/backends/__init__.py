"""Backends that settings name: the cache, sessions, static files, and the environment of templates."""
