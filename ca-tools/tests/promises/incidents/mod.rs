//! What happened is written down, stopped, counted and reported in time; who maintains the service is let in by plan.

mod console;
mod extract;
mod held;
mod maintained;
mod written;
