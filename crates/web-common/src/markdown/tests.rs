//! What messages become, what attacks become, and how long the worst takes.

use std::time::{Duration, Instant};

use super::render;

const REL: &str = r#"target="_blank" rel="noopener noreferrer nofollow""#;

fn shown(text: &str) -> String {
    render(text, &["Ana", "ben.b"]).trim_end().to_owned()
}

#[test]
fn the_marks_of_a_chat_are_understood() {
    let cases = [
        ("hi", "<p>hi</p>"),
        ("**a** *b* ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <del>c</del> <code>d</code></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("> so\n\n- a\n- b", "<blockquote>\n<p>so</p>\n</blockquote>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. c", "<ol start=\"3\">\n<li>c</li>\n</ol>"),
        ("# Big", "<p><strong>Big</strong></p>"),
        ("a | b\n--|--\n1 | 2", "<p>a | b<br>\n--|--<br>\n1 | 2</p>"),
        ("5 < 6 && \"x\"", "<p>5 &lt; 6 &amp;&amp; \"x\"</p>"),
        ("", ""),
    ];
    for (text, html) in cases {
        assert_eq!(shown(text), html, "{text}");
    }
}

#[test]
fn code_keeps_its_language_while_it_is_short() {
    assert_eq!(
        shown("```Rust\nfn <x>\n```"),
        "<pre><code class=\"language-rust\">fn &lt;x&gt;\n</code></pre>"
    );
    assert_eq!(shown("```\"onload=x\na\n```"), "<pre><code>a\n</code></pre>");
    assert_eq!(shown("    @Ana http://a.example"), "<pre><code>@Ana http://a.example</code></pre>");
    let long = shown(&format!("```rust\n{}\n```", "x".repeat(4_001)));
    assert!(long.starts_with("<pre><code>xxx"), "plain");
}

#[test]
fn links_lead_where_they_say_and_nowhere_else() {
    let link = |url: &str, text: &str| format!("<p><a href=\"{url}\" {REL}>{text}</a></p>");
    assert_eq!(shown("https://a.example/x"), link("https://a.example/x", "https://a.example/x"));
    assert_eq!(shown("[a](https://a.example)"), link("https://a.example", "a"));
    assert_eq!(shown("<ana@example.org>"), link("mailto:ana@example.org", "ana@example.org"));
    assert_eq!(shown("![a cat](http://a.example/c.png)"), link("http://a.example/c.png", "a cat"));
    assert_eq!(shown("[http://a.example](http://b.example)"), link("http://b.example", "http://a.example"));
    assert_eq!(shown("[x](/chats)"), "<p>x</p>");
    assert_eq!(shown("[x](ftp://a.example)"), "<p>x</p>");
    assert_eq!(shown("`http://a.example`"), "<p><code>http://a.example</code></p>");
    assert!(
        shown("https://a.example/a_b_c?x=1&y=2#z").contains("href=\"https://a.example/a_b_c?x=1&amp;y=2#z\"")
    );
}

#[test]
fn members_who_are_named_stand_out() {
    let ana = "<span class=\"mention\" data-username=\"Ana\">@ana</span>";
    assert_eq!(shown("@ana, hi"), format!("<p>{ana}, hi</p>"));
    assert_eq!(shown("**@ana**"), format!("<p><strong>{ana}</strong></p>"));
    assert!(shown("(@ben.b.)").contains("data-username=\"ben.b\">@ben.b</span>.)"));
    for text in ["x@ana", "@anna", "`@ana`", "[@ana](http://a.example)", "@@ana"] {
        assert!(!shown(text).contains("mention"), "{text}");
    }
}

#[test]
fn html_is_text() {
    assert_eq!(shown("a <b>c</b>"), "<p>a &lt;b&gt;c&lt;/b&gt;</p>");
    assert_eq!(shown("<div>\nx\n</div>"), "<p>&lt;div&gt;<br>\nx<br>\n&lt;/div&gt;</p>");
}

#[test]
fn attacks_come_to_nothing() {
    let attacks = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mi xlink:href=\"javascript:alert(1)\">x</mi></math>",
        "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
        "<a href=javascript:alert(1)>x</a>",
        "<style>*{background:url(http://evil.example)}</style>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
        "<p style=\"position:fixed\">x</p>",
        "<form action=http://evil.example><input name=password></form>",
        "<base href=http://evil.example>",
        "<meta http-equiv=refresh content=0;url=http://evil.example>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java&#10;script:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x]( javascript:alert(1))",
        "[x](<javascript:alert(1)>)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:msgbox(1))",
        "[x](//evil.example)",
        "[x](http://a.example \"onmouseover=alert(1)\")",
        "[x](http://a.example\"onmouseover=alert(1))",
        "![x](javascript:alert(1))",
        "![\" onerror=\"alert(1)](http://a.example)",
        "[![x](javascript:alert(1))](http://a.example)",
        "<javascript:alert(1)>",
        "<http://a.example/\"onmouseover=\"alert(1)>",
        "http://a.example/\"onmouseover=\"alert(1)",
        "http://a.example/<script>alert(1)</script>",
        "```\"><script>alert(1)</script>\nx\n```",
        "```x\" onclick=\"alert(1)\nx\n```",
        "`<script>alert(1)</script>`",
        "[a]: javascript:alert(1)\n\n[a]",
        "[a]: http://a.example '\"><script>alert(1)</script>'\n\n[a]",
        "# <script>alert(1)</script>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "@ana\"><script>alert(1)</script>",
        "<plaintext>",
        "</p></div></body></html><script>alert(1)</script>",
        "<x onclick=alert(1)>",
        "<a\u{0}href=javascript:alert(1)>",
    ];
    for attack in attacks {
        check(attack, &shown(attack));
    }
}

