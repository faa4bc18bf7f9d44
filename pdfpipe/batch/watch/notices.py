"""What a watch tells beside the events of its documents."""

from __future__ import annotations

from enum import Enum

import msgspec

__all__ = ["Notice", "NoticeKind"]


class NoticeKind(Enum):
    """What a notice is about."""

    WATCHING = "watching"
    GONE = "folder-gone"
    BACK = "folder-back"
    UNREADABLE = "unreadable"
    MISCONFIGURED = "misconfigured"
    WAITING = "waiting"
    GOING_ON = "going-on"
    CHANGED = "changed"
    MOVED = "moved"
    NOT_MOVED = "not-moved"
    PASSED_OVER = "passed-over"
    UNSETTLED = "unsettled"

    @property
    def is_detail(self) -> bool:
        """Whether it is of interest only to who wants to know everything."""
        return self in (NoticeKind.MOVED, NoticeKind.PASSED_OVER)

    @property
    def is_trouble(self) -> bool:
        """Whether somebody should see to it."""
        return self in (
            NoticeKind.GONE,
            NoticeKind.UNREADABLE,
            NoticeKind.MISCONFIGURED,
            NoticeKind.WAITING,
            NoticeKind.NOT_MOVED,
        )


class Notice(msgspec.Struct, frozen=True):
    """One sentence for people, and its kind for programs."""

    kind: NoticeKind
    message: str
