"""What verification must say to every class of tampering: the detection matrix, class by class.

A class is a deed and the codes of which the first finding that fits must bear one. `hashed` are those that
rest on a digest, and are tried in the other profile too.
"""

from dataclasses import dataclass

from tests.tampering import deeds
from tests.tampering.deeds import Deed


@dataclass(frozen=True)
class Tampering:
    """A class of tampering, with what may name it."""

    deed: Deed
    codes: frozenset[str]
    hashed: bool = False

    @property
    def name(self) -> str:
        return self.deed.__name__


def found(deed: Deed, *codes: str) -> Tampering:
    return Tampering(deed, frozenset(codes))


def by_digest(deed: Deed, *codes: str) -> Tampering:
    return Tampering(deed, frozenset(codes), hashed=True)


MATRIX = (
    # one entry
    by_digest(deeds.edit_a_field, "entry_changed"),
    by_digest(deeds.edit_what_was_set, "entry_changed"),
    by_digest(deeds.edit_a_character, "entry_changed"),
    by_digest(deeds.edit_white_space, "entry_changed"),
    by_digest(deeds.edit_the_hash, "entry_changed"),
    by_digest(deeds.edit_the_link, "chain_broken"),
    by_digest(deeds.edit_the_code, "forged"),
    found(deeds.edit_the_key_s_name, "key_unannounced"),
    found(deeds.edit_a_column, "columns_changed"),
    found(deeds.edit_when_it_happened, "columns_changed"),
    found(deeds.edit_when_it_was_recorded, "columns_changed"),
    by_digest(deeds.name_another_algorithm, "entry_changed"),
    found(deeds.name_no_algorithm, "algorithm_unknown"),
    by_digest(deeds.edit_the_journal, "entry_changed"),
    # their order
    by_digest(deeds.delete_in_the_middle, "entry_missing"),
    by_digest(deeds.delete_and_close_the_gap, "chain_broken"),
    found(deeds.delete_a_mail_attempt, "entry_missing"),
    by_digest(deeds.copy_to_the_end, "chain_broken"),
    by_digest(deeds.copy_beside, "chain_broken"),
    by_digest(deeds.swap_two, "chain_broken"),
    by_digest(deeds.reorder_a_case, "chain_broken"),
    by_digest(deeds.move_to_another_case, "chain_broken"),
    by_digest(deeds.cut_the_tail, "tail_cut"),
    by_digest(deeds.cut_the_tail_and_the_row, "log_event_missing"),
    by_digest(deeds.cut_it_from_the_log_too, "root_changed"),
    # whole chains
    by_digest(deeds.rehash, "forged"),
    by_digest(deeds.rehash_with_a_key_of_one_s_own, "forged"),
    by_digest(deeds.rehash_and_seal_again, "forged"),
    by_digest(deeds.rehash_in_the_other_algorithm, "forged"),
    by_digest(deeds.seal_what_is_forged, "forged"),
    by_digest(deeds.remove_a_case, "log_event_missing"),
    by_digest(deeds.remove_a_case_and_its_place, "root_changed"),
    by_digest(deeds.append_an_entry, "forged"),
    by_digest(deeds.append_a_backdated_entry, "forged"),
    by_digest(deeds.insert_in_the_middle, "forged"),
    found(deeds.give_an_act_to_somebody_without_the_role, "permission_not_held"),
    # rows
    found(deeds.change_the_row, "row_changed"),
    found(deeds.change_how_long_it_is_kept, "row_changed"),
    found(deeds.remove_the_row, "row_missing"),
    found(deeds.wake_the_planner_never, "next_action_changed"),
    found(deeds.move_the_head, "tail_cut"),
    found(deeds.move_the_journal_s_head, "tail_cut"),
    found(deeds.remove_the_journal_s_row, "tail_cut"),
    by_digest(deeds.change_words, "words_changed"),
    by_digest(deeds.remove_words, "words_missing"),
    found(deeds.put_redacted_words_back, "words_unredacted"),
    by_digest(deeds.replace_words_and_salt, "words_changed"),
    by_digest(deeds.replace_words_with_their_hash, "forged"),
    by_digest(deeds.lay_words_beside, "words_changed"),
    found(deeds.tamper_with_limits, "limits_changed"),
    found(deeds.tamper_with_units, "units_changed"),
    found(deeds.tamper_with_attachments, "attachments_changed"),
    found(deeds.tamper_with_mentions, "mention_changed", "mention_missing", "mention_unrecorded"),
    found(deeds.change_an_escalation, "escalation_changed"),
    found(deeds.remove_an_escalation, "escalation_missing"),
    found(deeds.forge_an_escalation, "escalation_unrecorded"),
    found(deeds.change_a_mail, "mail_changed"),
    found(deeds.unsend_a_mail, "mail_changed"),
    found(deeds.remove_a_mail, "mail_missing"),
    found(deeds.forge_a_mail, "mail_unrecorded"),
    found(deeds.change_a_paper, "paper_changed"),
    found(deeds.renumber_a_paper, "paper_changed"),
    found(deeds.remove_a_paper, "paper_missing"),
    found(deeds.forge_a_paper, "paper_unrecorded"),
    found(deeds.take_a_number_back, "number_gap"),
    found(deeds.take_a_case_number_back, "case_missing", "case_numbers_changed"),
    found(deeds.swap_a_file, "file_changed"),
    found(deeds.lose_a_file, "file_lost"),
    # the office's own tables
    found(deeds.excuse_by_the_policy, "rule_changed"),
    found(deeds.excuse_by_another_policy, "rule_changed", "rule_unrecorded"),
    found(deeds.remove_a_rule, "rule_missing"),
    found(deeds.make_a_holiday, "calendar_changed"),
    found(deeds.make_a_holiday_with_its_hash, "calendar_changed"),
    found(deeds.change_a_wording, "wording_changed"),
    found(deeds.tamper_with_the_units_of_the_directory, "unit_changed", "unit_missing", "unit_unrecorded"),
    found(deeds.tamper_with_people, "person_changed", "person_missing", "person_unrecorded"),
    found(deeds.tamper_with_roles, "grant_changed", "grant_missing", "grant_unrecorded"),
    found(deeds.tamper_with_deputies, "deputy_changed", "deputy_missing", "deputy_unrecorded"),
    found(deeds.tamper_with_recusals, "recusal_changed", "recusal_missing", "recusal_unrecorded"),
    found(deeds.tamper_with_successions, "succession_changed", "succession_missing", "succession_unrecorded"),
    found(deeds.tamper_with_rounds, "campaign_changed"),
    found(deeds.tamper_with_lists, "digest_changed", "digest_missing", "digest_unrecorded"),
    found(deeds.tamper_with_holds, "hold_changed"),
    found(deeds.tamper_with_sweeps, "sweep_changed"),
    # log, sealer, checkpoints
    by_digest(deeds.forget_a_place, "log_gap"),
    by_digest(deeds.forget_the_end, "log_cut"),
    by_digest(deeds.swap_two_places, "log_reordered"),
    by_digest(deeds.slip_in_a_place, "log_event_missing", "log_reordered"),
    by_digest(deeds.point_elsewhere, "log_event_missing"),
    by_digest(deeds.name_another_epoch, "epoch_open", "log_cut", "root_changed"),
    found(deeds.move_the_sealer, "sealer_changed"),
    found(deeds.change_the_evidence, "evidence_changed"),
    by_digest(deeds.edit_a_checkpoint, "checkpoint_changed"),
    by_digest(deeds.remove_a_checkpoint, "checkpoint_missing", "checkpoint_newer"),
    by_digest(deeds.sign_a_checkpoint_oneself, "checkpoint_key_unannounced"),
    by_digest(deeds.edit_a_checkpoint_outside, "anchor_invalid", "checkpoint_forged"),
)
