"""The currencies that amounts may be in, with what people call them."""

from shared.worded import Worded


class Currency(Worded, key="currency", fr="Devise", en="Currency"):
    """ISO 4217 codes; those of the mission's own accounts come first. Their decimals are in `shared.domain.money`."""

    XOF = "XOF", "FCFA", "FCFA"
    USD = "USD", "dollars américains", "US dollars"
    EUR = "EUR", "euros", "euros"
    AED = "AED", "dirhams des Émirats", "UAE dirhams"
    AUD = "AUD", "dollars australiens", "Australian dollars"
    CAD = "CAD", "dollars canadiens", "Canadian dollars"
    CHF = "CHF", "francs suisses", "Swiss francs"
    CNY = "CNY", "yuans", "yuan"
    CZK = "CZK", "couronnes tchèques", "Czech koruna"
    DKK = "DKK", "couronnes danoises", "Danish kroner"
    GBP = "GBP", "livres sterling", "pounds sterling"
    JPY = "JPY", "yens", "yen"
    KRW = "KRW", "wons", "won"
    NOK = "NOK", "couronnes norvégiennes", "Norwegian kroner"
    PLN = "PLN", "zlotys", "zlotys"
    QAR = "QAR", "riyals qatariens", "Qatari riyals"
    SAR = "SAR", "riyals saoudiens", "Saudi riyals"
    SEK = "SEK", "couronnes suédoises", "Swedish kronor"
    TRY = "TRY", "livres turques", "Turkish liras"
    XAF = "XAF", "FCFA (BEAC)", "FCFA (BEAC)"
