"""Tesseract in process: its LSTM engine and its models."""
