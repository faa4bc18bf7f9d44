"""Text of single images, for programs that want no PDF: what `pdfpipe.ocr` shows of engines and imaging."""
