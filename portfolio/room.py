"""The room that rows need while they are checked."""

from shared.errors import Problem


class NoRoom(Problem):
    """The temporary folder cannot hold the rows while they are checked."""

    kind = "no-room"

    def __init__(self, reason: str) -> None:
        super().__init__(
            {
                "fr": f"Le dossier temporaire ne peut pas garder les lignes pendant leur contrôle ({reason}) : "
                "libérez-y deux fois la taille du fichier, ou nommez un autre dossier par TMPDIR. La même commande "
                "reprend ensuite.",
                "en": f"The temporary folder cannot keep the rows while they are checked ({reason}): free twice the "
                "size of the file there, or name another folder by TMPDIR. The same command then goes on.",
            }
        )
