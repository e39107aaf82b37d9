"""Edit pictures with Pillow alone.

`sources` loads files, `instructions` parses the prompt, `session` holds the picture while it is edited, `steps`
applies the instruction, and each other module carries out one kind of edit.
"""
