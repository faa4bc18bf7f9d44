"""What pdfpipe reaches, measured: `python -m benchmarks --help`."""
