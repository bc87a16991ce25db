//! What whoever runs the gateway can rely on: how it starts, is told to read again, and ends.

mod drain;
mod lockout;
mod refused_start;
mod reload;
mod told;
