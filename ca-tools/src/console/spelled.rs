//! A number in an address, however it was typed: the page has one address, and every spelling leads to it.

use axum::response::{IntoResponse, Redirect, Response};

/// On to the one address, where this is another spelling of it; what stands behind it stays.
pub(crate) fn elsewhere(typed: &str, canonical: &str, path: &str, query: Option<&str>) -> Option<Response> {
    if typed == canonical {
        return None;
    }
    let address = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    Some(Redirect::to(&address).into_response())
}
