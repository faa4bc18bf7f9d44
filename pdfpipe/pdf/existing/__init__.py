"""PDFs that are there already: looked at, and changed in place (qpdf, by pikepdf)."""
