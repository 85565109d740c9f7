"""Pages for `bench detect`: task lists in many dresses, pages that are none, the ways a site changes, and the judge."""
