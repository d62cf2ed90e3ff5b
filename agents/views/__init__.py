"""Pages of agents and teams."""
