//! Paths that tests lean on: what arrived (`echo`), what keeps flowing (`stream`), what goes both ways (`websocket`).

pub mod echo;
pub mod stream;
pub mod websocket;

use std::sync::Arc;

use axum::{Router, routing::any};

use crate::service::Service;

/// The probes, at the top and inside each room.
pub fn routes() -> Router<Arc<Service>> {
    Router::new().merge(under("")).merge(under("/rooms/{room}"))
}

fn under(prefix: &str) -> Router<Arc<Service>> {
    Router::new()
        .route(&format!("{prefix}/echo"), any(echo::echo))
        .route(&format!("{prefix}/echo/{{*rest}}"), any(echo::echo))
        .route(&format!("{prefix}/sink"), any(echo::sink))
        .route(&format!("{prefix}/stream"), any(stream::stream))
        .route(&format!("{prefix}/bytes/{{count}}"), any(stream::bytes))
        .route(&format!("{prefix}/ws"), any(websocket::echo))
}
