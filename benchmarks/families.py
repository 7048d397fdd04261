"""What a process and all below it use (Linux)."""

import os
from pathlib import Path


def read_cpu(first: int) -> dict[int, float]:
    """Return the processor seconds of each of a family; those that ended count with who waited for them."""
    ticks = os.sysconf("SC_CLK_TCK")
    used = {}
    for proc in list_family(first):
        try:
            fields = (proc / "stat").read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        used[int(proc.name)] = sum(map(int, fields[11:15])) / ticks
    return used


def read_resident_mb(first: int) -> float:
    """Return the resident memory of a family; shared pages count in each."""
    pages = 0
    for proc in list_family(first):
        try:
            pages += int((proc / "statm").read_text().split()[1])
        except OSError:
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def list_family(first: int) -> list[Path]:
    """Return where Linux tells of a process and of all that it and those began; one that ended tells nothing."""
    proc = Path("/proc") / str(first)
    children = []
    for task in proc.glob("task/*/children"):
        try:
            children += task.read_text().split()
        except OSError:
            continue
    return [proc, *(place for child in children for place in list_family(int(child)))]
