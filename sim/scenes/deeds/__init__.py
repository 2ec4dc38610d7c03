"""The truth about who breaks which rule, one file for each kind of thing broken. Known to no rule, and knowing none."""
