"""The journal: an SQLite database, in the folder of the documents, of all that happened to them."""

from pdfpipe.batch.journal.journal import Journal
from pdfpipe.batch.journal.keeping import has_journal, kept_journal
from pdfpipe.batch.journal.reader import JournalReader, open_reader
from pdfpipe.batch.journal.values import RunCommand

__all__ = ["Journal", "JournalReader", "RunCommand", "has_journal", "kept_journal", "open_reader"]
