"""English: times have 24 hours on every page, as in the inbox, and no sentence ends in "9 a.m..".

What is left out is as Django has it.
"""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "N j, Y, H:i"
SHORT_DATETIME_FORMAT = "m/d/Y H:i"
