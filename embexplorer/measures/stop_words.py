"""Which English words say little about what a text is about."""

from __future__ import annotations

_ENGLISH = """
    a about above after again against all almost alone along already also although always am among
    an and another any anybody anyone anything anyway are aren't around as at away back be became
    because become becomes been before behind being below beside between beyond both but by came can
    can't cannot could couldn't did didn't do does doesn't doing don't done down during each either
    else enough etc even ever every everybody everyone everything for from further get gets getting
    go goes going got had hadn't has hasn't have haven't having he he'd he'll he's hence her here
    here's hers herself him himself his how however i i'd i'll i'm i've if in indeed instead into is
    isn't it it'd it'll it's its itself just least less let let's like made make makes many may
    maybe me might mine more most mostly much must my myself near need neither never next no nobody
    none nor not nothing now nowhere of off often oh on once one ones only onto or other others
    otherwise our ours ourselves out over own per perhaps put quite rather re really s same say says
    see seem seemed seems several shall she she'd she'll she's should shouldn't since so some
    somebody someone something sometimes somewhere still such t take than that that's the their
    theirs them themselves then there there's thereby therefore these they they'd they'll they're
    they've thing things this those though through throughout thus to together too toward towards
    two under until up upon us use used using very via want was wasn't way we we'd we'll we're we've
    well went were weren't what what's whatever when where where's whereas whether which while who
    who's whole whom whose why will with within without won't would wouldn't yes yet you you'd
    you'll you're you've your yours yourself yourselves
    """

ENGLISH = frozenset(_ENGLISH.split())
