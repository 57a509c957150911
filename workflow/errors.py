"""Refusals of the office itself, beside those of the rule book. One root: `states.errors.Refusal`."""

from states.errors import Refusal


class NotFound(Refusal):
    """Nothing is known under this number, code or name."""

    code = "not_found"


class Ambiguous(Refusal):
    """Several people or units go by this name; the facts list them."""

    code = "ambiguous"


class EditConflict(Refusal):
    """Somebody else changed the case in between; read it again and decide anew."""

    code = "edit_conflict"


class DatabaseNotEmpty(Refusal):
    """The database already holds an office; what is asked for needs an empty one."""

    code = "database_not_empty"


class FolderNotEmpty(Refusal):
    """A folder that would be made anew holds something nobody gave leave to remove."""

    code = "out_not_empty"


class ReadingRefused(Refusal):
    """Nothing of a case is shown, because that it is looked at cannot be written down."""

    code = "reading_unrecorded"


class ProgramFault(Refusal):
    """The program itself failed in a way nobody foresaw. Doors answer with exit code 2."""

    code = "internal"


class Held(Refusal):
    """The scheduler is held until a person releases it, and so is what is asked for."""

    code = "held"


class SealingRefused(Refusal):
    """Entries cannot be given their place in the log now, or there is one that never can."""

    code = "sealing_refused"


class TimestampRefused(Refusal):
    """No valid time-stamp came from the authority, or one that is kept does not hold."""

    code = "timestamp_refused"


class FileRefused(Refusal):
    """A file may not be taken into the store."""

    code = "file_refused"


class BackupRefused(Refusal):
    """A backup cannot be made at this place, or a file is no whole backup that can be put back here."""

    code = "backup_refused"


class SignInRefused(Refusal):
    """Nobody is signed in. Why not, the office's journal says and never the answer."""

    code = "sign_in_refused"


class ProviderRefused(Refusal):
    """The provider people sign in through vouches for nobody: it is away, says no, or cannot be believed."""

    code = "oidc_denied"


class TokenRefused(Refusal):
    """No token of the interface came with a request, or one that does not count."""

    code = "token_missing"


class TooManyTries(Refusal):
    """Too much is tried from one address, or by everybody at once; `retry_after` says in how many seconds."""

    code = "too_many_tries"


class InvitationRefused(Refusal):
    """No invitation stands behind this token any more, or none ever did."""

    code = "invitation_refused"


class AlreadyDone(Refusal):
    """The form was carried out before; the facts name its case and command where they are known."""

    code = "already_done"


class ConfigurationError(Refusal):
    """The installation cannot run as it is set up. Doors answer with exit code 2."""

    code = "configuration"


class AddressRefused(Refusal):
    """A request under a host that is not ours, or from a page of somebody else's site."""

    code = "address_refused"


class FormRefused(Refusal):
    """A form that was not filled in on one of our pages by whoever is signed in, or too long ago."""

    code = "form_refused"


class SignedInAnew(Refusal):
    """A form of ours filled in under another sign-in: nothing is done, and its sender has it back."""

    code = "form_stale"


class SignInNeeded(Refusal):
    """Nobody is signed in, or he has to settle something with his account first."""

    code = "sign_in_needed"


class KeyRefused(Refusal):
    """An unsafe request without a key of its own, or with one that cannot be a key."""

    code = "idempotency_key_missing"


class KeyReused(Refusal):
    """A key that came with another request before."""

    code = "idempotency_key_reused"


class MediaTypeRefused(Refusal):
    """A body of another kind than is taken here."""

    code = "media_type_unsupported"


class PreconditionFailed(EditConflict):
    """What was to be changed is not, or not any more, as whoever changes it had it before him."""

    code = "precondition_failed"
