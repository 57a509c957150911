"""Files on their way in: handed in, read, corrected cell by cell, and brought in by the services that do it
at the command line too. Nothing of a file is business before it is brought in.
"""
