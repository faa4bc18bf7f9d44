"""Mixed raster content (ITU-T T.44): text as a sharp mask in its colours, over a coarser background."""
