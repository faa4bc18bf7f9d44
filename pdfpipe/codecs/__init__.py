"""How a page image becomes a stream of the PDF; all but `mrc` keep each pixel as it is."""
