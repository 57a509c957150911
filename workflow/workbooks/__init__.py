"""Opening the workbooks an office hands in.

`opening.open_workbook` turns a file into plain sheets for `states.register`; nothing else in the product
touches a spreadsheet file that came from outside.
"""
