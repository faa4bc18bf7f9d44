"""From files to page images that an engine can read."""
