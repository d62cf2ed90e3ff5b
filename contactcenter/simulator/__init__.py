"""A carrier for development, tests and benchmarks: it speaks Twilio's and Telnyx's HTTP APIs on loopback.

It answers like the providers, calls back with correctly signed webhooks, misbehaves on request and keeps
the ground truth of what it accepted. It knows nothing of Django or of the rest of this project; only the
demo accounts in ``contactcenter.simulator.accounts`` are read from outside. See docs/simulator.md.
"""
