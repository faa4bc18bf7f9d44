"""Programs that benchmarks run as processes of their own, so that memory and crashes are theirs alone.

Each prints its figures as JSON on standard output.
"""
