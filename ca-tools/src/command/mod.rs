//! What operators type.
//!
//! Every command answers in the reader's language, or with `--json` in the fields that ca-tools/README.md#commands
//! names; ends with 0 (done), 1 (refused, and why) or 2 (wrong use, nothing was tried); and asks
//! before what cannot be taken back, unless `--yes` answered already. One file per noun.

mod add_issuing;
mod answer;
mod application;
mod application_csv;
mod application_fields;
mod approval;
mod audit;
mod audit_verify;
mod authority;
mod backup;
mod break_glass;
mod certificate;
mod closing;
mod completion;
mod confirm;
mod context;
mod crl;
mod device;
mod doctor;
mod emergency;
mod error;
mod example;
mod export;
mod find;
mod gateway;
mod global;
mod grammar;
mod hand_out;
mod help;
mod import;
mod init;
mod journal;
mod leaving;
mod login;
mod login_file;
mod loss;
mod mail;
mod making;
mod manual;
mod many;
mod moment;
mod named;
mod newcomer;
mod office;
mod office_details;
mod own_password;
mod passphrase;
mod proof;
mod proof_need;
mod proposal;
mod receipt;
mod reissue;
mod restore;
mod room;
mod root_key;
mod run;
mod serve;
mod slip;
mod slips;
mod table;
mod tell;
mod ticket;
mod today;
mod two;
mod typed;
mod undo;
mod usage;
mod user;
mod wanted;
mod why;

pub use grammar::Cli;
pub use run::run;
