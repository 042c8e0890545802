//! Both databases against the domain's contract, and what only a database can get wrong.

mod bed;
mod chain;
mod contract;
mod every_table;
mod faults;
mod flow;
mod place;
mod sources;
