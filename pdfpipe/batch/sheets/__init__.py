"""Scans are looked at before it is known what pages of which document they are.

A stack is divided at its separators, and a scan of an open book is two pages.

`stacks` finds the documents that are to be divided and has their scans looked at (`looking`, `look_task`);
`dividing` makes documents of what was seen; `binding` tells open books.
"""
