"""The sentences about files that cannot go with a text."""

from django.utils.translation import gettext, ngettext

from contactcenter.providers.mms import Misfit, Problem

_KILO, _MEGA = 1_000, 1_000_000


def size_in_words(size: int) -> str:
    """Return a size in bytes as people say it."""
    if size >= _MEGA - 1:  # "Less than a megabyte" is a byte less.
        return gettext("%(size)s MB") % {"size": f"{(size + 1) / _MEGA:.1f}".removesuffix(".0")}
    return gettext("%(size)s kB") % {"size": max(1, round(size / _KILO))}


def sentence(problem: Problem) -> str:
    """Return why files cannot go, and what helps."""
    if problem.misfit is Misfit.TOO_MANY:
        return ngettext(
            "A text takes at most %(number)d file. Remove some.",
            "A text takes at most %(number)d files. Remove some.",
            problem.limit,
        ) % {"number": problem.limit}
    if problem.misfit is Misfit.TYPE:
        return gettext("This type of file cannot be sent. Pictures, short films, sounds, PDF and vCard files can.")
    if problem.misfit is Misfit.SENDER:
        return gettext("A sender with a name of letters sends words only. Choose a number, or remove the files.")
    size = size_in_words(problem.limit)
    if problem.misfit is Misfit.FILE_TOO_LARGE:
        return gettext("This file is too large: at most %(size)s can be sent.") % {"size": size}
    return gettext("The files are too large together: at most %(size)s can be sent.") % {"size": size}
