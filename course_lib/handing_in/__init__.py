"""Handing in: is a notebook sound, what would be put back, and the file that is handed in.

read the file (reading) -> hold it against the lesson as it was given (originals, repair) -> say what is wrong (mending)
-> write the file to hand in, or the mended notebook (packing, restoring)

The grader repairs what is handed in with the same code, so a student hears before the deadline what it would say after it.
"""
