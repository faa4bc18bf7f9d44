"""Aspose.OCR, a commercial engine in Java, in process: its licence, its languages, its words."""
