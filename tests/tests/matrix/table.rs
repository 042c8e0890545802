//! What everybody is to be answered: the table, and how it is read.
//!
//! The columns are the actors of `actors.rs`. A row begins with the operation, as the `OpenAPI` document names it, and
//! what it is about: the chat (see `scene.rs`), and after a slash what is special. The statuses stand for:
//!
//! | cell | status and problem |
//! | --- | --- |
//! | `401` | `unauthenticated`; `401c` `wrong-credentials`; `401t` `invalid-token` |
//! | `403` | `not-allowed`: the role is too low; `403o` `not-a-member`: outside of a public chat |
//! | `404` | `not-found`, exactly as for what never was there |
//! | `409` | `409d` `direct-chat`; `409l` `last-owner`; `409r` `read-only-chat`; `409x` `message-deleted`; `409i` `client-id-in-use` |
//! | `422` | `invalid`, exactly as for what never was there |
//! | `426` | `upgrade-required` |
//! | `200+` | the answer holds what was said in the chat |
//! | `200o` | it holds what the chat is called, but nothing of what was said in it |
//! | `200-` | it holds neither |

use crate::actors::Actor;

const TABLE: &str = "
                                                                            nobody owner admin member stranger former root gone ended
# Accounts
POST /users                                             -                   201    201   201   201    201      201    201  201  201
POST /users                                             -/taken             422    422   422   422    422      422    422  422  422
POST /auth/token                                        -                   401c   200   200   200    200      200    200  401c 200
POST /auth/refresh                                      -                   401t   200   200   200    200      200    200  401t 401t
POST /auth/refresh                                      -/access            401t   401t  401t  401t   401t     401t   401t 401t 401t
POST /auth/logout                                       -                   401    204   204   204    204      204    204  401  401
GET /me                                                 -                   401    200   200   200    200      200    200  401  401
PATCH /me                                               -                   401    200   200   200    200      200    200  401  401
DELETE /me                                              -                   401    204   204   204    204      204    204  401  401
DELETE /me                                              -/wrong             401    422   422   422    422      422    422  401  401
PUT /me/password                                        -                   401    204   204   204    204      204    204  401  401
PUT /me/password                                        -/wrong             401    422   422   422    422      422    422  401  401
PUT /me/avatar                                          -                   401    204   204   204    204      204    204  401  401
DELETE /me/avatar                                       -                   401    204   204   204    204      204    204  401  401
GET /me/sessions                                        -                   401    200   200   200    200      200    200  401  401
DELETE /me/sessions/{id}                                -/own               401    204   204   204    204      204    204  401  401
DELETE /me/sessions/{id}                                -/other             401    404   404   404    404      404    404  401  401
GET /users                                              -                   401    200   200   200    200      200    200  401  401
GET /users/{username}                                   -                   401    200   200   200    200      200    200  401  401
GET /users/{username}                                   -/gone              401    404   404   404    404      404    404  401  401
GET /users/{username}/avatar                            -                   401    200   200   200    200      200    200  401  401
GET /users/{username}/avatar                            -/gone              401    404   404   404    404      404    404  401  401
# Chats
GET /chats                                              private             401    200+  200+  200+   200-     200-   200- 401  401
GET /chats                                              public              401    200+  200+  200+   200-     200-   200- 401  401
GET /chats                                              direct              401    200+  200-  200+   200-     200-   200- 401  401
GET /chats                                              deleted             401    200-  200-  200-   200-     200-   200- 401  401
POST /chats                                             -                   401    201   201   201    201      201    201  401  401
POST /chats                                             -/gone              401    422   422   422    422      422    422  401  401
GET /chats/public                                       private             401    200-  200-  200-   200-     200-   200- 401  401
GET /chats/public                                       public              401    200+  200+  200+   200o     200o   200o 401  401
GET /chats/public                                       deleted             401    200-  200-  200-   200-     200-   200- 401  401
POST /chats/{id}/join                                   private             401    200   200   200    404      404    404  401  401
POST /chats/{id}/join                                   public              401    200   200   200    200      200    200  401  401
POST /chats/{id}/join                                   direct              401    200   404   200    404      404    404  401  401
POST /chats/{id}/join                                   deleted             401    404   404   404    404      404    404  401  401
GET /chats/{id}                                         private             401    200+  200+  200+   404      404    404  401  401
GET /chats/{id}                                         public              401    200+  200+  200+   200o     200o   200o 401  401
GET /chats/{id}                                         direct              401    200+  404   200+   404      404    404  401  401
GET /chats/{id}                                         deleted             401    404   404   404    404      404    404  401  401
GET /chats/{id}                                         abandoned           401    200   404   404    404      404    404  401  401
PATCH /chats/{id}                                       private             401    200   200   403    404      404    404  401  401
PATCH /chats/{id}                                       private/visibility  401    200   403   403    404      404    404  401  401
PATCH /chats/{id}                                       public              401    200   200   403    403o     403o   403o 401  401
PATCH /chats/{id}                                       direct              401    409d  404   409d   404      404    404  401  401
PATCH /chats/{id}                                       deleted             401    404   404   404    404      404    404  401  401
DELETE /chats/{id}                                      private             401    204   403   403    404      404    404  401  401
DELETE /chats/{id}                                      public              401    204   403   403    403o     403o   403o 401  401
DELETE /chats/{id}                                      direct              401    409d  404   409d   404      404    404  401  401
DELETE /chats/{id}                                      deleted             401    404   404   404    404      404    404  401  401
PUT /chats/{id}/notifications                           private             401    204   204   204    404      404    404  401  401
PUT /chats/{id}/notifications                           public              401    204   204   204    403o     403o   403o 401  401
PUT /chats/{id}/notifications                           direct              401    204   404   204    404      404    404  401  401
PUT /chats/{id}/notifications                           deleted             401    404   404   404    404      404    404  401  401
PUT /chats/{id}/read                                    private             401    204   204   204    404      404    404  401  401
PUT /chats/{id}/read                                    public              401    204   204   204    403o     403o   403o 401  401
PUT /chats/{id}/read                                    direct              401    204   404   204    404      404    404  401  401
PUT /chats/{id}/read                                    deleted             401    404   404   404    404      404    404  401  401
# Members
GET /chats/{id}/members                                 private             401    200   200   200    404      404    404  401  401
GET /chats/{id}/members                                 public              401    200   200   200    403o     403o   403o 401  401
GET /chats/{id}/members                                 direct              401    200   404   200    404      404    404  401  401
GET /chats/{id}/members                                 deleted             401    404   404   404    404      404    404  401  401
POST /chats/{id}/members                                private             401    201   201   403    404      404    404  401  401
POST /chats/{id}/members                                private/as-admin    401    201   403   403    404      404    404  401  401
POST /chats/{id}/members                                private/there       401    200   200   403    404      404    404  401  401
POST /chats/{id}/members                                private/gone        401    422   422   403    404      404    404  401  401
POST /chats/{id}/members                                public              401    201   201   403    403o     403o   403o 401  401
POST /chats/{id}/members                                public/oneself      401    200   200   403    403o     403o   403o 401  401
POST /chats/{id}/members                                direct              401    409d  404   409d   404      404    404  401  401
POST /chats/{id}/members                                deleted             401    404   404   404    404      404    404  401  401
PATCH /chats/{id}/members/{username}                    private             401    200   403   403    404      404    404  401  401
PATCH /chats/{id}/members/{username}                    private/oneself     401    409l  403   403    404      404    404  401  401
PATCH /chats/{id}/members/{username}                    private/outsider    401    404   403   403    404      404    404  401  401
PATCH /chats/{id}/members/{username}                    public              401    200   403   403    403o     403o   403o 401  401
PATCH /chats/{id}/members/{username}                    direct              401    409d  404   409d   404      404    404  401  401
PATCH /chats/{id}/members/{username}                    deleted             401    404   404   404    404      404    404  401  401
DELETE /chats/{id}/members/{username}                   private             401    204   204   403    404      404    404  401  401
DELETE /chats/{id}/members/{username}                   private/owner       401    204   403   403    404      404    404  401  401
DELETE /chats/{id}/members/{username}                   private/admin       401    204   204   403    404      404    404  401  401
DELETE /chats/{id}/members/{username}                   private/oneself     401    204   204   204    404      404    404  401  401
DELETE /chats/{id}/members/{username}                   private/outsider    401    404   404   404    404      404    404  401  401
DELETE /chats/{id}/members/{username}                   public              401    204   204   403    403o     403o   403o 401  401
DELETE /chats/{id}/members/{username}                   public/oneself      401    204   204   204    403o     403o   403o 401  401
DELETE /chats/{id}/members/{username}                   direct              401    409d  404   409d   404      404    404  401  401
DELETE /chats/{id}/members/{username}                   direct/oneself      401    409d  404   409d   404      404    404  401  401
DELETE /chats/{id}/members/{username}                   deleted             401    404   404   404    404      404    404  401  401
# Invitations
POST /chats/{id}/invites                                private             401    201   201   403    404      404    404  401  401
POST /chats/{id}/invites                                public              401    201   201   403    403o     403o   403o 401  401
POST /chats/{id}/invites                                direct              401    409d  404   409d   404      404    404  401  401
POST /chats/{id}/invites                                deleted             401    404   404   404    404      404    404  401  401
GET /chats/{id}/invites                                 private             401    200   200   403    404      404    404  401  401
GET /chats/{id}/invites                                 public              401    200   200   403    403o     403o   403o 401  401
GET /chats/{id}/invites                                 direct              401    409d  404   409d   404      404    404  401  401
GET /chats/{id}/invites                                 deleted             401    404   404   404    404      404    404  401  401
DELETE /chats/{id}/invites/{code}                       private             401    204   204   403    404      404    404  401  401
DELETE /chats/{id}/invites/{code}                       private/elsewhere   401    404   404   403    404      404    404  401  401
DELETE /chats/{id}/invites/{code}                       public              401    204   204   403    403o     403o   403o 401  401
DELETE /chats/{id}/invites/{code}                       direct              401    409d  404   409d   404      404    404  401  401
DELETE /chats/{id}/invites/{code}                       deleted             401    404   404   404    404      404    404  401  401
GET /invites/{code}                                     private             200o   200o  200o  200o   200o     200o   200o 200o 200o
GET /invites/{code}                                     public              200o   200o  200o  200o   200o     200o   200o 200o 200o
GET /invites/{code}                                     private/spent       404    404   404   404    404      404    404  404  404
GET /invites/{code}                                     private/revoked     404    404   404   404    404      404    404  404  404
GET /invites/{code}                                     private/of-removed  404    404   404   404    404      404    404  404  404
GET /invites/{code}                                     deleted             404    404   404   404    404      404    404  404  404
POST /invites/{code}/accept                             private             401    200   200   200    200      200    200  401  401
POST /invites/{code}/accept                             public              401    200   200   200    200      200    200  401  401
POST /invites/{code}/accept                             private/spent       401    200   200   200    404      404    404  401  401
POST /invites/{code}/accept                             private/revoked     401    404   404   404    404      404    404  401  401
POST /invites/{code}/accept                             private/of-removed  401    200   200   200    404      404    404  401  401
POST /invites/{code}/accept                             deleted             401    404   404   404    404      404    404  401  401
# Conversations
GET /conversations/{username}                           direct              401    200+  200-  200+   200-     200-   200- 401  401
GET /conversations/{username}                           -/unknown           401    404   404   404    404      404    404  401  401
GET /conversations/{username}                           abandoned           401    200   404   404    404      404    404  401  401
POST /conversations/{username}                          direct              401    201   201   201    201      201    201  401  401
POST /conversations/{username}                          -/unknown           401    404   404   404    404      404    404  401  401
POST /conversations/{username}                          abandoned           401    409r  404   404    404      404    404  401  401
# Messages
GET /chats/{id}/messages                                private             401    200+  200+  200+   404      404    404  401  401
GET /chats/{id}/messages                                private/changed     401    200+  200+  200+   404      404    404  401  401
GET /chats/{id}/messages                                public              401    200+  200+  200+   403o     403o   403o 401  401
GET /chats/{id}/messages                                public/changed      401    200+  200+  200+   403o     403o   403o 401  401
GET /chats/{id}/messages                                direct              401    200+  404   200+   404      404    404  401  401
GET /chats/{id}/messages                                deleted             401    404   404   404    404      404    404  401  401
GET /chats/{id}/messages                                abandoned           401    200   404   404    404      404    404  401  401
POST /chats/{id}/messages                               private             401    201   201   201    404      404    404  401  401
POST /chats/{id}/messages                               private/again       401    200   200   200    404      404    404  401  401
POST /chats/{id}/messages                               private/reused      401    409i  409i  409i   404      404    404  401  401
POST /chats/{id}/messages                               private/reply       401    422   422   422    404      404    404  401  401
POST /chats/{id}/messages                               private/file        401    422   422   422    404      404    404  401  401
POST /chats/{id}/messages                               public              401    201   201   201    403o     403o   403o 401  401
POST /chats/{id}/messages                               direct              401    201   404   201    404      404    404  401  401
POST /chats/{id}/messages                               deleted             401    404   404   404    404      404    404  401  401
POST /chats/{id}/messages                               abandoned           401    409r  404   404    404      404    404  401  401
GET /chats/{id}/messages/{message_id}                   private             401    200+  200+  200+   404      404    404  401  401
GET /chats/{id}/messages/{message_id}                   private/own         401    200+  200+  200+   404      404    404  401  401
GET /chats/{id}/messages/{message_id}                   private/deleted     401    200-  200-  200-   404      404    404  401  401
GET /chats/{id}/messages/{message_id}                   private/elsewhere   401    404   404   404    404      404    404  401  401
GET /chats/{id}/messages/{message_id}                   public              401    200+  200+  200+   403o     403o   403o 401  401
GET /chats/{id}/messages/{message_id}                   direct              401    200+  404   200+   404      404    404  401  401
GET /chats/{id}/messages/{message_id}                   deleted             401    404   404   404    404      404    404  401  401
PATCH /chats/{id}/messages/{message_id}                 private             401    403   403   403    404      404    404  401  401
PATCH /chats/{id}/messages/{message_id}                 private/own         401    200   200   200    404      404    404  401  401
PATCH /chats/{id}/messages/{message_id}                 private/own-deleted 401    409x  409x  409x   404      404    404  401  401
PATCH /chats/{id}/messages/{message_id}                 private/elsewhere   401    404   404   404    404      404    404  401  401
PATCH /chats/{id}/messages/{message_id}                 public              401    403   403   403    403o     403o   403o 401  401
PATCH /chats/{id}/messages/{message_id}                 public/own          401    200   200   200    403o     403o   403o 401  401
PATCH /chats/{id}/messages/{message_id}                 direct              401    403   404   403    404      404    404  401  401
PATCH /chats/{id}/messages/{message_id}                 direct/own          401    200   404   200    404      404    404  401  401
PATCH /chats/{id}/messages/{message_id}                 deleted/own         401    404   404   404    404      404    404  401  401
PATCH /chats/{id}/messages/{message_id}                 abandoned           401    409r  404   404    404      404    404  401  401
DELETE /chats/{id}/messages/{message_id}                private             401    204   204   403    404      404    404  401  401
DELETE /chats/{id}/messages/{message_id}                private/own         401    204   204   204    404      404    404  401  401
DELETE /chats/{id}/messages/{message_id}                private/deleted     401    204   204   403    404      404    404  401  401
DELETE /chats/{id}/messages/{message_id}                private/elsewhere   401    404   404   404    404      404    404  401  401
DELETE /chats/{id}/messages/{message_id}                public              401    204   204   403    403o     403o   403o 401  401
DELETE /chats/{id}/messages/{message_id}                public/own          401    204   204   204    403o     403o   403o 401  401
DELETE /chats/{id}/messages/{message_id}                direct              401    403   404   403    404      404    404  401  401
DELETE /chats/{id}/messages/{message_id}                direct/own          401    204   404   204    404      404    404  401  401
DELETE /chats/{id}/messages/{message_id}                deleted/own         401    404   404   404    404      404    404  401  401
DELETE /chats/{id}/messages/{message_id}                abandoned           401    204   404   404    404      404    404  401  401
# Forwarding: to the bystander, unless the row says otherwise
POST /chats/{id}/messages/{message_id}/forward          private             401    201   201   201    404      404    404  401  401
POST /chats/{id}/messages/{message_id}/forward          private/deleted     401    409x  409x  409x   404      404    404  401  401
POST /chats/{id}/messages/{message_id}/forward          private/elsewhere   401    404   404   404    404      404    404  401  401
POST /chats/{id}/messages/{message_id}/forward          public              401    201   201   201    403o     403o   403o 401  401
POST /chats/{id}/messages/{message_id}/forward          direct              401    201   404   201    404      404    404  401  401
POST /chats/{id}/messages/{message_id}/forward          deleted             401    404   404   404    404      404    404  401  401
POST /chats/{id}/messages/{message_id}/forward          private/to-hidden   401    404   404   404    404      404    404  401  401
POST /chats/{id}/messages/{message_id}/forward          private/to-public   401    403o  403o  403o   404      404    404  401  401
POST /chats/{id}/messages/{message_id}/forward          private/to-gone     401    409r  422   422    422      422    422  401  401
GET /chats/{id}/messages/{message_id}/source            private             401    404   404   404    404      404    404  401  401
GET /chats/{id}/messages/{message_id}/source            private/forward     401    200   404   404    404      404    404  401  401
GET /chats/{id}/messages/{message_id}/source            private/vanished    401    404   404   404    404      404    404  401  401
GET /chats/{id}/messages/{message_id}/source            public/forward      401    200   404   404    403o     403o   403o 401  401
GET /chats/{id}/messages/{message_id}/source            deleted/forward     401    404   404   404    404      404    404  401  401
# Reactions
PUT /chats/{id}/messages/{message_id}/reactions/{reaction}    private           401 204  204   204    404      404    404  401  401
PUT /chats/{id}/messages/{message_id}/reactions/{reaction}    private/deleted   401 409x 409x  409x   404      404    404  401  401
PUT /chats/{id}/messages/{message_id}/reactions/{reaction}    private/elsewhere 401 404  404   404    404      404    404  401  401
PUT /chats/{id}/messages/{message_id}/reactions/{reaction}    public            401 204  204   204    403o     403o   403o 401  401
PUT /chats/{id}/messages/{message_id}/reactions/{reaction}    direct            401 204  404   204    404      404    404  401  401
PUT /chats/{id}/messages/{message_id}/reactions/{reaction}    deleted           401 404  404   404    404      404    404  401  401
PUT /chats/{id}/messages/{message_id}/reactions/{reaction}    abandoned         401 409r 404   404    404      404    404  401  401
DELETE /chats/{id}/messages/{message_id}/reactions/{reaction} private           401 204  204   204    404      404    404  401  401
DELETE /chats/{id}/messages/{message_id}/reactions/{reaction} private/elsewhere 401 404  404   404    404      404    404  401  401
DELETE /chats/{id}/messages/{message_id}/reactions/{reaction} public            401 204  204   204    403o     403o   403o 401  401
DELETE /chats/{id}/messages/{message_id}/reactions/{reaction} direct            401 204  404   204    404      404    404  401  401
DELETE /chats/{id}/messages/{message_id}/reactions/{reaction} deleted           401 404  404   404    404      404    404  401  401
DELETE /chats/{id}/messages/{message_id}/reactions/{reaction} abandoned         401 409r 404   404    404      404    404  401  401
# Files: also for who uploaded them
POST /attachments                                       -                   401    201   201   201    201      201    201  401  401
GET /attachments/{id}                                   private/unsent      401    404   404   404    404      404    404  401  401
GET /attachments/{id}                                   private/own-unsent  401    200+  200+  200+   200+     200+   200+ 401  401
GET /attachments/{id}                                   private             401    200+  200+  200+   404      404    404  401  401
GET /attachments/{id}                                   private/own         401    200+  200+  200+   404      404    404  401  401
GET /attachments/{id}                                   private/shared      401    200+  200+  200+   200+     200+   200+ 401  401
GET /attachments/{id}                                   private/deleted     401    404   404   404    404      404    404  401  401
GET /attachments/{id}                                   public              401    200+  200+  200+   404      404    404  401  401
GET /attachments/{id}                                   direct              401    200+  404   200+   404      404    404  401  401
GET /attachments/{id}                                   deleted             401    404   404   404    404      404    404  401  401
GET /attachments/{id}/thumbnail                         private/unsent      401    404   404   404    404      404    404  401  401
GET /attachments/{id}/thumbnail                         private             401    200   200   200    404      404    404  401  401
GET /attachments/{id}/thumbnail                         private/shared      401    200   200   200    200      200    200  401  401
GET /attachments/{id}/thumbnail                         private/deleted     401    404   404   404    404      404    404  401  401
GET /attachments/{id}/thumbnail                         public              401    200   200   200    404      404    404  401  401
GET /attachments/{id}/thumbnail                         direct              401    200   404   200    404      404    404  401  401
GET /attachments/{id}/thumbnail                         deleted             401    404   404   404    404      404    404  401  401
# Search
GET /search                                             private             401    200+  200+  200+   200-     200-   200- 401  401
GET /search                                             private/in          401    200+  200+  200+   200-     200-   200- 401  401
GET /search                                             private/deleted     401    200-  200-  200-   200-     200-   200- 401  401
GET /search                                             public              401    200+  200+  200+   200-     200-   200- 401  401
GET /search                                             public/in           401    200+  200+  200+   200-     200-   200- 401  401
GET /search                                             direct              401    200+  200-  200+   200-     200-   200- 401  401
GET /search                                             deleted             401    200-  200-  200-   200-     200-   200- 401  401
# Live, without an upgrade
GET /live                                               -                   401    426   426   426    426      426    426  401  401
";

