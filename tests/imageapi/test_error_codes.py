"""The error family is spoken both ways: what an API of ours says, the client says again."""

import datetime

import pytest

from playground.imageapi.client import error_mapping, retry
from playground.imageapi.client.response import ErrorFields, read_error_fields
from playground.imageapi.errors import API_ERRORS, UNTIL_MIDNIGHT, ApiError

NOW = datetime.datetime(2026, 11, 20, 12, 0, 0, tzinfo=datetime.UTC)


def read(status, body, **headers):
    return error_mapping.error_from_response(status, headers, read_error_fields(body), "", "cr_key", now=NOW)


@pytest.mark.parametrize("row", API_ERRORS, ids=lambda row: row.code)
def test_every_code_of_ours_comes_back_as_itself(row):
    error = read(row.status, ApiError(row.code, param="size").as_json())
    assert (error.code, error.status, error.param) == (row.code, row.status, "size")


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 406, 409, 418, 422, 425, 429, 451])
def test_every_refusal_of_a_request_is_free(status):
    assert read(status, {"error": {"message": "no"}}).charged == "no"


@pytest.mark.parametrize("status", [500, 501, 502, 504, 507, 520, 522, 524, 530, 599])
def test_every_failure_of_a_server_may_have_cost_money(status):
    assert read(status, {"error": {"message": "no"}}).charged == "maybe"


@pytest.mark.parametrize(
    "body", [None, [], "no", 1, {}, {"error": []}, {"error": None}, {"detail": []}, {"detail": 1}]
)
def test_a_body_without_an_error_has_no_error_fields(body):
    assert read_error_fields(body) is None


def test_a_status_in_the_body_counts_when_http_says_nothing():
    assert read_error_fields({"code": "429", "msg": "no"}) == ErrorFields("no", "429", status=429)
    assert read(200, {"code": 401, "msg": "no"}).code == "invalid_api_key"


def test_a_daily_limit_lasts_until_midnight_in_beijing():
    assert read(429, {"error": {"code": "image_daily_limit"}}).retry_after == 4 * 3600
    assert read(429, {"error": {"code": "image_daily_limit"}}, **{"Retry-After": "3600"}).retry_after == 3600


@pytest.mark.parametrize("row", [row for row in API_ERRORS if row.status in (408, 409, 429) or row.status >= 500])
def test_errors_that_sdks_retry_say_when_or_that_retrying_never_helps(row):
    waits = row.code in UNTIL_MIDNIGHT or row.retry_after is not None or row.code == "idempotency_in_progress"
    assert waits or row.should_retry is False


USER_ERROR = "image_generation_user_error"


@pytest.mark.parametrize(
    ("code", "param", "message", "means"),
    [
        ("moderation_blocked", None, "Your request was rejected by the safety system.", "moderation_blocked"),
        ("invalid_value", "quality", "Invalid value: 'x'. Supported values are: 'low'.", "invalid_request"),
        ("invalid_value", "moderation", "Invalid value: 'strict'. Moderation is auto or low.", "invalid_request"),
        ("unknown_parameter", "content_filter", "Unknown parameter: 'content_filter'.", "invalid_request"),
        ("invalid_value", "size", "Invalid size '1x1'.", "unsupported_size"),
        ("invalid_input_fidelity_model", "input_fidelity", "The model is not supported here.", "invalid_request"),
        ("invalid_image_file", "image", "Invalid image: content filter failed to read it.", "invalid_request"),
        (None, "moderation", "moderation must be auto or low", "invalid_request"),
        (None, None, "Supply more pixels.", "invalid_request"),
        ("file_too_large", "image", "The file is too large.", "image_too_large"),
    ],
)
def test_the_official_user_error_is_the_content_policy_by_its_code_alone(code, param, message, means):
    error = read(400, {"error": {"type": USER_ERROR, "code": code, "param": param, "message": message}})
    assert (error.code, error.param, error.charged) == (means, param, "no")


@pytest.mark.parametrize("quote", ["'", '"', "`"])
def test_the_parameter_moderation_is_not_the_content_policy(quote):
    message = f"Unknown parameter: {quote}moderation{quote}."
    assert read(400, {"error": {"message": message, "type": "invalid_request_error"}}).code == "invalid_request"


@pytest.mark.parametrize("status", [500, 501, 502, 507, 520, 530])
@pytest.mark.parametrize("kind", ["server_error", "image_generation_server_error", "api_error", None])
def test_a_server_that_says_that_it_failed_is_understood(status, kind):
    error = read(status, {"error": {"message": "Sorry about that!", "type": kind, "param": None, "code": None}})
    assert (error.code, error.charged) == ("server_error", "maybe")


@pytest.mark.parametrize(
    ("kind", "means"),
    [
        ("image_generation_server_error", "server_error"),
        ("billing_limit_user_error", "crs_total_exhausted"),
        ("billing_error", "crs_total_exhausted"),
        ("timeout_error", "upstream_timeout"),
        ("not_found_error", "model_not_found"),
        ("overloaded_error", "service_overloaded"),
    ],
)
def test_a_type_alone_says_what_it_can(kind, means):
    assert read(200, {"error": {"message": "no", "type": kind}}).code == means


@pytest.mark.parametrize("status", [429, 503])
def test_only_a_plain_refusal_with_a_short_wait_is_tried_again(status):
    error = ApiError("service_overloaded", status=status)
    assert retry.wait_before_retry(error, {"Retry-After": "3"}, 10, NOW) == 3
    assert retry.wait_before_retry(error, {"Retry-After": "11"}, 10, NOW) is None
    assert retry.wait_before_retry(error, {}, 10, NOW) is None


@pytest.mark.parametrize("code", ["image_daily_limit", "crs_daily_exhausted", "crs_total_exhausted"])
def test_a_used_up_quota_is_never_tried_again(code):
    assert retry.wait_before_retry(ApiError(code), {"Retry-After": "1"}, 10, NOW) is None
