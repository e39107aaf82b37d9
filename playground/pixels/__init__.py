"""Pillow only: pictures in, pictures out. Nothing here knows of Django, of runs or of APIs."""
