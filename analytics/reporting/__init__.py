"""Reports by mail: when they are due, what stands in them, and sending each once."""
