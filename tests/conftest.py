"""In every test: the same examples each time, Chinese where no test says otherwise, nobody's own key folder."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from auction.language import SOURCE_LANGUAGE, speak

settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci")


@pytest.fixture(autouse=True, scope="session")
def bare_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A user who has set no language and has no keys yet."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("KAIBIAO_LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE"):
            patch.delenv(name, raising=False)
        patch.setenv("LANG", "C.UTF-8")
        patch.setenv("KAIBIAO_HOME", os.fspath(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(autouse=True)
def chinese(bare_environment: None) -> Iterator[None]:
    """Begin in Chinese, and end in it: what a module sets up before its first test is in Chinese too."""
    speak(SOURCE_LANGUAGE)
    yield
    speak(SOURCE_LANGUAGE)
