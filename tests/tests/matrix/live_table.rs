//! What everybody is told on a live socket: the table, and how it is read.
//!
//! The columns are the actors of `actors.rs`, the chats those of `scene.rs`. The cells:
//!
//! | cell | what happens |
//! | --- | --- |
//! | `401` | the socket is not opened |
//! | `done` | the frame does what it is there for, and the others in the chat hear of it |
//! | `404`, `403o`, `409r` | an `error` with this problem, as in `table.rs`; nobody else hears anything |
//! | `lost` | of a `resume`: `member.removed`, exactly as for a chat that never was there |

use crate::actors::Actor;

const TABLE: &str = "
                  nobody owner admin member stranger former root gone ended
send   private    401    done  done  done   404      404    404  401  401
send   public     401    done  done  done   403o     403o   403o 401  401
send   direct     401    done  404   done   404      404    404  401  401
send   deleted    401    404   404   404    404      404    404  401  401
send   abandoned  401    409r  404   404    404      404    404  401  401
typing private    401    done  done  done   404      404    404  401  401
typing public     401    done  done  done   403o     403o   403o 401  401
typing direct     401    done  404   done   404      404    404  401  401
typing deleted    401    404   404   404    404      404    404  401  401
typing abandoned  401    409r  404   404    404      404    404  401  401
read   private    401    done  done  done   404      404    404  401  401
read   public     401    done  done  done   403o     403o   403o 401  401
read   direct     401    done  404   done   404      404    404  401  401
read   deleted    401    404   404   404    404      404    404  401  401
resume private    401    done  done  done   lost     lost   lost 401  401
resume public     401    done  done  done   lost     lost   lost 401  401
resume direct     401    done  lost  done   lost     lost   lost 401  401
resume deleted    401    lost  lost  lost   lost     lost   lost 401  401
";

/// A frame, the chat that it names, and what comes of it.
#[derive(Clone, Debug)]
pub struct LiveRow {
    /// The type of the frame.
    pub frame: String,
    /// The chat.
    pub place: String,
    /// For each of [`Actor::ALL`].
    pub cells: Vec<Outcome>,
}

/// What comes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There is no socket to send it on.
    NoSocket,
    /// What it is there for.
    Done,
    /// It is refused with this status and problem.
    Refused(u16, &'static str),
    /// The chat is said to be lost.
    Lost,
}

/// All rows.
pub fn rows() -> Vec<LiveRow> {
    TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with(' ')).map(LiveRow::parse).collect()
}

impl LiveRow {
    fn parse(line: &str) -> Self {
        let mut words = line.split_whitespace();
        let mut next = || words.next().unwrap_or_else(|| panic!("{line:?} is too short")).to_owned();
        let (frame, place) = (next(), next());
        let cells: Vec<Outcome> = words.map(Outcome::parse).collect();
        assert_eq!(cells.len(), Actor::ALL.len(), "{line}");
        Self { frame, place, cells }
    }

    /// Each actor with what comes of it.
    pub fn expectations(&self) -> impl Iterator<Item = (Actor, Outcome)> {
        Actor::ALL.into_iter().zip(self.cells.iter().copied())
    }
}

impl Outcome {
    fn parse(cell: &str) -> Self {
        match cell {
            "401" => Self::NoSocket,
            "done" => Self::Done,
            "404" => Self::Refused(404, "not-found"),
            "403o" => Self::Refused(403, "not-a-member"),
            "409r" => Self::Refused(409, "read-only-chat"),
            "lost" => Self::Lost,
            _ => panic!("{cell:?} means nothing"),
        }
    }
}
