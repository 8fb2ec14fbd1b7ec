"""Progress of long work on the console: steps with a name, a time and a current activity."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Group
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner

from scripts.console import console

# Seconds between the lines of a long step when the output is not a terminal.
REMINDER = 30.0


class Step:
    """A named piece of work; `note` sets its current activity."""

    def __init__(self, name: str, depth: int) -> None:
        self.name = name
        self.depth = depth
        self.started = time.monotonic()
        self._note = ""
        self._done = threading.Event()
        self._spinner = Spinner("dots")

    def note(self, text: str) -> None:
        """Show a note next to the name until the next one."""
        self._note = text

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def line(self, mark: str = "") -> str:
        """Return the printed line: mark, name, seconds, and the note while the step runs."""
        note = f" [dim]{escape(self._note)}[/]" if self._note and not self._done.is_set() else ""
        text = f"{mark} {escape(self.name)} [dim]{self.seconds:.1f} s[/]{note}"
        return "  " * self.depth + text.lstrip()

    def __rich__(self) -> Spinner:
        self._spinner.update(text=self.line())
        return self._spinner

    def remind(self) -> None:
        """Print a line at intervals until the step ends."""
        while not self._done.wait(REMINDER):
            console.print(self.line("[dim]…[/]"), soft_wrap=True)

    def end(self, mark: str) -> None:
        self._done.set()
        console.print(self.line(mark), soft_wrap=True)


class _Board:
    """The running steps of all threads, as one live display."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._lock = threading.Lock()
        self._live: Live | None = None

    def add(self, step: Step) -> None:
        with self._lock:
            self._steps.append(step)
            if self._live is None:
                self._live = Live(self, console=console, transient=True, refresh_per_second=8)
                self._live.start()

    def remove(self, step: Step) -> None:
        with self._lock:
            self._steps.remove(step)
            if not self._steps and self._live is not None:
                self._live.stop()
                self._live = None

    def __rich__(self) -> Group:
        return Group(*self._steps)


_board = _Board()
_thread = threading.local()


@contextmanager
def step(name: str) -> Iterator[Step]:
    """Time a piece of work and show it; steps may nest and may run in parallel threads."""
    depth = getattr(_thread, "depth", 0)
    _thread.depth = depth + 1
    this = Step(name, depth)
    if console.is_terminal:
        _board.add(this)
    else:
        console.print(this.line("[dim]…[/]"), soft_wrap=True)
        threading.Thread(target=this.remind, daemon=True).start()
    mark = "[red]✗[/]"
    try:
        yield this
        mark = "[green]✓[/]"
    finally:
        _thread.depth = depth
        if console.is_terminal:
            _board.remove(this)
        this.end(mark)


@contextmanager
def announce(name: str) -> Iterator[None]:
    """Time the work of a program that writes to the terminal itself: show no live display."""
    this = Step(name, getattr(_thread, "depth", 0))
    console.print(this.line("[dim]…[/]"), soft_wrap=True)
    mark = "[red]✗[/]"
    try:
        yield
        mark = "[green]✓[/]"
    finally:
        this.end(mark)
