//! Every spelling of a number leads to ours: an address that was read out, typed or copied is one page, with one address.

use std::fmt::Display;

use axum::response::{IntoResponse, Redirect, Response};

/// Where a number stands in the address otherwise than we write it: on to the address that is ours.
pub(crate) fn elsewhere(typed: &str, meant: &impl Display, ours: &str, query: Option<&str>) -> Option<Response> {
    if typed == meant.to_string() {
        return None;
    }
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    Some(Redirect::to(&format!("{ours}{query}")).into_response())
}
