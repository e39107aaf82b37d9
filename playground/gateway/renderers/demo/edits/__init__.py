"""Edits pictures for real, with Pillow alone: what `edit.py` is made of.

`sources` reads files, `wishes` reads the prompt, `easel` holds the picture in the making, and each of the
other modules carries out one kind of wish.
"""
