//! Gateway and desk, both real: what people and offices do there, and what the one learns from the other.

mod console;
mod joined;
mod office;
mod public_door;
mod public_pages;
mod receipts;
mod reports;
mod training;
