"""From a spec and probed facts to a plan. Pure, but for `probe`."""
