"""The engine ``auto``: the fastest engine reads, and where it is not sure another gives its opinion."""
