//! `/ws` sends back what it is sent, until either side closes.

use axum::{
    extract::ws::{Message, WebSocket, WebSocketUpgrade},
    response::Response,
};

/// Largest message (bytes).
const LARGEST: usize = 16 * 1024 * 1024;

/// The echo.
pub async fn echo(upgrade: WebSocketUpgrade) -> Response {
    upgrade.max_message_size(LARGEST).max_frame_size(LARGEST).on_upgrade(answer)
}

async fn answer(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let sent = match message {
            text @ Message::Text(_) => socket.send(text).await,
            binary @ Message::Binary(_) => socket.send(binary).await,
            // Answered by the library while it is read on.
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => Ok(()),
        };
        if sent.is_err() {
            return;
        }
    }
}
