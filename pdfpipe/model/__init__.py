"""Frozen values that travel through the pipeline; nothing here does input or output."""
