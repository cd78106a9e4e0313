"""Words that tell an abbreviation or ordinal from the end of a sentence, in lower case."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Stand behind an ordinal: 1. Januar, 19. Jahrhundert.
AFTER_ORDINAL = _words(
    """
    januar jänner februar märz april mai juni juli august september oktober november dezember jan
    feb apr jun jul aug sept sep okt nov dez jahrhundert jahrhunderts jh auflage kapitel klasse
    stock weltkrieg mal
    """
)

# German words after which a number with a stop is an ordinal: am 3. Oktober, der 2. Band.
BEFORE_ORDINAL = _words(
    """
    am im vom zum zur beim ab bis seit der die das den dem des und jeder jede jedes
    """
)

# Never the end: what they are short for stands before something. Titles, mostly.
LEADING = _words(
    """
    mr mrs ms messrs dr drs dra prof profa hon rev gen col sgt capt lt gov sen rep pres ee st ste
    mt ft vs cf e.g i.e eg ie viz z.b d.h u.a u.u i.d.r o.ä s.o s.u v.a m.e bzw vgl ca zzgl evtl
    ggf ggfs inkl exkl sog hr hrn fr frl dipl ing geb gest verh hrsg mme mlle mm mgr me p.ex
    c.-à-d env sr sra srta srs sres d dña ud uds vd vds p.ej ej lic arq excmo excma fray mons av
    avda approx dept est univ c.f n.b phil med jur rer nat hll hl abb tab allg bes insb insbes max
    min mind höchst einschl ausschl urspr engl dt frz lat griech österr schweiz
    """
)

# Never the end before a number: No. 5, S. 12, Art. 3, Jan. 3.
BEFORE_NUMBER = _words(
    """
    no nos nr nrn n núm num fig figs abb tab eq eqs sec secs vol vols bd bde ch chap chaps kap art
    arts abs pp p pg pág págs s ff ex l ll v vv nn par para § pt pts ser ed op ver vers rev aufl
    tel jg jahrg sp anm jan feb mar apr jun jul aug sep sept oct okt nov dec dez janv févr avr
    juil déc ene abr ago dic gem zit
    """
)

# May end a sentence, and do where a word that begins sentences stands behind.
ENDING = _words(
    """
    etc usw usf uvm u.s u.k u.n u.s.a u.e uu ee.uu a.m p.m ph.d m.a b.a b.c a.d inc ltd co corp jr
    sr al ibid bros jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs
    fri sat sun mio mrd str a.c d.c j.-c n.chr v.chr n.r r.i.p ii iii iv vi vii viii ix xi xii xiv
    xv xvi
    """
)

# Of these, short forms only with a capital: “the sun. It rose”, “he sat. Then”.
ONLY_CAPITAL = _words(
    """
    sun sat mon wed fri thu tue mar jun jul aug sep dec nov oct apr jan feb co
    """
)

# Begin sentences often, in English, German, French and Spanish.
STARTERS = _words(
    """
    the a an he she it we they you i this that these those there then in on at but and so if when
    after before as for from while however his her its our their my what who why how where not no
    yes one some many most all each both such with by to der die das ein eine er sie es wir ihr
    ich dieser diese dieses dann da aber und im am als wenn nach vor bei mit für auch doch sein
    ihre seine unser wer was warum wie wo nicht nur le la les l un une des il elle nous vous ils
    elles je ce cette ces cela c mais et dans en quand après avant pour sur si son sa ses leur
    leurs el los las una unos unas él ella ellos ellas yo tú nosotros usted este esta esto estos
    pero y cuando después antes para por su sus qué quién everyone everybody someone nobody
    everything nothing people alle alles niemand jeder tout todos nadie
    """
)
