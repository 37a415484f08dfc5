"""A study on a dask cluster: the same bits as here, whoever of its workers is lost; a line for what is in the way."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from commandline import kaibiao
from experiments import EXPERIMENT, FIXED, PLAIN, POPULATION, experiment_file
from test_lab_study import told

from sim.lab import cluster as clusters
from sim.lab.checkpoint import NAME
from sim.lab.cluster import Cluster, cluster_at
from sim.lab.draws import CHUNK
from sim.lab.experiment import read_experiment
from sim.lab.pool import WorkersLost
from sim.lab.study import run_study
from sim.lab.surroundings import Surroundings, differences, surroundings
from tui import extras
from tui.commands import lab

distributed = pytest.importorskip("distributed", reason="the [cluster] extra is not installed")
ROOT = Path(__file__).resolve().parents[1]
SMALL = EXPERIMENT.replace("8192", "3072")
"""With bidders that adapt, so that equilibria are sought there too."""


@pytest.fixture
def scheduler(tmp_path):
    """A scheduler that has no workers yet."""
    local = {"processes": True, "host": "127.0.0.1", "dashboard_address": None, "local_directory": tmp_path / "dask"}
    with distributed.LocalCluster(n_workers=0, **local) as started:
        yield started.scheduler_address


@pytest.fixture
def hire(scheduler, tmp_path):
    """Start workers that nobody starts anew, of a program in this folder, and await them; gives their processes."""
    started = []

    def worker(program=ROOT):
        options = ["--no-nanny", "--no-dashboard", "--nthreads", "1", "--local-directory", tmp_path / "dask"]
        command = [sys.executable, "-m", "distributed.cli.dask_worker", scheduler, *options]
        environment = {**os.environ, "PYTHONPATH": os.fspath(program)}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(command, cwd=tmp_path, env=environment, **quiet)

    def several(*programs):
        started.extend(worker(program) for program in programs)
        with distributed.Client(scheduler, set_as_default=False) as client:
            client.wait_for_workers(len(started), 60)
        return started

    yield several
    for process in started:
        process.kill()
        process.wait()


def dismiss(address, *workers):
    """Kill workers, and see that the scheduler knows."""
    with distributed.Client(address, set_as_default=False) as client:
        left = len(client.nthreads()) - len(workers)
        for process in workers:
            process.send_signal(signal.SIGKILL)
            process.wait()
        client.sync(knows_of, client, left)


async def knows_of(client, workers):
    """Until the scheduler has so many workers left."""
    while len(await client.scheduler.ncores()) != workers:
        pass


def after_the_first(part, act):
    """Tells progress nowhere, but acts once when so many auctions are done."""
    waiting = [act]

    def tell(progress):
        if progress.left_s is not None and progress.done >= part * CHUNK and waiting:
            waiting.pop()()

    return tell


def nobody_s_port():
    """A port at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def refused(tmp_path, address, *options):
    """What is said of a cluster at this address."""
    file = experiment_file(tmp_path, FIXED, PLAIN)
    answer = kaibiao("lab", "run", file, "--out", tmp_path / "out", "--cluster", address, *options)
    assert (answer.code, answer.out) == (2, "")
    return answer.err.splitlines()


def test_one_process_two_and_two_workers_of_a_cluster_write_the_same_bytes(tmp_path, scheduler, hire, monkeypatch):
    hire(ROOT, ROOT)
    monkeypatch.setattr(lab, "report_beside", lambda folder: ())
    file = experiment_file(tmp_path, SMALL, POPULATION)
    written = []
    for number, options in enumerate([(), ("--jobs", 2), ("--cluster", scheduler)]):
        folder = tmp_path / str(number)
        assert kaibiao("lab", "run", file, "--out", folder, *options).code == 0
        study = json.loads((folder / "study.json").read_text("utf-8"))
        checkpoint = (folder / NAME).read_bytes()
        written.append((json.dumps(study | {"seconds": 0}), sorted(checkpoint.splitlines())))
    assert written[0] == written[1] == written[2]


def test_a_worker_killed_in_the_middle_changes_no_bit(tmp_path, scheduler, hire):
    one, _other = hire(ROOT, ROOT)
    experiment, said = read_experiment(experiment_file(tmp_path, FIXED, PLAIN)), []
    kill = after_the_first(1, lambda: dismiss(scheduler, one))
    with cluster_at(scheduler, said.append) as pool:
        answer = run_study(experiment, pool=pool, tell=kill)
    assert told(answer) == told(run_study(experiment))
    assert [message.text for message in said] == ["工人 {worker} 不见了，没做完的交给别的工人"]


def test_left_by_all_its_workers_a_study_keeps_what_is_done_and_goes_on_later(tmp_path, scheduler, hire):
    hired, said = hire(ROOT, ROOT), []
    experiment, out = read_experiment(experiment_file(tmp_path, FIXED, PLAIN)), tmp_path / "out"
    kill = after_the_first(1, lambda: dismiss(scheduler, *hired))
    with distributed.Client(scheduler, set_as_default=False) as client:
        cut = run_study(experiment, out, pool=Cluster(client, said.append, grace_s=0.2), tell=kill)
    assert cut.interrupted and CHUNK <= cut.n < 8192
    assert str(said[-1]) == "集群里一个工人也不剩" and len(said) == 3
    assert told(run_study(experiment, out, resume=True)) == told(run_study(experiment))


