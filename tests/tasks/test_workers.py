"""One limit for all Nornir runs of a process; a worker that begins a run of its own does not wait for itself."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from nornir.core import Nornir
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
from nornir.core.state import GlobalState
from nornir.core.task import Result, Task

from tasks.workers import SharedRunner, at_work, give_to_a_worker


class Count:
    """How many devices are worked on at once."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self._lock = threading.Lock()

    def work(self, task: Task) -> Result:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.02)
        with self._lock:
            self.now -= 1
        return Result(host=task.host, result=(task.host.name, at_work()))


def a_nornir(site: str, limit: int) -> Nornir:
    hosts = Hosts({f"{site}-{number}": Host(name=f"{site}-{number}") for number in range(6)})
    return Nornir(Inventory(hosts, Groups(), Defaults()), runner=SharedRunner(limit), data=GlobalState())


def test_runs_of_several_sites_at_once_share_one_limit():
    count, sites = Count(), [a_nornir(name, 3) for name in "ABCD"]
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda site: site.run(task=count.work), sites))
    assert count.most == 3
    found = {name: answer[0].result for each in answers for name, answer in each.items()}
    assert found == {f"{site}-{number}": (f"{site}-{number}", True) for site in "ABCD" for number in range(6)}


def test_a_worker_does_what_it_begins_itself_and_never_waits_for_another_one():
    count, site = Count(), a_nornir("A", 1)
    answers = give_to_a_worker(1, lambda: site.run(task=count.work)).result(timeout=20)
    assert (count.most, len(answers)) == (1, 6)
    assert not at_work()
