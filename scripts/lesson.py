"""The queues and worker threads of the lesson that Sluice comes from, for python-originals and python-baseline, and
what these two scripts need to run them.

The pipeline: a source puts items into the first hop (a queue), the workers of three stages each take them from a hop
and put them into the next one, and what comes out of the last hop is done.
Needs Python 3.9 or later on Linux, and nothing else.
"""
import argparse
import collections
import os
import queue
import re
import resource
import signal
import subprocess
import threading
import time
import traceback

HOPS = ("download", "resize", "upload", "done")
END = object()  # comes after the last item, once for each thread that gets


# --- queues ---


class LockedDeque:
    """The lesson's first queue: get() raises IndexError at once where there is nothing."""

    def __init__(self):
        self.items, self.lock = collections.deque(), threading.Lock()

    def put(self, item):
        with self.lock:
            self.items.append(item)

    def get(self):
        with self.lock:
            return self.items.popleft()


class ShutDown(Exception):
    """put() or get() of a queue that was shut down."""


class ShutdownQueue(queue.Queue):
    """queue.Queue with the shutdown() that Python documents since 3.13."""

    is_shutdown = False

    def put(self, item, block=True, timeout=None):
        def may_go_on():
            return self.is_shutdown or self.maxsize <= 0 or self._qsize() < self.maxsize

        with self.not_full:
            if not self.not_full.wait_for(may_go_on, timeout if block else 0):
                raise queue.Full
            if self.is_shutdown:
                raise ShutDown
            self._put(item)
            self.unfinished_tasks += 1
            self.not_empty.notify()

    def get(self, block=True, timeout=None):
        with self.not_empty:
            if not self.not_empty.wait_for(lambda: self.is_shutdown or self._qsize(), timeout if block else 0):
                raise queue.Empty
            if not self._qsize():  # what was put before the shutdown is still given out
                raise ShutDown
            item = self._get()
            self.not_full.notify()
            return item

    def shutdown(self, immediate=False):
        """No more puts, and no gets once it is empty; `immediate`: what is in it is dropped."""
        with self.mutex:
            self.is_shutdown = True
            while immediate and self._qsize():
                self._get()
                self.unfinished_tasks = max(0, self.unfinished_tasks - 1)
            if not self.unfinished_tasks:
                self.all_tasks_done.notify_all()
            self.not_empty.notify_all()
            self.not_full.notify_all()


if hasattr(queue, "ShutDown"):
    ShutDown, ShutdownQueue = queue.ShutDown, queue.Queue


# --- the threads between them ---


class Worker(threading.Thread):
    """Takes items from `source` and gives them to `put`, in the way of its body, a function of the worker.

    taken: items that it took. empty_polls: looks at the source that found nothing.
    """

    def __init__(self, body, source, put):
        super().__init__(daemon=True)
        self.body, self.source, self.put = body, source, put
        self.taken = self.empty_polls = 0

    def run(self):
        self.body(self)


def feed(worker):
    """The source's body: its source is what can be iterated. Notes when the last item was put."""
    for item in worker.source:
        worker.put(item)
    worker.stopped_at = time.perf_counter()


def pass_on_polling(worker):
    """Looks every 10 ms where there is nothing, and ends once its source is taken away. Counts before it puts: who
    sees the last item sees it counted."""
    while True:
        source = worker.source
        if source is None:
            return
        try:
            item = source.get()
        except IndexError:
            worker.empty_polls += 1
            time.sleep(0.010)
        else:
            worker.taken += 1
            worker.put(item)


def pass_on_blocking(worker):
    """Sleeps in get() where there is nothing, and ends with END."""
    get, put, taken = worker.source.get, worker.put, 0
    while True:
        item = get()
        if item is END:
            break
        put(item)
        taken += 1
    worker.taken = taken


def pass_on_until_end(worker):
    """Says after each item that it is done, and ends with END."""
    for item in iter(worker.source.get, END):
        worker.put(item)
        worker.source.task_done()
    worker.source.task_done()  # the end was put, too


