"""Proof that a PDF says what was read: read back by qpdf and PDFium, never by the code that wrote it."""
