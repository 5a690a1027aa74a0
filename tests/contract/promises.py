"""What the contract promises beside its operations (those are `rows.py`), sentence by sentence, and the tests that hold it.

`docs/reference/contract.md` is written from this; a test of the unit tests fails where a test that is named is not there.
"""

from __future__ import annotations

SECTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "1 Lifecycle": {
        "upload, process, poll, results: one document, as published clients do it": (
            "test_api_clients.py::test_the_sdk_parses_one_document",
            "test_readme.py::test_the_walk_through_with_curl_does_what_it_says",
        ),
        "a job is `pending`, `processing`, `completed` or `failed` and nothing else; `progress` never goes back": (
            "test_api_status.py::test_progress_moves_with_the_pages_and_never_goes_back",
            "test_attempts.py::test_progress_never_goes_back",
            "test_worker.py::test_progress_moves_with_the_pages_and_is_announced",
        ),
        "a cancelled job is `failed` with `JOB_CANCELLED`": (
            "test_api_status.py::test_a_pending_job_is_cancelled",
            "test_events.py::test_a_cancelled_job_ends_its_stream",
        ),
        "`results` and `result` are the same, null until the job is completed": (
            "test_api_status.py::test_a_pending_job_has_no_results",
            "test_api_status.py::test_a_completed_job_has_its_results_twice",
        ),
        "a failed job answers 200 with its error": (
            "test_api_status.py::test_a_failed_job_answers_200_with_its_error",
        ),
        "amounts keep the digits that are printed": (
            "test_api_status.py::test_amounts_come_out_with_the_digits_that_were_stored",
        ),
        "times are UTC with a `Z`": (
            "test_api_status.py::test_a_completed_job_has_its_results_twice",
            "test_api_processing.py::test_one_document_by_any_of_its_names_is_a_job",
        ),
    },
    "2 Authentication": {
        "a key on everything but what is open; 401 with `WWW-Authenticate` without one": (
            "test_contract_rows.py::test_who_lacks_the_permission_or_a_key_is_refused",
            "test_security.py::test_every_operation_wants_a_key",
            "test_api_access.py::test_a_key_that_is_none_is_refused",
            "test_api_access.py::test_some_addresses_are_open_to_all",
        ),
        "a revoked or expired key is dead at once": (
            "test_api_access.py::test_a_revoked_key_is_dead_at_once_also_where_it_was_just_used",
            "test_api_access.py::test_an_expired_key_is_dead_also_where_it_was_just_used",
            "test_api_access.py::test_limits_hold_across_api_processes",
        ),
        "403 where the key lacks the permission": (
            "test_contract_rows.py::test_who_lacks_the_permission_or_a_key_is_refused",
        ),
        "another account's things are 404, never 403": (
            "test_security.py::test_a_stranger_who_knows_our_ids_finds_nothing",
            "test_api_access.py::test_another_accounts_things_do_not_exist",
        ),
    },
    "3 Endpoints": {
        "doubled prefix, trailing slash, other methods": (
            "test_contract_rows.py::test_an_address_refuses_other_methods_and_answers_with_a_slash_and_a_doubled_prefix",
            "test_api_errors.py::test_a_doubled_prefix_and_a_trailing_slash_make_no_difference",
        ),
        "the address's kind overrides the one that is detected": (
            "test_api_processing.py::test_the_kind_of_the_address_overrides_what_is_detected",
            "test_api_clients.py::test_the_sdk_parses_an_invoice_as_a_statement_and_is_told_what_it_is",
        ),
        "a `batch_id` is accepted where a `job_id` is read": (
            "test_contract_rows.py::test_a_row_of_the_contract_holds",
            "test_api_status.py::test_a_batch_can_be_waited_for",
        ),
    },
    "3.1 Upload": {
        "parts `files` or `file`, of any content type or none; the bytes decide": (
            "test_api_uploads.py::test_one_file_is_described_in_the_list_and_flat",
            "test_api_uploads.py::test_a_part_needs_no_content_type",
            "test_api_uploads.py::test_the_content_type_of_a_part_does_not_matter",
            "test_api_uploads.py::test_the_bytes_decide_what_a_file_is",
        ),
        "elements in upload order, a single file flat as well": (
            "test_api_uploads.py::test_several_files_come_back_in_upload_order",
            "test_api_uploads.py::test_one_file_is_described_in_the_list_and_flat",
        ),
        "`type` and `doc_type`, `callback_url`, `password`, `expires_in`": (
            "test_api_uploads.py::test_the_declared_type_is_echoed",
            "test_webhooks.py::test_an_address_given_at_upload_is_called_as_well",
            "test_api_processing.py::test_a_password_at_upload_opens_the_document_for_good",
            "test_api_deletion.py::test_files_delete_themselves_when_their_time_is_up",
        ),
        "`file_url` is our own download address": (
            "test_api_uploads.py::test_the_uploaded_bytes_come_back_as_they_were",
        ),
        "some bad files: 207, the good ones are kept; all bad: 400": (
            "test_api_uploads.py::test_some_bad_files_do_not_spoil_the_good_ones",
            "test_api_uploads.py::test_only_bad_files_are_400_and_each_is_named",
        ),
        "limits: 50 files, bytes of a file, of a request, pages; all configurable": (
            "test_api_uploads.py::test_50_files_are_taken",
            "test_api_uploads.py::test_over_50_files_are_refused_as_a_whole",
            "test_api_uploads.py::test_a_body_that_is_larger_than_all_files_may_be_is_refused_at_once",
            "test_contract_limits.py::test_a_limit_that_an_operator_sets_holds",
        ),
        "the same bytes again are a new document that shares them": (
            "test_api_uploads.py::test_equal_bytes_make_two_documents_that_share_storage",
            "test_api_uploads.py::test_accounts_do_not_share_storage",
        ),
        "codes of refusal": (
            "test_api_uploads.py::test_a_bad_file_is_refused_by_a_stable_code_and_leaves_nothing_behind",
            "test_api_uploads.py::test_a_wrong_type_is_told_with_the_types_that_are_read",
            "test_api_uploads.py::test_a_request_that_is_no_upload_is_refused",
            "test_api_processing.py::test_a_wrong_password_is_told",
        ),
    },
    "3.2 Process": {
        "every form of the body; `callback_url`, `schema`, `metadata`, `password`": (
            "test_api_processing.py::test_one_document_by_any_of_its_names_is_a_job",
            "test_api_processing.py::test_several_documents_are_a_batch_in_their_order",
            "test_api_processing.py::test_metadata_is_echoed_as_it_was_sent",
            "test_api_processing.py::test_a_password_of_a_process_call_makes_a_copy_that_goes_with_the_job",
            "test_api_processing.py::test_passwords_stand_neither_in_the_database_nor_in_the_log",
        ),
        "upload and start in one call": (
            "test_api_processing.py::test_a_form_with_process_uploads_and_starts",
            "test_api_processing.py::test_a_form_with_several_files_starts_a_batch",
            "test_api_processing.py::test_a_form_without_process_is_an_upload",
        ),
        "`estimated_completion`": (
            "test_api_processing.py::test_the_estimated_completion_lies_ahead_and_grows_with_the_pages",
        ),
        "options change what they say; unknown ones are 400": (
            "test_api_options.py::test_without_line_items_the_rest_is_the_same",
            "test_api_options.py::test_without_transactions_the_rest_is_the_same",
            "test_api_options.py::test_without_tax_the_rest_is_the_same",
            "test_api_options.py::test_the_options_change_the_results_and_nothing_else_does",
            "test_contract_limits.py::test_options_of_reading_reach_the_reader",
            "test_language_model.py::test_rules_alone_ask_nobody",
            "test_language_model.py::test_without_a_schema_auto_asks_nothing_and_llm_asks_for_what_is_open",
            "test_api_processing.py::test_a_bad_field_is_named_with_the_reason",
        ),
        "a batch counts its jobs; one bad item starts nothing; at most ten": (
            "test_api_processing.py::test_a_batch_ends_with_its_jobs_and_counts_them",
            "test_api_processing.py::test_one_bad_item_starts_nothing",
            "test_api_processing.py::test_a_batch_of_more_than_ten_is_refused_and_of_ten_is_not",
        ),
        "codes of refusal": (
            "test_contract_rows.py::test_what_there_is_not_is_404_by_a_code_that_the_document_shows",
            "test_contract_rows.py::test_a_body_that_is_none_is_refused",
            "test_api_processing.py::test_a_body_that_is_no_process_call_is_refused",
            "test_api_processing.py::test_a_document_that_cannot_be_had_is_refused",
            "test_api_processing.py::test_a_deleted_document_is_gone",
            "test_api_status.py::test_unknown_jobs_are_404_and_impossible_ids_400",
        ),
    },
    "3.3 Lists": {
        "pages, filters, newest first; numbers flat and in `pagination`": (
            "test_api_lists.py::test_a_list_has_its_numbers_flat_and_in_pagination",
            "test_api_lists.py::test_pages_follow_each_other_newest_first_without_gap_or_double",
            "test_api_lists.py::test_lists_of_jobs_are_filtered_by_kind_and_status",
            "test_api_lists.py::test_lists_of_files_are_filtered_by_type_and_status",
        ),
        "out of range: 400": (
            "test_contract_rows.py::test_a_parameter_out_of_its_bounds_is_refused_by_name",
            "test_api_lists.py::test_a_query_out_of_range_is_refused_by_name",
        ),
        "list items carry no results": ("test_api_lists.py::test_listed_jobs_carry_no_results",),
        "a file adds `processed_data`, `validation`, `jobs`": (
            "test_api_lists.py::test_a_file_tells_its_result_and_its_jobs",
            "test_api_schemas.py::test_a_files_processed_data_is_what_its_newest_job_shows",
        ),
        "deletion removes everything; again: 409; download: 410; strangers: 404": (
            "test_api_lists.py::test_a_deleted_file_is_gone_for_good",
            "test_api_deletion.py::test_nothing_of_a_deleted_file_is_left_in_database_or_storage",
            "test_api_deletion.py::test_what_waits_in_the_queue_for_a_deleted_file_goes_too",
        ),
    },
    "3.4 Schemas": {
        "three forms, as an object or as text": ("test_api_schemas.py::test_a_schema_is_kept_in_any_of_its_forms",),
        "a change raises the version, earlier ones are kept, a job keeps its own": (
            "test_api_schemas.py::test_a_change_raises_the_version_and_keeps_the_earlier_ones",
            "test_api_schemas.py::test_a_job_keeps_the_version_that_it_was_started_with",
        ),
        "unique name, sizes, types": (
            "test_api_schemas.py::test_a_name_is_unique_among_the_active_schemas_of_an_account",
            "test_api_schemas.py::test_a_bad_schema_is_refused_with_the_reason",
            "test_api_schemas.py::test_a_schema_of_the_other_kind_is_refused",
        ),
        "50 active ones an account": ("test_contract_limits.py::test_an_account_has_fifty_active_schemas_at_most",),
        "with a schema exactly its keys; null where nothing is found": (
            "test_api_schemas.py::test_a_result_in_a_schema_holds_exactly_its_keys_with_evidence",
            "test_api_schemas.py::test_an_inline_schema_counts_for_the_call_alone",
            "test_api_schemas.py::test_each_document_of_a_batch_may_have_a_schema_of_its_own",
            "test_api_schemas.py::test_a_result_that_does_not_meet_the_schema_says_so",
        ),
        "the only schema of a kind adds `results.custom`": (
            "test_api_schemas.py::test_the_only_schema_of_a_kind_adds_a_custom_block",
        ),
    },
    "3.5 Jobs": {
        "cancelled within two seconds, also while running; a finished one: 409": (
            "test_api_status.py::test_a_running_job_is_cancelled_within_two_seconds_and_its_worker_goes_on",
            "test_worker.py::test_cancelling_a_running_job_ends_its_child_within_two_seconds",
            "test_api_status.py::test_an_ended_job_cannot_be_cancelled_nor_a_completed_one_retried",
        ),
        "a failed job starts again under its id": (
            "test_api_status.py::test_a_failed_job_starts_again_under_its_id",
            "test_api_status.py::test_a_retry_of_a_locked_document_asks_for_the_password_again",
        ),
    },
    "4 Errors": {
        "one envelope on every path and method": (
            "test_api_errors.py::test_an_address_where_nothing_is_answers_404",
            "test_api_errors.py::test_a_method_that_is_not_for_this_address_answers_405",
            "test_api_errors.py::test_broken_requests_do_no_harm",
            "test_openapi_fuzz.py::test_every_reply_is_one_that_the_document_names",
        ),
        "500 without a trace; 503 with `Retry-After`, and all is well afterwards": (
            "test_api_errors.py::test_our_own_fault_is_a_500_without_a_trace",
            "test_api_errors.py::test_while_the_database_is_away_requests_are_503_and_afterwards_all_is_well",
            "test_api_errors.py::test_while_the_storage_is_away_uploads_are_503_and_afterwards_all_is_well",
        ),
    },
    "5 Rate limits": {
        "60 units of work, 1,200 reads a minute and key, 0 is none; headers on every reply": (
            "test_api_access.py::test_every_reply_tells_the_budget",
            "test_api_access.py::test_each_file_uploaded_and_each_document_processed_is_a_unit_of_work",
            "test_api_access.py::test_reads_have_a_budget_of_their_own",
            "test_api_access.py::test_a_limit_of_0_is_none",
        ),
        "across all processes": ("test_api_access.py::test_limits_hold_across_api_processes",),
        "configurable per key, by the operator": ("test_keys.py::test_no_key_makes_one_that_may_do_more_than_itself",),
    },
    "6 Webhooks": {
        "events in order for each job, the body's keys, results only when completed": (
            "test_webhooks.py::test_a_job_is_told_of_from_its_making_to_its_end_in_order",
            "test_webhooks.py::test_a_failed_job_says_why",
            "test_webhooks.py::test_a_batch_tells_when_all_its_jobs_have_ended_and_once",
        ),
        "signatures, a secret of the account, rotation with 24 h of both": (
            "test_webhooks.py::test_the_standard_library_and_ours_verify_the_signature",
            "test_webhooks.py::test_a_rotated_secret_signs_beside_the_new_one",
            "test_webhooks.py::test_accounts_have_secrets_of_their_own",
        ),
        "2xx within 10 s is right; 5 retries, 5 s and ever longer up to 1 h, with jitter; no redirects": (
            "test_webhooks.py::test_what_failed_is_sent_again_with_the_same_id_until_it_arrives",
            "test_webhooks.py::test_a_receiver_that_never_takes_it_is_given_up_after_six_attempts",
            "test_contract_limits.py::test_a_webhook_is_sent_again_ever_later_and_five_times",
        ),
        "only public addresses, looked at when the connection is made": (
            "test_webhooks.py::test_without_leave_no_private_address_is_called",
            "test_webhooks.py::test_an_address_that_cannot_be_called_is_refused",
        ),
        "a killed worker loses none; slow and endless receivers": (
            "test_webhooks.py::test_a_killed_worker_loses_no_delivery",
            "test_webhooks.py::test_a_slow_receiver_holds_up_nobody_else",
            "test_webhooks.py::test_a_long_answer_is_not_read_to_its_end",
        ),
        "log, redeliver, test event": (
            "test_webhooks.py::test_a_delivery_is_logged_and_sent_again_on_demand",
            "test_webhooks.py::test_deliveries_are_filtered_and_paged",
        ),
    },
    "7 Beyond the published API": {
        "long poll, `ETag` and 304": (
            "test_api_status.py::test_a_long_poll_answers_as_soon_as_the_job_ends",
            "test_api_status.py::test_a_long_poll_answers_with_what_there_is_when_its_time_is_over",
            "test_api_status.py::test_a_version_that_the_caller_has_is_not_sent_again",
            "test_api_uploads.py::test_bytes_that_the_caller_has_are_not_sent_again",
            "test_many_waiters.py::test_two_thousand_wait_without_a_thread_or_a_database_connection_each",
        ),
        "server-sent events, resumable": (
            "test_events.py::test_a_stream_tells_everything_and_ends_with_the_job",
            "test_events.py::test_a_stream_goes_on_after_the_last_event_that_was_received",
        ),
        "`Prefer: wait`": ("test_events.py::test_who_prefers_to_wait_gets_the_finished_job",),
        "`Idempotency-Key` on every POST": (
            "test_idempotency.py::test_the_first_reply_is_given_again",
            "test_idempotency.py::test_another_body_is_a_conflict",
            "test_idempotency.py::test_twenty_doubles_at_once_start_one_job",
            "test_idempotency.py::test_replies_outlive_the_server_and_what_a_killed_one_left_undone_is_done_anew",
        ),
        "review: page images, corrections with history, approval": (
            "test_api_pages.py::test_the_words_stand_where_the_picture_shows_them",
            "test_api_review.py::test_a_corrected_total_makes_the_sums_agree",
            "test_api_review.py::test_the_history_says_who_changed_what_and_an_undo_brings_the_engines_own_result_back",
            "test_api_review.py::test_an_approved_result_needs_no_review_until_it_is_changed",
        ),
        "exports": ("test_api_exports.py::test_a_result_is_downloaded_with_a_type_and_a_name",),
        "schemas are validated and made from a document": (
            "test_api_schemas.py::test_a_definition_can_be_tested_with_an_output",
            "test_api_schemas.py::test_a_schema_made_from_a_document_reads_it_again",
            "test_api_schemas.py::test_only_ones_own_documents_make_schemas",
        ),
        "keys and usage": (
            "test_keys.py::test_a_key_is_made_shown_once_and_works",
            "test_keys.py::test_usage_counts_what_was_done_today",
            "test_quotas.py::test_documents_beyond_the_quota_are_refused_until_one_is_deleted",
        ),
        "health, metrics, request ids": (
            "test_api_errors.py::test_the_health_tells_of_the_parts",
            "test_metrics.py::test_jobs_are_counted_with_their_stages_and_pages",
            "test_language_model.py::test_what_was_asked_is_counted_for_monitoring",
            "test_api_errors.py::test_a_request_id_is_taken_over_and_otherwise_made",
        ),
        "browsers": (
            "test_api_errors.py::test_web_pages_may_call_and_see_what_they_need",
            "test_api_errors.py::test_only_the_origins_that_are_set_may_call",
        ),
    },
    "8 What published clients rely on": {
        "the Python SDK": (
            "test_api_clients.py::test_the_sdk_polls_a_batch_of_ten_concurrently_with_an_ordinary_key",
            "test_api_clients.py::test_the_sdk_gets_an_object_also_where_it_is_refused",
        ),
        "the JavaScript sample, in a browser": (
            "test_api_clients.py::test_the_javascript_sample_runs_from_a_web_page",
        ),
        "the Python sample": ("test_api_clients.py::test_the_python_sample_sends_a_part_without_a_content_type",),
    },
}
