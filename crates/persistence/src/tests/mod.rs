//! Both databases against the domain's contract, and what only a database can get wrong.

mod bed;
mod chain;
mod contract;
mod crowd;
mod every_table;
mod faults;
mod flow;
mod indexing;
mod loss;
mod place;
mod running;
mod sources;
