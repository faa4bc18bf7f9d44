"""A folder that is watched: what arrives in it becomes documents.

`watcher` looks again and again; `settling` and `arrivals` say what has come and is whole, `intake` what
documents it makes, `disposal` what becomes of the originals.
"""

from pdfpipe.batch.watch.notices import Notice, NoticeKind
from pdfpipe.batch.watch.watcher import Watcher, WatchEvent

__all__ = ["Notice", "NoticeKind", "WatchEvent", "Watcher"]
