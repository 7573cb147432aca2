"""Benchmarks run only when they are asked for: a busy machine says nothing about speed."""

import pytest


@pytest.fixture(autouse=True)
def only_when_asked(request):
    if request.config.getoption("benchmark_disable") and not request.config.getoption("benchmark_enable"):
        pytest.skip("a benchmark: run with pytest tests/benchmarks --benchmark-enable -s")
