//! JSON Pointers (RFC 6901): how a policy names a claim, also one that lies inside another.
//!
//! A pointer is parsed once; finding cannot fail otherwise than by finding nothing.

use crate::json::{Json, Object};

/// A path such as `/data/user/id`; never empty, so it always names something inside the claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    text: String,
    steps: Vec<String>,
}

impl Pointer {
    /// Reads a pointer; `None` unless it begins with a slash and escapes as RFC 6901 section 3 says.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let steps = text.strip_prefix('/')?.split('/').map(unescape).collect::<Option<_>>()?;
        Some(Self { text: text.to_owned(), steps })
    }

    /// What it names, for a person: the name of a claim at the top, else the pointer as written.
    #[must_use]
    pub fn claim(&self) -> &str {
        match self.steps.as_slice() {
            [name] => name,
            _ => &self.text,
        }
    }

    /// The names and numbers that lead to it, outermost first.
    #[must_use]
    pub fn steps(&self) -> &[String] {
        &self.steps
    }

    /// What the pointer names.
    #[must_use]
    pub fn find<'j, 'a>(&self, object: &'j Object<'a>) -> Option<&'j Json<'a>> {
        let (first, rest) = self.steps.split_first()?;
        rest.iter().try_fold(object.get(first)?, |value, step| match value {
            Json::Object(object) => object.get(step),
            Json::Array(items) => items.get(index(step)?),
            _ => None,
        })
    }
}

fn unescape(step: &str) -> Option<String> {
    let mut parts = step.split('~');
    let mut plain = parts.next()?.to_owned();
    for part in parts {
        let (escape, rest) = part.split_at_checked(1)?;
        plain.push(match escape {
            "0" => '~',
            "1" => '/',
            _ => return None,
        });
        plain.push_str(rest);
    }
    Some(plain)
}

/// An array index has no leading zero and no sign (RFC 6901 section 4).
fn index(step: &str) -> Option<usize> {
    let canonical = step == "0" || step.starts_with(|c: char| ('1'..='9').contains(&c));
    canonical.then(|| step.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find<'a>(pointer: &str, object: &'a Object<'a>) -> Option<&'a Json<'a>> {
        Pointer::parse(pointer).unwrap().find(object)
    }

    #[test]
    fn a_pointer_walks_objects_and_arrays() {
        let text = r#"{"a":{"b":[1,{"c":"x"}]},"":2,"d/e":3,"f~g":4,"a/b":5}"#;
        let object = Object::parse(text).unwrap();
        assert_eq!(find("/a/b/1/c", &object), Some(&Json::Text("x".into())));
        assert_eq!(find("/a/b/0", &object), Some(&Json::Number(1.0)));
        assert_eq!(find("/", &object), Some(&Json::Number(2.0)));
        assert_eq!(find("/d~1e", &object), Some(&Json::Number(3.0)));
        assert_eq!(find("/f~0g", &object), Some(&Json::Number(4.0)));
        for nothing in ["/x", "/a/x", "/a/b/2", "/a/b/01", "/a/b/+1", "/a/b/-", "/a/b/0/c"] {
            assert_eq!(find(nothing, &object), None, "{nothing}");
        }
    }

    #[test]
    fn what_is_no_pointer_is_refused() {
        for text in ["", "a", "a/b", "/~", "/~2", "/a~"] {
            assert_eq!(Pointer::parse(text), None, "{text}");
        }
    }
}
