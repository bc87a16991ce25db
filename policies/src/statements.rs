//! A policy file, cut into its policies, so that a mistake in one does not hide those in the others.

/// One policy's text.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Statement<'a> {
    /// From its first annotation to its `;`.
    pub(crate) text: &'a str,
    /// The line it begins on, from 1.
    pub(crate) line: usize,
}

impl Statement<'_> {
    /// The line on which this byte of the statement stands.
    pub(crate) fn line_at(&self, offset: usize) -> usize {
        self.line + newlines(self.text.as_bytes().get(..offset).unwrap_or(self.text.as_bytes()))
    }
}

/// Cuts at each `;` that stands neither in a string nor in a comment; Cedar uses it for nothing but
/// the end of a policy. What follows the last one, if it is more than space and comments, counts too.
pub(crate) fn cut(text: &str) -> Vec<Statement<'_>> {
    let mut found = Vec::new();
    let mut start = None;
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'/' if matches!(bytes.peek(), Some((_, b'/'))) => {
                while bytes.next_if(|&(_, byte)| byte != b'\n').is_some() {}
            }
            byte if byte.is_ascii_whitespace() => {}
            b';' => found.push(statement(text, start.take().unwrap_or(at), at + 1)),
            _ => {
                start.get_or_insert(at);
                if byte == b'"' {
                    while let Some((_, inside)) = bytes.next() {
                        match inside {
                            b'"' => break,
                            b'\\' => drop(bytes.next()),
                            _ => {}
                        }
                    }
                }
            }
        }
    }
    found.extend(start.map(|start| statement(text, start, text.len())));
    found
}

fn statement(text: &str, from: usize, to: usize) -> Statement<'_> {
    Statement { text: &text[from..to], line: 1 + newlines(&text.as_bytes()[..from]) }
}

fn newlines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_semicolon_in_a_string_or_a_comment_ends_no_policy() {
        let text = "// one; two\n\n@id(\"a;\\\";b\")\npermit(x); // after;\npermit(y);\n// the end;";
        let found = cut(text);
        assert_eq!(found.iter().map(|s| s.line).collect::<Vec<_>>(), [3, 5]);
        assert_eq!(found[1].text, "permit(y);");
        assert_eq!(found[0].line_at(found[0].text.len() - 1), 4);
    }

    #[test]
    fn a_policy_without_its_semicolon_is_not_lost() {
        assert_eq!(cut("permit(x);\npermit(y)").len(), 2);
        assert_eq!(cut("permit(x); \"never closed; ").len(), 2);
        assert_eq!(cut(" // nothing\n").len(), 0);
    }
}
