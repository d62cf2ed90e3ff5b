"""Benchmarks: what the product does, beside the least that anything doing the same could cost, in one run."""
