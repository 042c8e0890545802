//! Where each private thing may turn up: the table, and how it is read.
//!
//! Everything stands beside a word of its own that stands nowhere else. Ada owns a private group, ben is a member of
//! it, eve was removed from it, dan never was in it, and root runs the server; all but root are in a public group too.
//! Of ada, ben and eve counts what they received after eve's removal was answered. Files stay their uploader's as long
//! as they are kept. `logs` is every log file and standard error, `disk` all files that the server wrote.
//!
//! `yes`: it has to be there, or the look was blind. `no`: it must not. `may`: it makes no difference.

const TABLE: &str = "
              ada  ben  eve  dan  root nobody logs disk
# In the private group
text          yes  yes  no   no   no   no     no   may
edited        no   no   no   no   no   no     no   may
deleted       no   no   no   no   no   no     no   may
reply         yes  yes  no   no   no   no     no   may
name          yes  yes  no   no   no   no     no   may
about         yes  yes  no   no   no   no     no   may
filename      yes  yes  no   no   no   no     no   may
filebytes     yes  yes  no   no   no   no     no   may
gonefile      may  no   no   no   no   no     no   may
reaction      yes  yes  no   no   no   no     may  may
later         yes  yes  no   no   no   no     no   may
laterfile     yes  yes  no   no   no   no     no   may
renamed       yes  yes  no   no   no   no     no   may
code          yes  no   no   no   no   no     no   may
# Between ada and ben
direct        yes  yes  no   no   no   no     no   may
comment       yes  yes  no   no   no   no     no   may
# Forwarded from the private group to the public one
forwarded     yes  yes  yes  yes  no   no     no   may
# In the public group, which root is not in
square        yes  yes  yes  yes  no   no     no   may
# A group that was deleted
bygone        no   no   no   no   no   no     no   may
bygonefile    may  no   no   no   no   no     no   may
# Ada's own
email         yes  no   no   no   yes  no     no   may
query         may  no   no   no   no   no     no   no
malformed     may  no   no   no   no   no     no   no
password      no   no   no   no   no   no     no   no
wrongword     no   no   no   no   no   no     no   no
access        may  no   no   no   no   no     no   no
refresh       may  no   no   no   no   no     no   no
cookie        may  no   no   no   no   no     no   no
";

/// What may be where, for one private thing.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What it is.
    pub thing: &'static str,
    /// Each receiver, and whether it is there.
    pub receivers: Vec<(&'static str, Presence)>,
}

/// Whether something is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Yes,
    No,
    May,
}

/// All rules.
pub fn rules() -> Vec<Rule> {
    let mut lines = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let receivers: Vec<&str> = lines.next().into_iter().flat_map(str::split_whitespace).collect();
    lines.map(|line| rule(line, &receivers)).collect()
}

fn rule(line: &'static str, receivers: &[&'static str]) -> Rule {
    let mut words = line.split_whitespace();
    let thing = words.next().unwrap_or_default();
    let cells: Vec<Presence> = words.map(presence).collect();
    assert_eq!(cells.len(), receivers.len(), "{line}");
    Rule { thing, receivers: receivers.iter().copied().zip(cells).collect() }
}

fn presence(cell: &str) -> Presence {
    match cell {
        "yes" => Presence::Yes,
        "no" => Presence::No,
        "may" => Presence::May,
        _ => panic!("{cell:?} means nothing"),
    }
}
