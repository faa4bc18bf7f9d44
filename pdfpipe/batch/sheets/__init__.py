"""Scans are looked at before it is known of which document they are: a stack is divided at its separators.

`stacks` finds the documents that are to be divided and has their scans looked at (`looking`, `look_task`);
`dividing` makes documents of what was seen.
"""
