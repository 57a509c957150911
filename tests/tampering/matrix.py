"""What verification must say to every class of tampering: the detection matrix, class by class.

A class is a deed and the codes of which the first finding that fits must bear one. `hashed` are those that
rest on a digest, and are tried in the other profile too.
"""

from dataclasses import dataclass

from tests.tampering.deeds import beside, chains, entries, log, office, words
from tests.tampering.deeds.victims import Deed


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
    by_digest(entries.edit_a_field, "entry_changed"),
    by_digest(entries.edit_what_was_set, "entry_changed"),
    by_digest(entries.edit_a_character, "entry_changed"),
    by_digest(entries.edit_white_space, "entry_changed"),
    by_digest(entries.edit_the_hash, "entry_changed"),
    by_digest(entries.edit_the_link, "chain_broken"),
    by_digest(entries.edit_the_code, "forged"),
    found(entries.edit_the_key_s_name, "key_unannounced"),
    found(entries.edit_a_column, "columns_changed"),
    found(entries.edit_when_it_happened, "columns_changed"),
    found(entries.edit_when_it_was_recorded, "columns_changed"),
    by_digest(entries.name_another_algorithm, "entry_changed"),
    found(entries.name_no_algorithm, "algorithm_unknown"),
    by_digest(entries.edit_the_journal, "entry_changed"),
    # their order
    by_digest(entries.delete_in_the_middle, "entry_missing"),
    by_digest(entries.delete_and_close_the_gap, "chain_broken"),
    found(entries.delete_a_mail_attempt, "entry_missing"),
    by_digest(entries.copy_to_the_end, "chain_broken"),
    by_digest(entries.copy_beside, "chain_broken"),
    by_digest(entries.swap_two, "chain_broken"),
    by_digest(entries.reorder_a_case, "chain_broken"),
    by_digest(entries.move_to_another_case, "chain_broken"),
    by_digest(entries.cut_the_tail, "tail_cut"),
    by_digest(entries.cut_the_tail_and_the_row, "log_event_missing"),
    by_digest(entries.cut_it_from_the_log_too, "root_changed"),
    # whole chains
    by_digest(chains.rehash, "forged"),
    by_digest(chains.rehash_with_a_key_of_one_s_own, "forged"),
    by_digest(chains.rehash_and_seal_again, "forged"),
    by_digest(chains.rehash_in_the_other_algorithm, "forged"),
    by_digest(chains.seal_what_is_forged, "forged"),
    by_digest(chains.remove_a_case, "log_event_missing"),
    by_digest(chains.remove_a_case_and_its_place, "root_changed"),
    by_digest(chains.append_an_entry, "forged"),
    by_digest(chains.append_a_backdated_entry, "forged"),
    by_digest(chains.insert_in_the_middle, "forged"),
    found(chains.give_an_act_to_somebody_without_the_role, "permission_not_held"),
    # rows
    found(beside.change_the_row, "row_changed"),
    found(beside.change_how_long_it_is_kept, "row_changed"),
    found(beside.remove_the_row, "row_missing"),
    found(beside.wake_the_planner_never, "next_action_changed"),
    found(beside.move_the_head, "tail_cut"),
    found(beside.move_the_journal_s_head, "tail_cut"),
    found(beside.remove_the_journal_s_row, "tail_cut"),
    by_digest(words.change_words, "words_changed"),
    by_digest(words.remove_words, "words_missing"),
    found(words.put_redacted_words_back, "words_unredacted"),
    by_digest(words.replace_words_and_salt, "words_changed"),
    by_digest(words.replace_words_with_their_hash, "forged"),
    by_digest(words.lay_words_beside, "words_changed"),
    found(beside.tamper_with_limits, "limits_changed"),
    found(beside.tamper_with_units, "units_changed"),
    found(beside.tamper_with_attachments, "attachments_changed"),
    found(beside.tamper_with_mentions, "mention_changed", "mention_missing", "mention_unrecorded"),
    found(beside.change_an_escalation, "escalation_changed"),
    found(beside.remove_an_escalation, "escalation_missing"),
    found(beside.forge_an_escalation, "escalation_unrecorded"),
    found(beside.change_a_mail, "mail_changed"),
    found(beside.unsend_a_mail, "mail_changed"),
    found(beside.remove_a_mail, "mail_missing"),
    found(beside.forge_a_mail, "mail_unrecorded"),
    found(beside.change_a_paper, "paper_changed"),
    found(beside.renumber_a_paper, "paper_changed"),
    found(beside.remove_a_paper, "paper_missing"),
    found(beside.forge_a_paper, "paper_unrecorded"),
    found(beside.change_where_a_paper_stands, "life_changed"),
    found(beside.remove_where_a_paper_stands, "life_missing"),
    found(beside.forge_where_a_paper_stands, "life_unrecorded"),
    found(beside.take_a_number_back, "number_gap"),
    found(beside.take_a_case_number_back, "case_missing", "case_numbers_changed"),
    found(beside.swap_a_file, "file_changed"),
    found(beside.lose_a_file, "file_lost"),
    # the office's own tables
    found(office.excuse_by_the_policy, "rule_changed"),
    found(office.excuse_by_another_policy, "rule_changed", "rule_unrecorded"),
    found(office.remove_a_rule, "rule_missing"),
    found(office.make_a_holiday, "calendar_changed"),
    found(office.make_a_holiday_with_its_hash, "calendar_changed"),
    found(office.change_a_wording, "wording_changed"),
    found(office.tamper_with_the_units_of_the_directory, "unit_changed", "unit_missing", "unit_unrecorded"),
    found(office.tamper_with_people, "person_changed", "person_missing", "person_unrecorded"),
    found(office.tamper_with_roles, "grant_changed", "grant_missing", "grant_unrecorded"),
    found(office.tamper_with_deputies, "deputy_changed", "deputy_missing", "deputy_unrecorded"),
    found(office.tamper_with_recusals, "recusal_changed", "recusal_missing", "recusal_unrecorded"),
    found(
        office.tamper_with_successions, "succession_changed", "succession_missing", "succession_unrecorded"
    ),
    found(office.tamper_with_rounds, "campaign_changed"),
    found(office.tamper_with_lists, "digest_changed", "digest_missing", "digest_unrecorded"),
    found(office.tamper_with_holds, "hold_changed"),
    found(office.tamper_with_sweeps, "sweep_changed"),
    # log, sealer, checkpoints
    by_digest(log.forget_a_place, "log_gap"),
    by_digest(log.forget_the_end, "log_cut"),
    by_digest(log.swap_two_places, "log_reordered"),
    by_digest(log.slip_in_a_place, "log_event_missing", "log_reordered"),
    by_digest(log.point_elsewhere, "log_event_missing"),
    by_digest(log.name_another_epoch, "epoch_open", "log_cut", "root_changed"),
    found(log.move_the_sealer, "sealer_changed"),
    found(log.change_the_evidence, "evidence_changed"),
    by_digest(log.edit_a_checkpoint, "checkpoint_changed"),
    by_digest(log.remove_a_checkpoint, "checkpoint_missing", "checkpoint_newer"),
    by_digest(log.sign_a_checkpoint_oneself, "checkpoint_key_unannounced"),
    by_digest(log.edit_a_checkpoint_outside, "anchor_invalid", "checkpoint_forged"),
)
