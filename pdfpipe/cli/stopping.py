"""Ctrl-C and SIGTERM end the work of a command, not its process."""

from __future__ import annotations

import asyncio
import signal

__all__ = ["Stop", "stop_on_signals"]


class Stop:
    """Which signal has ended the work; None as long as none has."""

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None


def stop_on_signals() -> Stop:
    """Cancel the current task on Ctrl-C and SIGTERM, once: another signal must not disturb the cleaning up.

    The handlers stay until the process ends, which the event loop's own would not.  A shell that starts
    a command with `&` lets it ignore Ctrl-C, which is meant for the one in the foreground.
    """
    loop, run = asyncio.get_running_loop(), asyncio.current_task()
    assert run is not None  # noqa: S101 - a coroutine runs in a task
    stop, cancel = Stop(), run.cancel

    def note(number: int, _frame: object) -> None:
        if stop.signal is None:
            stop.signal = signal.Signals(number)
            loop.call_soon_threadsafe(cancel)

    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, note)
    return stop
