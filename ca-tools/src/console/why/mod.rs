//! `/console/why?q=`: a caller does not get in. One screen: what they see, the sentence to tell them, the button that mends it.

mod page;
mod shown;

use axum::Router;
use axum::routing::get;

use crate::desk::Desk;

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/console/why", get(page::show))
}
