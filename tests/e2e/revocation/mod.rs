//! Rights that are taken away are gone at once: from what is connected and what runs, and of nobody else.

mod background;
mod cold_start;
mod device;
mod invitation_end;
mod maintenance;
mod own_cause;
mod person;
mod race;
mod rollover;
mod speed;
mod trust;
