"""Edit pictures with Pillow alone.

`sources` loads files, `parsing` reads the prompt, `session` holds the picture while it is edited, `steps` applies the
instruction with `inserts`, `looks`, and the modules beside it, each of which carries out one kind of edit.
"""
