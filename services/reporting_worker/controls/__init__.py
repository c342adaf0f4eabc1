"""The controls of a draft: what an editor must mend or accept with a reason; they report and never rewrite."""