/// What an operation is about, and what everybody is answered.
#[derive(Clone, Debug)]
pub struct Row {
    /// As the `OpenAPI` document names it: `GET /chats/{id}`.
    pub operation: String,
    /// What it is about: `private/own`.
    pub state: String,
    /// For each of [`Actor::ALL`].
    pub cells: Vec<Expected>,
}

/// What is to be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The status.
    pub status: u16,
    /// The problem's type without `/problems/`, of a refusal.
    pub problem: Option<&'static str>,
    /// What the answer has to tell, where that matters.
    pub tells: Option<Tells>,
}

/// How much of a chat an answer tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    /// What was said in it.
    Inside,
    /// What it is called.
    Outside,
    /// Nothing.
    Nothing,
}

/// All rows.
pub fn rows() -> Vec<Row> {
    let lines = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with([' ', '#']));
    lines.map(Row::parse).collect()
}

impl Row {
    fn parse(line: &str) -> Self {
        let mut words = line.split_whitespace();
        let mut next = || words.next().unwrap_or_else(|| panic!("{line:?} is too short")).to_owned();
        let (operation, state) = (format!("{} {}", next(), next()), next());
        let cells: Vec<Expected> = words.map(Expected::parse).collect();
        assert_eq!(cells.len(), Actor::ALL.len(), "{line}");
        Self { operation, state, cells }
    }

