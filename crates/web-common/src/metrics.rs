//! What the web tells of itself in numbers. Without a recorder in the process nothing is counted.

use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use metrics::{Unit, counter, describe_counter, describe_histogram, histogram};

const REQUESTS: &str = "natter_http_requests_total";
const REQUEST_TOOK: &str = "natter_http_request_duration_seconds";
const LOST_LINES: &str = "natter_request_log_lost_lines_total";
const SIGN_INS: &str = "natter_sign_ins_total";
const CLOSED: &str = "natter_live_closed_total";
const PROBLEMS: &str = "natter_live_problems_total";

/// Tells the recorder what the numbers mean.
pub fn describe() {
    describe_counter!(REQUESTS, Unit::Count, "Requests, by method, route and status");
    describe_histogram!(REQUEST_TOOK, Unit::Seconds, "From a request's head to its answer's head");
    describe_counter!(LOST_LINES, Unit::Count, "Lines of the request log that were lost: they came too fast");
    describe_counter!(SIGN_INS, Unit::Count, "Attempts to sign in that were not throttled, by outcome");
    describe_counter!(CLOSED, Unit::Count, "Live sockets that closed, by close code");
    describe_counter!(PROBLEMS, Unit::Count, "Refusals told on live sockets, by their status");
    counter!(LOST_LINES).absolute(0);
    for outcome in ["succeeded", "failed"] {
        counter!(SIGN_INS, "outcome" => outcome).absolute(0);
    }
}

/// `route` is a pattern such as `/chats/{id}`: paths as they came would make a series for each id.
pub(crate) fn request(method: &Method, route: Option<String>, status: StatusCode, took: Duration) {
    let method = known(method);
    let route = route.unwrap_or_else(|| "none".to_owned());
    let status = status.as_u16().to_string();
    histogram!(REQUEST_TOOK, "method" => method, "route" => route.clone()).record(took);
    counter!(REQUESTS, "method" => method, "route" => route, "status" => status).increment(1);
}

pub(crate) fn lost_line() {
    counter!(LOST_LINES).increment(1);
}

pub(crate) fn signed_in(succeeded: bool) {
    counter!(SIGN_INS, "outcome" => if succeeded { "succeeded" } else { "failed" }).increment(1);
}

pub(crate) fn closed(code: u16) {
    counter!(CLOSED, "code" => code.to_string()).increment(1);
}

pub(crate) fn problem(status: StatusCode) {
    counter!(PROBLEMS, "status" => status.as_u16().to_string()).increment(1);
}

/// A caller can make up methods, but not series.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