def pass_on_until_shutdown(worker):
    """Says after each item that it is done, and ends once its source is shut down and empty."""
    while True:
        try:
            item = worker.source.get()
        except ShutDown:
            return
        worker.put(item)
        worker.source.task_done()


# --- ends of a pipeline: `groups` are its threads in its order, a list for the source, each stage and the sink ---


def close_by_sentinels(groups, hops, _arrived, _items):
    """Puts END behind the last item of each hop, once for each thread that gets there."""
    for hop, putters, getters in zip(hops, groups, groups[1:]):
        for putter in putters:
            putter.join()
        for _ in getters:
            hop.put(END)
    for sink in groups[-1]:
        sink.join()


def close_by_pulling(groups, _hops, arrived, items, looks_s=0.001):
    """Looks every `looks_s` seconds until all items have arrived, then takes the threads' sources away."""
    while len(arrived) < items:
        time.sleep(looks_s)
    for worker in sum(groups, []):
        worker.source = None
        worker.join()


# --- what threads use ---


def used():
    """What the calling thread has used so far: seconds of CPU time, and counts."""
    usage = resource.getrusage(resource.RUSAGE_THREAD)
    return {"cpu_s": time.thread_time(), "user_s": usage.ru_utime, "system_s": usage.ru_stime,
            "voluntary_switches": usage.ru_nvcsw, "involuntary_switches": usage.ru_nivcsw,
            "minor_faults": usage.ru_minflt, "major_faults": usage.ru_majflt}


def current_cpu():
    with open("/proc/thread-self/stat", encoding="utf-8", errors="replace") as stat:
        return int(stat.read().rpartition(")")[2].split()[36])  # before the ')' is a name, which may hold anything


def memory_bytes(key):
    """Of this process: VmRSS, the resident set, or VmHWM, the largest that it was. None: not known."""
    with open("/proc/self/status", encoding="utf-8", errors="replace") as status:
        found = re.search(rf"^{key}:\s*(\d+) kB", status.read(), re.MULTILINE)
    return int(found[1]) * 1024 if found else None


class Member(Worker):
    """A worker of a trial: starts with all the others, at the gate, and notes what it used."""

    def __init__(self, body, source, put, gate):
        super().__init__(body, source, put)
        self.gate = gate

    def run(self):
        self.gate.wait()
        first_cpu, before = current_cpu(), used()
        super().run()
        after, self.cpu = used(), current_cpu()
        self.used = {key: after[key] - before[key] for key in after}
        self.migrations = int(self.cpu != first_cpu)  # as in C: seen elsewhere than at the look before


# --- what a script needs ---


def end_with_failed_thread():
    """From now on the process says why a thread failed and ends: the other threads would wait for it in vain."""

    def give_up(failed):
        os.write(2, traceback.format_exception_only(failed.exc_type, failed.exc_value)[-1].encode())
        os._exit(1)

    threading.excepthook = give_up


def run_child(command, timeout_s=None, **options):
    """Like subprocess.run(), but a SIGTERM or Ctrl-C that comes at any moment ends the child before this process."""
    child, came = None, []

    def end_child(number, _frame):
        came.append(number)
        if child:
            child.terminate()

    numbers = [number for number in (signal.SIGINT, signal.SIGTERM)
               if signal.getsignal(number) is signal.default_int_handler]
    for number in numbers:
        signal.signal(number, end_child)
    try:
        child = subprocess.Popen(command, **options)
        if came:  # before there was a child to end
            child.terminate()
        out, err = child.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        if not came:
            raise
    finally:
        for number in numbers:
            signal.signal(number, signal.default_int_handler)
    if came:
        raise KeyboardInterrupt
    return subprocess.CompletedProcess(command, child.returncode, out, err)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the usage, which would hide it."""

    def error(self, message):
        self.exit(2, f"{self.prog}: {message}\n")
