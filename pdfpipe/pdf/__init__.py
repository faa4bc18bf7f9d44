"""Write searchable PDF/A-2u, page by page, in constant memory."""
