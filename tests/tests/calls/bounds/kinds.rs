//! What holds for fields of one kind.

use serde_json::{Value, json};

/// What a call says to a value.
#[derive(Clone, Copy, Debug)]
pub enum Says {
    /// It is taken.
    Taken,
    /// 422, with this code.
    Refused(&'static str),
    /// 401, as to all who do not prove who they are.
    Nobody,
}

use Says::{Refused, Taken};

/// Values of a field, and what is said to each.
pub type Cases = Vec<(Value, Says)>;

/// A field of a body.
pub struct Field {
    /// Method and path.
    pub call: &'static str,
    pub name: &'static str,
    /// What is said when it is not there, where that is tried.
    pub absent: Option<Says>,
    /// What is said to `null`, where that is tried.
    pub null: Option<Says>,
    pub cases: Cases,
    /// Other fields that are not as in the good body.
    pub beside: Vec<(&'static str, Value)>,
}

impl Field {
    /// One that must be there.
    pub fn needed(call: &'static str, name: &'static str, cases: Cases) -> Self {
        let (absent, null) = (Some(Refused("required")), Some(Refused("wrong_type")));
        Self { call, name, absent, null, cases, beside: Vec::new() }
    }

    /// One that may be missing or null.
    pub fn optional(call: &'static str, name: &'static str, cases: Cases) -> Self {
        Self { absent: Some(Taken), null: Some(Taken), ..Self::needed(call, name, cases) }
    }

    /// One that may be missing, but not null.
    pub fn kept(call: &'static str, name: &'static str, null: &'static str, cases: Cases) -> Self {
        Self { absent: Some(Taken), null: Some(Refused(null)), ..Self::needed(call, name, cases) }
    }

    /// With another field that is not as in the good body: only the values are tried.
    pub fn beside(self, name: &'static str, value: Value) -> Self {
        Self { absent: None, null: None, beside: vec![(name, value)], ..self }
    }
}

/// So many characters, each of four bytes, of which two are never the same side by side.
pub fn long(count: usize) -> String {
    "𐍈𐌰".chars().cycle().take(count).collect()
}

/// A text on several lines, of at most so many characters without the blanks around it.
pub fn text(max: usize) -> Cases {
    let mut cases = text_alone(max);
    cases.push((json!(" \n\t "), Refused("required")));
    cases.push((json!("two\nlines"), Taken));
    cases
}

/// A text on one line, of at most so many characters without the blanks around it.
pub fn line(max: usize) -> Cases {
    let mut cases = text_alone(max);
    cases.push((json!("   "), Refused("required")));
    for control in ["two\nlines", "a\tb", "a\u{1b}[0m", "a\u{85}b", "a\u{2028}b", "a\u{202e}b", "a\u{2066}b"]
    {
        cases.push((json!(control), Refused("invalid_character")));
    }
    cases
}

fn text_alone(max: usize) -> Cases {
    let mut cases = vec![
        (json!("x"), Taken),
        (json!(long(1)), Taken),
        (json!(long(max)), Taken),
        (json!(format!("  {} \n", long(max))), Taken),
        (json!(long(max + 1)), Refused("too_long")),
        (json!(""), Refused("required")),
        (json!("\u{200b} \u{ad}"), Refused("required")),
        (json!("\u{3164}"), Refused("required")),
        (json!("e\u{301}👩\u{200d}🚀"), Taken),
        (json!("a\0b"), Refused("invalid_character")),
        (json!("\0"), Refused("invalid_character")),
    ];
    cases.extend(no_text());
    cases
}

/// What is no text.
pub fn no_text() -> Cases {
    [json!(7), json!(true), json!(["x"]), json!({"x": "y"})]
        .map(|value| (value, Refused("wrong_type")))
        .into()
}

/// A whole number between two bounds.
pub fn number(min: i64, max: i64) -> Cases {
    let mut cases: Cases = [min, max].map(|number| (json!(number), Taken)).into();
    cases.extend(
        [min - 1, max + 1, i64::MIN, i64::MAX].map(|number| (json!(number), Refused("out_of_range"))),
    );
    let wrong = [json!(1.5), json!("1"), json!(true), json!([1]), json!(1e300), json!(u64::MAX)];
    cases.extend(wrong.map(|value| (value, Refused("wrong_type"))));
    cases
}

/// The id of something: what it may be, and what it can't be.
pub fn id(known: i64, unknown: &'static str) -> Cases {
    let mut cases = vec![(json!(known), Taken), (json!(9_007_199_254_740_991_i64), Refused(unknown))];
    cases.extend([0, -1, 1_i64 << 53].map(|number| (json!(number), Refused("out_of_range"))));
    cases.extend([json!("1"), json!(1.5), json!([known])].map(|value| (value, Refused("wrong_type"))));
    cases
}

/// One of a few words.
pub fn choice(words: &[&str]) -> Cases {
    let mut cases: Cases = words.iter().map(|word| (json!(word), Taken)).collect();
    let upper = words[0].to_uppercase();
    cases.extend(["", "nothing", &upper, "a\0b"].map(|word| (json!(word), Refused("unknown_value"))));
    cases.extend(no_text());
    cases
}

/// An e-mail address: 254 characters at most.
pub fn email() -> Cases {
    let host = |letters: &str| format!("{0}.{0}.{1}", letters.repeat(63), letters.repeat(61));
    let local = "a".repeat(64);
    let mut cases = vec![
        (json!("ada@example.org"), Taken),
        (json!("  Ada.L+soup@example.org "), Taken),
        (json!("a@b"), Taken),
        (json!(format!("{}@bücher.example", "ä")), Taken),
        (json!(format!("{local}@{}", host("b"))), Taken),
        (json!(format!("{local}@{}c", host("b"))), Refused("too_long")),
        (json!(""), Refused("required")),
        (json!("a\0b@example.org"), Refused("invalid_character")),
        (json!("a@example.org\r\nBcc: b@example.org"), Refused("invalid_character")),
    ];
    for wrong in ["ada", "@example.org", "ada@", "a@b@c", "a b@example.org", "a@.org", "a@org."] {
        cases.push((json!(wrong), Refused("invalid")));
    }
    cases.extend(no_text());
    cases
}

/// `true` or `false`.
pub fn flag() -> Cases {
    let mut cases: Cases = [json!(true), json!(false)].map(|value| (value, Taken)).into();
    cases.extend([json!("true"), json!(1), json!([])].map(|value| (value, Refused("wrong_type"))));
    cases
}
