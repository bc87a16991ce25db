//! What is told to whom is refused: each refusal in its own words, and of two that hold the earlier.

mod absence;
mod every;
mod precedence;
mod read_out;
mod read_out_all;
mod telephone;
mod unwanted_body;
