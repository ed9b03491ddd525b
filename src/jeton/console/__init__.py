"""The administrators' door: pages rendered here, sessions, forms and templates. No SQL, and no rule of its own."""