/// Every tag is one of ours, with attributes of ours.
fn check(attack: &str, html: &str) {
    for tag in html.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap_or_else(|| panic!("{attack}: {html}"));
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let is_plain =
            ["p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li"]
                .contains(&name.trim_start_matches('/'));
        let is_ours = match name {
            "a" => attributes.strip_suffix(REL).is_some_and(|rest| {
                let url = rest.trim_end().strip_prefix("href=\"").and_then(|url| url.strip_suffix('"'));
                url.is_some_and(|url| {
                    let leads =
                        ["http://", "https://", "mailto:"].iter().any(|scheme| url.starts_with(scheme));
                    leads && !url.contains('"')
                })
            }),
            "/a" | "/span" => true,
            "span" => attributes == "class=\"mention\" data-username=\"Ana\"",
            "code" => attributes.is_empty() || attributes.starts_with("class=\"language-"),
            _ => is_plain && attributes.is_empty(),
        };
        assert!(is_ours, "{attack}: {html}");
    }
}

#[test]
fn bombs_of_ten_thousand_characters_take_no_time() {
    let filled = |pattern: &str| pattern.repeat(10_000 / pattern.chars().count());
    let grown = |each: &dyn Fn(usize) -> String| {
        (1..)
            .scan(String::new(), |text, n| {
                text.push_str(&each(n));
                Some(text.clone())
            })
            .take_while(|text| text.len() <= 10_000)
            .last()
            .expect("something")
    };
    let half = "x".repeat(0);
    let mut bombs: Vec<(String, String)> = [
        ">",
        "> ",
        "- ",
        "* ",
        "+ ",
        "1. ",
        "[",
        "]",
        "![",
        "[]",
        "[](",
        "[a](",
        "[a][",
        "[[]]",
        "![[]()",
        "(",
        "`",
        "`` ",
        "*",
        "_",
        "**",
        "*_",
        "*_*_",
        "**_",
        "~",
        "~~",
        "~~a",
        "*a_",
        "*a",
        "a*",
        "_a",
        "<",
        "<a",
        "<a ",
        "<!--",
        "<?",
        "<![CDATA[",
        "<a href=\"",
        "&",
        "&#",
        "&amp",
        "\\",
        "\\[",
        "@",
        "@ana ",
        "@ana",
        "http://",
        "http://a ",
        "http://a(",
        "http://a)",
        "://",
        "h",
        "\n",
        "a\n",
        "- a\n",
        "> a\n",
        "# a\n",
        "#",
        "```\n",
        "```",
        "~~~\n",
        "    a\n",
        "\t",
        "|",
        "a|b\n",
        "---\n",
        "===\n",
        "a\n===\n",
        "[a]: b\n",
        "[a]: <b> 'c\n",
        "[^a]",
        "\u{301}",
        "👩‍🚀",
        "<x>",
        "</x>",
        "<p>",
        "\"",
        "'",
        "<b>\n\n",
        "*<",
        "a@b.c ",
        "<a@b.c>",
        "<http://a>",
        "* * ",
        "*\n",
        " - ",
        "- > ",
        "> - ",
        "1) > ",
        "[*",
        "*[",
        "**a*",
        "*a**b",
        "[a](b)",
        "![a](b)",
    ]
    .iter()
    .map(|pattern| ((*pattern).to_owned(), filled(pattern)))
    .collect();
    bombs.push(("growing code".to_owned(), grown(&|n| format!("{}a", "`".repeat(n)))));
    bombs.push(("growing lists".to_owned(), grown(&|n| format!("{}- a\n", "  ".repeat(n)))));
    bombs.push(("growing quotes".to_owned(), grown(&|n| format!("{} a\n", ">".repeat(n)))));
    bombs.push(("deep brackets".to_owned(), "[".repeat(5_000) + &"]".repeat(5_000)));
    bombs.push(("deep links".to_owned(), "[".repeat(2_000) + "a" + &"](b)".repeat(2_000)));
    bombs.push(("emphasis".to_owned(), "*a ".repeat(1_666) + &"a* ".repeat(1_666)));
    bombs.push(("definitions".to_owned(), grown(&|n| format!("[{n}]: x\n")) + &half));
    bombs.push(("references".to_owned(), format!("[a]: {}\n\n{}", "x".repeat(5_000), "[a]".repeat(1_600))));
    // Only optimised code counts: without it all is many times slower.
    let limit = Duration::from_millis(if cfg!(debug_assertions) { 1_000 } else { 20 });
    for (name, bomb) in bombs {
        // The best of three: other tests run at the same time.
        let took = (0..3).map(|_| {
            let began = Instant::now();
            check(&name, &shown(&bomb));
            began.elapsed()
        });
        let took = took.min().expect("three");
        assert!(took < limit, "{name:?} took {took:?}");
    }
}

#[test]
fn nesting_has_a_bound_and_loses_no_word() {
    let html = shown(&format!("{}deep", "> ".repeat(100)));

    assert_eq!(html.matches("<blockquote>").count(), 12);
    assert!(html.contains("deep"));
}
