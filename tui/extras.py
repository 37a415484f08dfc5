"""Packages that not every installation has: a command asks for them before it loads anything that needs them."""

from __future__ import annotations

from importlib.util import find_spec

from auction.errors import bad_input
from auction.language import say

LABORATORY = ("numba", "scipy", "joblib")
CALIBRATION = ("cmaes",)


def require_laboratory(also: tuple[str, ...] = ()) -> None:
    """Raises BadInput where packages of the laboratory are missing, with what to install."""
    missing = [name for name in (*LABORATORY, *also) if find_spec(name) is None]
    if missing:
        raise bad_input(say("实验室还缺 {packages}，请先装：pip install 'kaibiao[lab]'", packages="、".join(missing)))


def require_cluster() -> None:
    """Raises BadInput where what speaks to a cluster is missing, with what to install."""
    if find_spec("distributed") is None:
        raise bad_input(say("还没装计算集群要的包，请先装：pip install 'kaibiao[lab,cluster]'"), field="cluster")
