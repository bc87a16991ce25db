//! 連絡帳: what is written in the rooms (`posts`), how it is read and written as pages (`pages`).

pub mod pages;
pub mod posts;

pub use posts::{Notebook, Post, PostRefusal};
