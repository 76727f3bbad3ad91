"""An attack on what the town publishes: what can a reader with pencil, patience and a solver find out?

It reads the pages as anybody can, knows how they round (that is printed on them, and the code is open) and what everybody
knows of a town hall: how many work in it, how many hold a position, that 24 people took the trial. Every printed number
is then a line of an integer programme over the counts of people and answers behind it. A count of which but one value
remains, 1 to 4, is a leak; so is one that is 1 to 4 less than a count it is part of.

Nothing here is imported from ``pipeline``: who attacks doesn't trust the code that protects.

pages            files and pages → every number with its words
system           counts and lines → what remains of each
rounding         what a rounded number says
proposals        what a proposal says, and that there is none
public_edition   the pages of the public edition → the texts that count people
reader_knows     these, with what everybody knows → a system
former_edition   the pages of the edition that hid small cells one by one (a fixture) → a system
"""
