"""The settings under `/api/v1`: changing what the office works by, with the scope `admin`.

Each asks the services its page asks; what is refused there is refused here, in the same words.
"""
