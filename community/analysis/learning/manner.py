"""How an English text talks, apart from what its words feel like: what a site weighs from few labels.

People who complain deny, count hours, tell what they had to do and ask why; people who praise rarely do.
Fifty labels are too few to learn that of single words, but enough to learn it of families of words.
"""

import re

_FAMILIES = {
    "denial": "not no never nothing none without cannot cant dont wont didnt doesnt isnt wasnt aint nobody "
    "nowhere neither nor",
    "speaker": "i me my mine we us our i'm i've i'd i'll we're we've im ive",
    "listener": "you your yours u ur you're you've y'all",
    "thanks": "thanks thank thx ty appreciate grateful",
    "time": "hour hours hr hrs minute minutes min mins day days week weeks month months year years",
    "reason": "why how",
    "question": "what when where who which whether any anyone is are do does can will could would may",
    "wish": "please pls plz help need want wish hope",
    "past": "was were had did been told said got left took went tried called asked paid bought",
    "patience": "still again another yet only even just already finally since after until",
    "trouble": "wait waiting waited hold late delay delayed delays cancel cancelled canceled cancelling "
    "stuck miss missed missing lost broken broke fail failed fails crash crashed crashes fix fixed error "
    "errors refund charge charged problem problems issue issues wrong stop stopped",
    "turn": "but however although though because unless instead",
    "degree": "very so really too much such super most all always every",
}
_PLACE = {word: at for at, words in enumerate(_FAMILIES.values()) for word in words.split()}
_DENIAL = list(_FAMILIES).index("denial")
_WORD = re.compile(r"[^\W_]+(?:'[a-z]+)?")
_SHOUTED = re.compile(r"\b[A-Z]{3,}\b")
_NUMBER = re.compile(r"\d+")
_DOTS = re.compile(r"\.\.+|…")
# Said twice is said often. Less than one each, so that the lexicon weighs more.
_MOST, _SIZE = 2, 0.6


def manner(masked: str) -> tuple[float, ...]:
    """How often a masked English text uses each family of words, shouts, counts and trails off, 0 to 1.2."""
    counts = [0] * len(_FAMILIES)
    for word in _WORD.findall(masked.lower()):
        at = _PLACE.get(word)
        if at is not None:
            counts[at] += 1
        elif word.endswith("n't"):
            counts[_DENIAL] += 1
    counts += [len(pattern.findall(masked)) for pattern in (_SHOUTED, _NUMBER, _DOTS)]
    return tuple(_SIZE * min(count, _MOST) for count in counts)
