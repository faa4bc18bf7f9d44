"""Formats of text with its place on the page: plain text, hOCR, ALTO and JSON; docs/sidecars.md.

Each module that writes has three functions, `head`, `page` and `tail`, whose strings make up a file, so
that a document of any length is written page by page.  `pdfpipe.formats.reading` finds the pages in a
file and reads one of them; `pdfpipe.formats.fitting` brings it onto the page image.
"""
