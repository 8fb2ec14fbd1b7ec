"""Long work, shown: each step has a name, a time, and says what it is at."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Group
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner

from scripts.console import console

# Without a terminal nobody sees a spinner: a step that takes long says so as often as this.
REMINDER = 30.0


class Step:
    """One named piece of work; `note` tells what it is doing right now."""

    def __init__(self, name: str, depth: int) -> None:
        self.name = name
        self.depth = depth
        self.started = time.monotonic()
        self._note = ""
        self._done = threading.Event()
        self._spinner = Spinner("dots")

    def note(self, text: str) -> None:
        """Show this beside the name until the next note."""
        self._note = text

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def line(self, mark: str = "") -> str:
        """The step as people read it: mark, name, seconds, and the note while it runs."""
        note = f" [dim]{escape(self._note)}[/]" if self._note and not self._done.is_set() else ""
        text = f"{mark} {escape(self.name)} [dim]{self.seconds:.1f} s[/]{note}"
        return "  " * self.depth + text.lstrip()

    def __rich__(self) -> Spinner:
        self._spinner.update(text=self.line())
        return self._spinner

    def remind(self) -> None:
        """Where no spinner turns, print a line now and then, so that silence means trouble."""
        while not self._done.wait(REMINDER):
            console.print(self.line("[dim]…[/]"), soft_wrap=True)

    def end(self, mark: str) -> None:
        self._done.set()
        console.print(self.line(mark), soft_wrap=True)


class _Board:
    """The steps that run now, in whichever threads, as one live picture."""

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
    """Name a piece of work and time it; steps may nest and may run in parallel threads."""
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
    """Name and time the work of a program that speaks for itself, and must not be painted over."""
    this = Step(name, getattr(_thread, "depth", 0))
    console.print(this.line("[dim]…[/]"), soft_wrap=True)
    mark = "[red]✗[/]"
    try:
        yield
        mark = "[green]✓[/]"
    finally:
        this.end(mark)
