//! Puts the document together, from all handlers.

use serde_json::{Value, json};
use utoipa::{
    ToResponse, ToSchema,
    openapi::{
        Components, ComponentsBuilder, Info, OpenApi, OpenApiBuilder, Paths, RefOr, Schema,
        SecurityRequirement, Server,
        path::Operation,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
        tag::TagBuilder,
    },
};

use super::{
    commands, common, examples, links, names,
    refusals::{Conflict, Forbidden, RangeNotSatisfiable, Unauthenticated, UpgradeRequired},
    texts,
};
use crate::{
    BASE,
    json::ProblemJson,
    live::{LiveIn, LiveOut},
    routes::{Documented, Registry, register},
};

/// What the tags stand for, in the order of the page.
const TAGS: [(&str, &str); 10] = [
    ("Accounts", "Signing up, in and out."),
    ("Me", "One's own profile, password, picture and sessions."),
    ("Users", "Everyone on the platform."),
    ("Chats", "Direct and group chats."),
    ("Members", "Who is in a group."),
    ("Invites", "Links by which one joins a group."),
    ("Conversations", "The direct chat with one person, by their name."),
    ("Messages", "Sending, reading, changing, forwarding and reacting."),
    ("Attachments", "Files that messages carry."),
    ("Search", "Finding messages in one's own chats."),
];

const LIVE: (&str, &str) = ("Live", "What happens, as it happens.");

const DESCRIPTION: &str = "\
Users, chats and messages of a Natter server, for programs.

Get a token with `POST /auth/token` and send it as `Authorization: Bearer …`. It lives 15 minutes; `POST /auth/refresh` \
changes the refresh token for the next pair. Unknown fields of a body are refused; clients ignore fields of a response \
that they don't know. Times are RFC 3339 in UTC with microseconds. Every refusal is `application/problem+json` \
(RFC 9457). A list comes in pages: send its `next_cursor` as `cursor` for the next one.";

/// The document, as it is served.
pub(crate) fn document() -> Value {
    let mut gathered = Gathered::default();
    register(&mut gathered);
    let document = gathered.finish();
    let mut json =
        serde_json::to_value(&document).unwrap_or_else(|error| json!({"error": error.to_string()}));
    names::give(&mut json);
    texts::describe(&mut json);
    commands::bound(&mut json);
    common::complete(&mut json);
    links::add(&mut json);
    examples::fill_in(&mut json);
    json
}

/// What the handlers say of themselves.
#[derive(Default)]
struct Gathered {
    paths: Paths,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Registry for Gathered {
    fn add<H: Documented + 'static>(&mut self, _: H) {
        let mut operation: Operation = H::operation();
        operation.tags = Some(H::tags().into_iter().map(str::to_owned).collect());
        self.paths.add_path_operation(H::path(), H::methods(), operation);
        H::schemas(&mut self.schemas);
    }
}

impl Gathered {
    fn finish(self) -> OpenApi {
        let mut info = Info::new("Natter", env!("CARGO_PKG_VERSION"));
        info.description = Some(DESCRIPTION.to_owned());
        info.license = Some(license());
        info.contact = Some(contact());
        let tags = TAGS.into_iter().chain([LIVE]);
        OpenApiBuilder::new()
            .info(info)
            .servers(Some([Server::new(BASE)]))
            .tags(Some(tags.map(|(name, text)| TagBuilder::new().name(name).description(Some(text)).build())))
            .security(Some([SecurityRequirement::new("bearer", Vec::<String>::new())]))
            .components(Some(components(self.schemas)))
            .paths(self.paths)
            .build()
    }
}

fn components(mut schemas: Vec<(String, RefOr<Schema>)>) -> Components {
    for (name, schema, add) in [
        (
            ProblemJson::name(),
            <ProblemJson as utoipa::PartialSchema>::schema(),
            ProblemJson::schemas as Adding,
        ),
        (LiveIn::name(), <LiveIn as utoipa::PartialSchema>::schema(), LiveIn::schemas),
        (LiveOut::name(), <LiveOut as utoipa::PartialSchema>::schema(), LiveOut::schemas),
    ] {
        schemas.push((name.into_owned(), schema));
        add(&mut schemas);
    }
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("An access token, from `POST /auth/token` or `POST /auth/refresh`."))
        .build();
    let refusals = [
        Unauthenticated::response(),
        Forbidden::response(),
        Conflict::response(),
        RangeNotSatisfiable::response(),
        UpgradeRequired::response(),
    ];
    let mut components = ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .security_scheme("bearer", SecurityScheme::Http(bearer))
        .build();
    for (name, response) in refusals {
        components.responses.insert(name.to_owned(), response);
    }
    components
}

type Adding = fn(&mut Vec<(String, RefOr<Schema>)>);

fn license() -> utoipa::openapi::License {
    let mut license = utoipa::openapi::License::new("Apache-2.0");
    license.identifier = Some("Apache-2.0".to_owned());
    license
}

fn contact() -> utoipa::openapi::Contact {
    let mut contact = utoipa::openapi::Contact::new();
    contact.name = Some("Natter".to_owned());
    contact
}
