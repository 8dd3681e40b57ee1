"""How an English word that is in no dictionary may sound, by its letters.

A few dozen rules in the spirit of Elovitz et al. (Letter-to-sound rules for automatic translation of English text to
phonetics, 1976), for one purpose: to find a word whose place in a recording is known by its neighbours.
"""

import re

_RULES = """
^kn=N ^gn=N ^wr=R ^ps=S ^pn=N ^x=Z ^wh=W ^rh=R ^mc=M+AH+K ^y=Y
tion=SH+AH+N sion=ZH+AH+N cious=SH+AH+S tious=SH+AH+S cial=SH+AH+L tial=SH+AH+L ture$=CH+ER sure$=ZH+ER
ough=AO aught=AO+T augh=AO eigh=EY igh=AY tch=CH dge=JH sch=S+K wh=W
sh=SH ch=CH th=TH ph=F ck=K qu=K+W gh= ng=NG nk=NG+K mb$=M gn$=N le$=AH+L x=K+S
ier=IY+ER ear=IH+R eer=IH+R air=EH+R oor=AO+R our=AO+R are$=EH+R ire$=AY+R ore$=AO+R
ar=AA+R er=ER ir=ER ur=ER or=AO+R yr=ER
ee=IY ea=IY ai=EY ay=EY ei=EY ey$=IY ey=EY oa=OW oe$=OW oo=UW ou=AW ow$=OW ow=AW oi=OY oy=OY
au=AO aw=AO ie$=AY ie=IY ue$=UW ui=UW ew=UW eu=UW ious=IY+AH+S ous$=AH+S
a%e=EY i%e=AY o%e=OW u%e=UW e%e=IY y%e=AY
'=
ces$=S+IH+Z ses$=S+IH+Z ges$=JH+IH+Z shes$=SH+IH+Z ches$=CH+IH+Z zes$=Z+IH+Z es$=Z
ted$=T+IH+D ded$=D+IH+D ed$=D e$= y$=IY a$=AH o$=OW i$=IY u$=UW
ce=S+EH ci=S+IH cy=S+IH ge=JH+EH gi=JH+IH gy=JH+IH ss=S s$=Z
a=AE b=B c=K d=D e=EH f=F g=G h=HH i=IH j=JH k=K l=L m=M n=N o=AA p=P q=K r=R s=S t=T u=AH v=V w=W y=IH z=Z
"""
"""What letters sound like, the longest first: ``^`` begins a word, ``$`` ends it, ``%`` is one consonant."""
_CONSONANT = "[bcdfgklmnprstvz]"


def sounds(word: str) -> str:
    """Return phones of CMU's dictionary, such as ``G L AH T AH N``, for a word of the letters a to z.

    It is empty where no letter sounds.
    """
    once = re.sub(r"([b-df-hj-np-tv-z])\1", r"\1", word.replace("'", ""))
    found: list[str] = []
    place = 0
    while place < len(once):
        length, phones = _first(once, place)
        found.extend(phones)
        place += length
    return " ".join(found)


def _first(word: str, place: int) -> tuple[int, list[str]]:
    """Return how many letters the rule for this place takes, and what they sound like."""
    for pattern, length, phones in _COMPILED:
        if pattern.match(word, place):
            return length, phones
    return 1, []


def _compiled(rule: str) -> tuple[re.Pattern[str], int, list[str]]:
    letters, phones = rule.split("=")
    bare = letters.strip("^$")
    start, end = ("^" if letters[0] == "^" else ""), ("$" if letters[-1] == "$" else "")
    if "%" in bare:
        return re.compile(rf"{bare[0]}(?={_CONSONANT}e(?:s|d)?$)"), 1, phones.split("+")
    return re.compile(rf"{start}{bare}{end}"), len(bare), phones.split("+") if phones else []


_COMPILED = [_compiled(rule) for rule in sorted(_RULES.split(), key=lambda rule: -len(rule.split("=")[0]))]
