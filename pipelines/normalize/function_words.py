"""Short words that name a language by themselves: articles, pronouns, auxiliaries and everyday review words.

Statistics over letters fail on texts of one or two words, where a reader goes by such words. The lists hold common
words of each language; a word of several languages votes for each of them with its share.
"""

from __future__ import annotations

import re

_LISTS: dict[str, str] = {
    "en": """
        the a an and or but not is are was were be been it its it's this that these those i you he she we
        they my your his her our their me him them of to in on at for from with by as if so very too just
        only also than then there here when what which who how why do does did don't didn't doesn't have has
        had will would can can't could should no yes good great nice bad love loved like liked best better
        worst perfect excellent product quality price works work well easy small big size fast shipping
        delivery money worth buy bought recommend highly awesome amazing happy really ok all any some more
        most much many every out up down over again after before because about into one two thank thanks
        stop fine poor cheap enough book movie story read reading hotel room staff food place service never
        always ever get got use used using make made looks look feel feels day year time people thing way
        been other still even back star stars disappointed wonderful beautiful cute soft comfortable fit
        fits smell smells color light long hard
    """,
    "de": """
        der die das den dem des ein eine einen einem einer eines und oder aber nicht ist sind war waren sein
        es dies diese dieser dieses ich du er sie wir ihr mein dein unser mich mir dich dir uns von zu im in
        am an auf für mit bei aus als wenn wie so sehr auch nur noch schon dann da hier was wer warum habe
        hat hatte haben wird werden wurde kann können soll kein keine ja nein gut gute guter gutes super
        toll tolle schlecht leider immer wieder gerne empfehlen empfehlenswert klasse preis qualität schnell
        lieferung einfach klein groß passt buch geschichte lesen autor seite seiten film ganz mehr alles
        alle man sich zum zur vom beim über unter nach vor durch gegen ohne um dass weil ob doch mal viel
        etwas nichts schön schöne sehr besser beste besten perfekt geld wert gekauft kaufen teuer billig
        spannend langweilig nett würde wäre hätte muss müssen war's bin bist geht macht liest wurde
    """,
    "fr": """
        le la les un une des du de et ou mais ne pas plus est sont était étaient être c'est ce cette ces cet
        je tu il elle on nous vous ils elles mon ma mes ton ta tes son sa ses notre votre leur leurs me te
        se lui à au aux en dans sur pour par avec sans chez qui que quoi dont où quand comme si très trop
        aussi bien bon bonne bons mal tout tous toute toutes rien jamais toujours encore déjà ai as a avez
        avons ont avait fait faire peut c j l d n s qu livre histoire lire lecture produit qualité prix
        rapide livraison facile petit petite grand grande parfait parfaite super déçu déçue décevant dommage
        recommande achat acheté vraiment peu beaucoup même être été sera suis es sommes êtes cela ça y entre
        roman film auteur auteure personnages page pages accueil repas cuisine restaurant service serveur
        agréable belle beau
    """,
    "es": """
        el la los las un una unos unas y o pero no es son era eran ser está están estaba este esta esto
        estos estas ese esa eso yo tú él ella nosotros ellos mi mis tu tus su sus me te se nos le les lo de
        del a al en con por para sin sobre entre que qué quien cuando como cómo donde si sí muy más menos
        también bien bueno buena buenos buenas malo mala mal todo todos toda todas nada nunca siempre ya aún
        he ha han había hay tiene tienen tengo fue fueron hace hacer puede producto calidad precio rápido
        envío fácil pequeño pequeña grande perfecto perfecta recomiendo comprar compra libro historia
        película hotel habitación comida restaurante servicio trato lugar sitio excelente gracias mucho
        mucha muchos gran poco otro otra desde hasta porque aunque ni era estoy somos vez años
    """,
    "it": """
        il lo gli una uno e ed ma non è sono era essere questo questa questi queste io lui lei noi loro mio
        mia suo sua mi ti si ci vi di del della dei delle degli da dal dalla nel nella nei con per su sul
        che chi quando come dove se molto più anche bene buono buona ottimo ottima prodotto qualità prezzo
        tutto tutti niente mai sempre già ho ha hanno perfetto consiglio consigliato acquisto spedizione
        veloce bello bella troppo poco stato abbiamo
    """,
    "pt": """
        o os um uma uns umas e ou mas não é são era ser está este esta isto esse essa eu ele ela nós eles
        meu minha seu sua me te se nos lhe de do da dos das em no na nos nas com por para sem que quem
        quando como onde muito mais também bem bom boa ótimo ótima produto qualidade preço tudo nada nunca
        sempre já tem têm foi entrega rápida recomendo chegou adorei gostei perfeito você pelo pela ao à
    """,
    "nl": """
        de het een en of maar niet is zijn was waren dit dat deze die ik jij hij zij wij jullie mijn jouw
        onze van te in op aan voor met bij uit als heel erg ook nog wel geen goed goede mooi prima kwaliteit
        prijs snel levering product kan moet heeft heb wordt werd er naar om dan nog alleen
    """,
}

_APOSTROPHE = re.compile(r"[’'`]")
_SCORES: dict[str, tuple[tuple[str, float], ...]] = {}


def _fill() -> None:
    owners: dict[str, set[str]] = {}
    for language, words in _LISTS.items():
        for word in words.split():
            for piece in _APOSTROPHE.split(word):
                owners.setdefault(piece, set()).add(language)
    for word, languages in owners.items():
        # One-letter words and words of many languages say little.
        weight = (0.4 if len(word) == 1 else 1.0) / len(languages)
        _SCORES[word] = tuple((language, weight) for language in sorted(languages))


_fill()
_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("de", re.compile("[äöüß]")),
    ("es", re.compile("[ñ¿¡]")),
    ("fr", re.compile(r"[œêûîë]|(?<![^\W\d_])(?:[cdjlnst]|qu)['’](?=[^\W\d_])")),
    ("pt", re.compile("[ãõ]")),
)


def words_vote(words: list[str], text: str) -> tuple[str, float] | None:
    """The language that the words of a Latin text name, with a confidence; None unless one is far ahead.

    `words` are in lower case. The answer needs two votes' worth, or one in a text of at most three words, and twice
    the runner-up.
    """
    votes: dict[str, float] = {}
    for word in words[:120]:
        for language, weight in _SCORES.get(word, ()):
            votes[language] = votes.get(language, 0.0) + weight
    if not votes:
        return None
    lowered = text[:400].lower()
    for language, pattern in _MARKS:
        if not lowered.isascii() or language == "fr":
            found = len(pattern.findall(lowered))
            if found:
                votes[language] = votes.get(language, 0.0) + min(found, 3) * 0.5
    ranked = sorted(votes.items(), key=lambda pair: (-pair[1], pair[0]))
    best, score = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    few = len(words) <= 3
    if score < (0.9 if few else 1.8) or score < 2 * second or score < 0.12 * min(len(words), 120):
        return None
    return best, round(min(0.99, 0.5 + score / (score + second) / 2 * min(1.0, score / 3)), 3)
