"""Small experiments: few members, one of them strategic, on the shipped first tender."""

from pathlib import Path

from commandline import written

POPULATION = """kind: population
name: few
title: 少数几家
institutions:
  - name: 银行
    class: lead-bank
    count: 8
    mandate: 20%
    noise_bp: 2
    slope: 0.1
    behaviour: {true-value: 100%}
  - name: 券商
    class: broker
    count: 4
    mandate: 6%
    noise_bp: 3
    behaviour: {true-value: 75%, strategic: 25%}
"""

EXPERIMENT = """kind: experiment
name: floors
question: 下限再降 5bp，票面利率低多少？
scenario: first-tender
population: few.yaml
arms:
  - name: 现行
  - name: 降 5bp
    override:
      range.floor: +0bp
auctions: 8192
seed: 7
"""

FIXED = EXPERIMENT + "bidders: fixed\n"
PLAIN = POPULATION.replace("{true-value: 75%, strategic: 25%}", "{true-value: 100%}")
"""Nobody adapts."""


def experiment_file(folder: Path, text: str = EXPERIMENT, population: str = POPULATION) -> Path:
    """The experiment with its population beside it."""
    written(folder / "few.yaml", population)
    return written(folder / "floors.yaml", text)


def with_arm(*overrides: str, text: str = EXPERIMENT) -> str:
    """The experiment whose second arm overrides this instead."""
    lines = "".join(f"      {line}\n" for line in overrides)
    return text.replace("      range.floor: +0bp\n", lines)