    /// Each actor with what they are to be answered.
    pub fn expectations(&self) -> impl Iterator<Item = (Actor, &Expected)> {
        Actor::ALL.into_iter().zip(&self.cells)
    }
}

impl Expected {
    fn parse(cell: &str) -> Self {
        let (status, mark) = cell.split_at(3);
        let problem = match cell {
            "401" => Some("unauthenticated"),
            "401c" => Some("wrong-credentials"),
            "401t" => Some("invalid-token"),
            "403" => Some("not-allowed"),
            "403o" => Some("not-a-member"),
            "404" => Some("not-found"),
            "409d" => Some("direct-chat"),
            "409i" => Some("client-id-in-use"),
            "409l" => Some("last-owner"),
            "409r" => Some("read-only-chat"),
            "409x" => Some("message-deleted"),
            "422" => Some("invalid"),
            "426" => Some("upgrade-required"),
            _ => None,
        };
        let tells = match (problem, mark) {
            (Some(_), _) | (None, "") => None,
            (None, "+") => Some(Tells::Inside),
            (None, "o") => Some(Tells::Outside),
            (None, "-") => Some(Tells::Nothing),
            _ => panic!("{cell:?} means nothing"),
        };
        let status = status.parse().unwrap_or_else(|_| panic!("{cell:?} is no status"));
        assert!(problem.is_some() || status < 300, "{cell:?} means nothing");
        Self { status, problem, tells }
    }

    /// Whether nothing may have changed.
    pub fn is_refusal(&self) -> bool {
        self.status >= 400
    }
}
