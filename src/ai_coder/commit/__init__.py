"""Room 4: `Proposal` -> `CommitPlan`: branch, message, title, body."""

from ai_coder.commit.plan import branch_name, plan

__all__ = ["branch_name", "plan"]
