"""The room that rows need while they are checked."""

from shared.refusal import Refusal


class NoRoom(Refusal):
    """The temporary folder cannot hold the rows while they are checked."""

    kind = "no-room"
    fr = (
        "Le dossier temporaire ne peut pas garder les lignes pendant leur contrôle ({reason}) : libérez-y deux fois la "
        "taille du fichier, ou nommez un autre dossier par TMPDIR. La même commande reprend ensuite."
    )
    en = (
        "The temporary folder cannot keep the rows while they are checked ({reason}): free twice the size of the file "
        "there, or name another folder by TMPDIR. The same command then goes on."
    )
    reason: str
