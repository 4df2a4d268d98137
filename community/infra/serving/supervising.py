"""The processes of a running site: started by the one that has loaded it, replaced, changed, stopped."""

import contextlib
import ctypes
import gc
import json
import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from community.infra.serving.web import RETIRE_SECONDS, STOP_SECONDS

logger = logging.getLogger(__name__)

# Where one program of ours leaves word for the one that it becomes.
HANDED_OVER = "COMMUNITY_HANDED_OVER"
READY, REPLACE = b"+", b"!"
READY_SECONDS = 60.0
# A process that dies young is not started again at once: what kills it will not have gone.
YOUNG_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 30.0
WEIGHING_SECONDS = 30.0
# As malloc.h has it.
M_ARENA_MAX = -8

Say = Callable[[bytes], None]
Role = Callable[[Say], None]


@dataclass(frozen=True)
class Kind:
    """One kind of process: how many, what they do, how they are asked to go, and when they are too big."""

    count: int
    role: Role
    leave: signal.Signals
    heaviest: int


@dataclass
class Process:
    """One of our processes, as far as we know it."""

    kind: str
    ear: int
    started_at: float
    is_ready: bool = False
    # Stays until all that are to be there of its kind are there without it.
    is_old: bool = False
    kill_at: float | None = None


@dataclass
class Supervisor:
    """Keeps so many processes of each kind alive; to be run by the one that has loaded the site."""

    kinds: Mapping[str, Kind]
    on_ready: Callable[[], None]
    check: Callable[[], bool]
    kept: tuple[int, ...] = ()
    processes: dict[int, Process] = field(default_factory=dict)
    signals: set[int] = field(default_factory=set)
    failures: int = 0
    start_after: float = 0.0
    weigh_at: float = 0.0
    was_ready: bool = False

    def run(self) -> None:
        """Work until told to stop; SIGHUP takes in new code and settings."""
        for pid, kind in handed_over().items():
            self.processes[pid] = Process(kind, -1, time.monotonic(), is_ready=True, is_old=True)
        hear, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, lambda number, _frame: self.signals.add(number))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _OURS)
        _hold_memory_together()
        # What stands now stays: the collector of a child would only copy it by touching it.
        gc.collect()
        gc.freeze()
        for kind in {each.kind for each in self.processes.values()}:
            self._let_old_ones_go(kind)
        self._start_missing()
        while not self.signals & {signal.SIGTERM, signal.SIGINT}:
            ears = [each.ear for each in self.processes.values() if each.ear >= 0]
            heard, _, _ = select.select([hear, *ears], [], [], 1.0)
            if hear in heard:
                os.read(hear, 512)
            self._listen(heard)
            self._bury()
            self._look_after()
            if signal.SIGHUP in self.signals:
                self.signals.discard(signal.SIGHUP)
                self._become_new()
        self._stop()

    # ---- starting

    def _start_missing(self) -> None:
        for name, kind in self.kinds.items():
            for _missing in range(kind.count - len(self._staying(name))):
                self._start(name)

    def _staying(self, kind: str) -> list[Process]:
        return [
            each
            for each in self.processes.values()
            if each.kind == kind and each.kill_at is None and not each.is_old
        ]

    def _start(self, name: str) -> None:
        ear, mouth = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(ear)
            self._be(name, mouth)
        os.close(mouth)
        os.set_blocking(ear, False)
        self.processes[pid] = Process(name, ear, time.monotonic())

    def _be(self, name: str, mouth: int) -> None:
        """The life of a child; does not return."""
        status = 1
        try:
            _call_yourself(f"board-{name}")
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGTERM, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            # Ctrl+C and the end of a terminal reach all of us; who decides is the parent.
            for number in (signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            for other in self.processes.values():
                if other.ear >= 0:
                    os.close(other.ear)

            def say(word: bytes) -> None:
                with contextlib.suppress(OSError):
                    os.write(mouth, word)

            threading.Thread(target=_leave_when_left_alone, args=(os.getppid(),), daemon=True).start()
            self.kinds[name].role(say)
            status = 0
        except SystemExit as leaving:
            status = leaving.code if isinstance(leaving.code, int) else 1
        except BaseException:
            logger.exception("the %s process failed", name)
        finally:
            logging.shutdown()
            sys.stdout.flush()
            sys.stderr.flush()
            # Not the way out of the parent, whose threads and files these are not.
            os._exit(status)

    # ---- what is heard of them

    def _listen(self, heard: list[int]) -> None:
        for process in list(self.processes.values()):
            if process.ear not in heard:
                continue
            words = os.read(process.ear, 512)
            if not words:
                self._stop_listening(process)
            if READY in words:
                self._is_ready(process)
            if REPLACE in words:
                process.is_old = True

    def _is_ready(self, process: Process) -> None:
        process.is_ready = True
        self._let_old_ones_go(process.kind)
        if not self.was_ready and all(each.is_ready for each in self.processes.values()):
            self.was_ready = True
            self.on_ready()

    def _let_old_ones_go(self, name: str) -> None:
        kind = self.kinds.get(name)
        if kind is not None and sum(each.is_ready for each in self._staying(name)) < kind.count:
            return
        for pid, process in self.processes.items():
            if process.kind == name and process.is_old and process.kill_at is None:
                process.kill_at = time.monotonic() + RETIRE_SECONDS + STOP_SECONDS + 5.0
                _signal(pid, kind.leave if kind is not None else signal.SIGTERM)

    def _bury(self) -> None:
        for pid, status in _ended(self.processes):
            process = self.processes.pop(pid)
            self._stop_listening(process)
            if process.kill_at is not None:
                continue
            logger.warning("a %s process ended (%s); starting another", process.kind, _told(status))
            if process.is_old:
                # The other is on its way, and how that one fares is another matter.
                continue
            age = time.monotonic() - process.started_at
            if age < YOUNG_SECONDS and self.failures >= 3:
                self._give_up(process.kind)
            self.failures = self.failures + 1 if age < YOUNG_SECONDS else 0
            pause = min(2.0**self.failures / 2, LONGEST_PAUSE_SECONDS) if self.failures else 0.0
            self.start_after = time.monotonic() + pause

    def _give_up(self, kind: str) -> None:
        """End all, unless there is something that stands."""
        if any(each.is_old and each.kill_at is None for each in self.processes.values()):
            logger.error("the new %s process does not start; the old ones stay meanwhile", kind)
        elif not self.was_ready:
            self._stop()
            raise SystemExit(f"the {kind} process does not start")

    def _look_after(self) -> None:
        now = time.monotonic()
        for pid, process in list(self.processes.items()):
            late = not process.is_ready and now - process.started_at > READY_SECONDS
            if late or (process.kill_at is not None and now > process.kill_at):
                _signal(pid, signal.SIGKILL)
        if now >= self.weigh_at:
            self.weigh_at = now + WEIGHING_SECONDS
            for pid, process in self.processes.items():
                if process.is_old or process.kill_at is not None:
                    continue
                if (size := resident(pid)) > self.kinds[process.kind].heaviest:
                    logger.warning("a %s process holds %d MB; replacing it", process.kind, size // 1024**2)
                    process.is_old = True
        if now >= self.start_after:
            self._start_missing()

    def _stop_listening(self, process: Process) -> None:
        if process.ear >= 0:
            os.close(process.ear)
            process.ear = -1

    # ---- changing and stopping

    def _become_new(self) -> None:
        """Run the program anew in this process; the old ones answer until the new ones do."""
        logger.info("loading the site anew")
        if not self.check():
            logger.error("the new release does not start; the old one stays")
            return
        # Nobody may end us while we are nobody; what is sent meanwhile waits.
        signal.pthread_sigmask(signal.SIG_BLOCK, _OURS)
        for descriptor in self.kept:
            os.set_inheritable(descriptor, True)
        standing = {pid: each.kind for pid, each in self.processes.items()}
        os.environ[HANDED_OVER] = json.dumps({"sockets": self.kept, "processes": standing})
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606
        except OSError as error:
            logger.error("the new release cannot be run (%s); the old one stays", error.strerror)
        del os.environ[HANDED_OVER]
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _OURS)

    def _stop(self) -> None:
        for pid in self.processes:
            _signal(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS + 5.0
        while self.processes and time.monotonic() < deadline:
            for pid, _status in _ended(self.processes):
                del self.processes[pid]
            time.sleep(0.02)
        for pid in self.processes:
            _signal(pid, signal.SIGKILL)


_OURS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}


def handed_over_sockets() -> list[int]:
    """The open sockets of the program that became this one."""
    return list(json.loads(os.environ.get(HANDED_OVER, "{}")).get("sockets", []))


def handed_over() -> dict[int, str]:
    """The processes of the program that became this one, and of which kind they are."""
    word = json.loads(os.environ.pop(HANDED_OVER, "{}"))
    return {int(pid): kind for pid, kind in word.get("processes", {}).items()}


def resident(pid: int) -> int:
    """How much memory a process holds, in bytes, with what it shares; 0 where the system does not tell."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _hold_memory_together() -> None:
    """One heap for all threads of a process; the C library would give each its own, and leave half of it."""
    # Other systems than Linux with glibc have no such thing.
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def _call_yourself(name: str) -> None:
    # What `ps` and `top` show; only Linux lets us choose it without help.
    with contextlib.suppress(OSError):
        Path("/proc/self/comm").write_text(name)


def _leave_when_left_alone(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _ended(pids: Mapping[int, Process]) -> list[tuple[int, int]]:
    ended = []
    for pid in list(pids):
        try:
            done, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            done, status = pid, 0
        if done:
            ended.append((pid, status))
    return ended


def _told(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"by {signal.Signals(-code).name}" if code < 0 else f"with status {code}"
