"""``python -m pdfpipe`` is the command ``pdfpipe``."""

from pdfpipe.cli.main import run

if __name__ == "__main__":
    run()
