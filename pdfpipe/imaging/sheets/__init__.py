"""What is on a scan that says how scans become documents: patch codes, barcodes, nothing."""
