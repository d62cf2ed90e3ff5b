"""What every endpoint of the HTTP API shares: who may call, what a body may be, how errors and pages look."""
