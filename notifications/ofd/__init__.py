"""A paper as OFD (GB/T 33190-2016), the format Chinese archives ask for: experimental, the PDF is official.

The pages are those of the PDF, read back: text stays text, with its place and its font; lines stay lines.
Only what our own layout draws is understood, and anything else is refused, never left out.
"""
