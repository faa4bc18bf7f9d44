"""What the journal says to its database, in SQL."""

from __future__ import annotations

from typing import Final

__all__ = [
    "FAILURE",
    "FORGET",
    "FOUND",
    "LAST_COMPLETE_RUN",
    "MADE_BY",
    "NEW",
    "NOT_OF_RUN",
    "NOT_STANDING",
    "PAGE",
    "PLAN",
    "PUBLISHED",
    "RECORDED",
    "SKIPPED",
]

PLAN: Final = """
INSERT INTO documents (output, name, state, run, pages) VALUES (?, ?, 'waiting', ?, ?)
ON CONFLICT (output) DO UPDATE SET
    name = excluded.name, state = excluded.state, run = excluded.run, pages = excluded.pages
"""
NEW: Final = (
    "INSERT OR IGNORE INTO documents (output, name, state, run, pages) VALUES (?, ?, 'waiting', ?, ?)"
)
FORGET: Final = """
DELETE FROM documents WHERE state IN ('waiting', 'failed') AND made_by IS NULL AND run != :run AND run IN (
    SELECT old.id FROM runs AS old
    JOIN runs AS first ON first.id = coalesce(old.retries, old.id)
    JOIN runs AS new ON (new.command, new.arguments, new.working_folder)
        = (first.command, first.arguments, first.working_folder)
    WHERE new.id = :run)
"""
PAGE: Final = """
INSERT OR REPLACE INTO pages VALUES (
    (SELECT id FROM documents WHERE output = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
PUBLISHED: Final = """
UPDATE documents SET state = 'published', run = ?1, made_by = ?1, pages = ?2, published = ?3, digest = ?4,
    stands_for = ?5, size = ?6, mtime_ns = ?7, bytes_in = ?8, languages = ?9, kind = ?10
WHERE output = ?11
"""
SKIPPED: Final = "UPDATE documents SET state = 'up to date', run = ? WHERE output = ?"
RECORDED: Final = "SELECT digest, size, mtime_ns, stands_for FROM documents WHERE output = ?"
FOUND: Final = "UPDATE documents SET digest = ?, stands_for = NULL, size = ?, mtime_ns = ? WHERE output = ?"
LAST_COMPLETE_RUN: Final = """
SELECT max(run) FROM (
    SELECT p.run, count(*) AS done, d.pages AS wanted FROM pages AS p JOIN documents AS d ON d.id = p.document
    WHERE d.output = ? GROUP BY p.run)
WHERE done = wanted
"""
MADE_BY: Final = "UPDATE documents SET made_by = ? WHERE output = ?"
FAILURE: Final = """
INSERT OR IGNORE INTO failures (document, run, page, path, stage, message, detail)
VALUES ((SELECT id FROM documents WHERE output = ?), ?, ?, ?, ?, ?, ?)
"""
NOT_OF_RUN: Final = "document = (SELECT id FROM documents WHERE output = ?) AND run != ?"
NOT_STANDING: Final = (
    "document = ?1 AND run != ?2 AND run IS NOT (SELECT made_by FROM documents WHERE id = ?1)"
)
