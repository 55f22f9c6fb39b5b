"""Room 3: `Prompt` -> `Proposal`. Every way of working ends in a `ChangeSet`."""
