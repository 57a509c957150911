"""The editable copy of a paper, for WPS and Word: never the official text, and never sealed.

Its measures are those of the official copy (GB/T 9704-2012) as far as a word processor keeps them. Its styles
are named in Chinese, so that a clerk changes a style and not three hundred paragraphs.
"""
