"""Facts to equations and issues: one function a rule, each names its source. Never looks at pages, never changes facts."""
