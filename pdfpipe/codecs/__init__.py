"""How a page image becomes a stream of the PDF; every codec here keeps each pixel as it is."""