def test_left_before_anything_is_done_a_study_says_so(tmp_path, scheduler, hire):
    hired = hire(ROOT)
    experiment = read_experiment(experiment_file(tmp_path, FIXED, PLAIN))
    with distributed.Client(scheduler, set_as_default=False) as client:
        pool = Cluster(client, lambda message: None, grace_s=0.2)
        dismiss(scheduler, *hired)
        with pytest.raises(WorkersLost, match="计算集群中断；做完的都留着，可用 --resume 接着做"):
            run_study(experiment, tmp_path / "out", pool=pool)


def test_ctrl_c_leaves_nothing_behind_on_the_cluster(tmp_path, scheduler, hire):
    def interrupt():
        raise KeyboardInterrupt

    hire(ROOT)
    experiment = read_experiment(experiment_file(tmp_path, FIXED, PLAIN))
    with cluster_at(scheduler, print) as pool:
        cut = run_study(experiment, pool=pool, tell=after_the_first(1, interrupt))
    assert cut.interrupted and cut.n >= CHUNK
    with distributed.Client(scheduler, set_as_default=False) as client:
        assert client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)) == 0


def test_each_worker_that_is_not_as_this_process_gets_its_line(tmp_path, scheduler, hire):
    bare, changed = tmp_path / "bare", tmp_path / "changed"
    (bare / "sim").mkdir(parents=True)
    (bare / "sim" / "__init__.py").write_text("raise ModuleNotFoundError(__name__)\n", "utf-8")
    for room in ("auction", "sim"):
        shutil.copytree(ROOT / room, changed / room, ignore=shutil.ignore_patterns("__pycache__"))
    (changed / "sim" / "market.py").open("a").write("# Changed.\n")
    hire(bare, changed)
    said = sorted(line.partition("：")[2] for line in refused(tmp_path, scheduler))
    assert said == ["没装开标，或是别的一版：请在那台机器装同一版 kaibiao[lab,cluster]", "装的开标与这里不是同一版"]


def test_a_worker_that_comes_later_is_looked_at_before_it_reads_anything():
    task = clusters.Task(b"not to be read", Surroundings("other", surroundings().packages, None))
    with pytest.raises(clusters.BadInput, match="cluster: 工人 .*：装的开标与这里不是同一版"):
        task(b"")


def test_what_differs_between_two_machines_is_named():
    here = Surroundings("a", {"numpy": "2.0", "scipy": "1.15", "numba": "0.68"}, "x")
    older = Surroundings("a", {"numpy": "1.26", "scipy": "1.15", "numba": "0.68"}, "x")
    without = Surroundings("b", {"numpy": "2.0", "scipy": None, "numba": None}, None)
    unlike = Surroundings("a", here.packages, "y")
    assert list(differences(here, here)) == []
    assert [[str(each) for each in differences(here, there)] for there in (older, without, unlike)] == [
        ["装的是 numpy 1.26，这里是 2.0"],
        ["缺 scipy、numba，请在那台机器装 kaibiao[lab,cluster]"],
        ["处理器或系统库算出的末位与这里不同，结果做不到逐位相同"],
    ]


def test_whoever_greets_otherwise_is_no_scheduler_either():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
        assert not clusters._greets(ours)


def test_a_cluster_without_workers_is_refused(tmp_path, scheduler):
    assert refused(tmp_path, scheduler) == [f"cluster: {scheduler} 的集群里一个工人也没有"]


def test_where_nobody_listens_is_said_at_once(tmp_path):
    address = f"tcp://127.0.0.1:{nobody_s_port()}"
    assert refused(tmp_path, address) == [f"cluster: {address} 连不上（Connection refused）"]
    assert not (tmp_path / "out").exists()


def test_whoever_listens_but_is_no_scheduler_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(clusters, "CONNECT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        assert refused(tmp_path, address) == [f"cluster: {address} 上的不是 dask 调度器，或版本合不来"]


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "tcp://host", "tcp://:8786", "tcp://host:0", "http://host:8786"])
def test_a_malformed_address_is_shown_how_it_should_be(tmp_path, address):
    assert refused(tmp_path, address) == [f"cluster: 集群的地址应为 tcp://主机:端口，得到 {address}"]


def test_a_cluster_and_processes_of_this_machine_do_not_go_together(tmp_path):
    assert refused(tmp_path, "tcp://host:1", "--jobs", 2) == ["cluster: --jobs 与 --cluster 只能给一个"]


def test_without_the_extra_it_is_said_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "distributed" else name)
    said = refused(tmp_path, "tcp://host:1")
    assert said == ["cluster: 还没装计算集群要的包，请先装：pip install 'kaibiao[lab,cluster]'"]
