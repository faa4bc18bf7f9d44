"""From folders of scans to published documents."""
