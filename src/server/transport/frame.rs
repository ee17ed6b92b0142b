//! The base protocol's frames, and the way back after a broken one.

use std::io::{self, BufRead, BufReader, Read};

/// Longest body that is read, in bytes; a longer one is skipped while it streams past.
pub const MAX_BODY: u64 = 256 << 20;

/// Read-ahead, in bytes: large enough that a burst of keys is one system call.
const READ_AHEAD: usize = 64 << 10;

/// Bytes kept of one header line. Only the end of a longer one can matter: garbage, then a header.
const MAX_LINE: usize = 4096;

/// First capacity given to a body, in bytes: a header alone must not make us reserve [`MAX_BODY`].
const FIRST_CAPACITY: u64 = 1 << 20;

/// What the client sent next.
#[derive(Debug, PartialEq)]
pub enum Frame {
    Body(Vec<u8>),
    /// The header makes no sense; told once, however long the search for the next header takes.
    Malformed(&'static str),
    /// The body has this many bytes, more than [`MAX_BODY`]; it is skipped on the next read.
    TooLarge(u64),
    /// The client closed the stream, perhaps within a frame.
    End,
}

/// Cuts a stream into the frames of the LSP 3.17 base protocol (header part, blank line, content part).
pub struct FrameReader<R> {
    input: BufReader<R>,
    /// Longest accepted body, in bytes.
    limit: u64,
    /// Bytes of a refused body that are still to come.
    to_skip: u64,
    header: Header,
    /// True from a broken header to the next whole one.
    lost: bool,
}

/// What the current header said so far.
#[derive(Default)]
struct Header {
    length: Option<u64>,
    other_fields: bool,
}

impl<R: Read> FrameReader<R> {
    pub fn new(input: R) -> Self {
        Self::with_limit(input, MAX_BODY)
    }

    /// As [`FrameReader::new`], with bodies of at most `limit` bytes.
    pub fn with_limit(input: R, limit: u64) -> Self {
        FrameReader {
            input: BufReader::with_capacity(READ_AHEAD, input),
            limit,
            to_skip: 0,
            header: Header::default(),
            lost: false,
        }
    }

    /// Whether more was read than the frames so far.
    pub fn has_more(&self) -> bool {
        !self.input.buffer().is_empty()
    }

    /// The next frame; blocks until it is whole.
    ///
    /// # Errors
    /// Only those of the stream itself; a broken frame is a [`Frame`].
    pub fn read(&mut self) -> io::Result<Frame> {
        let to_skip = std::mem::take(&mut self.to_skip);
        io::copy(&mut self.input.by_ref().take(to_skip), &mut io::sink())?;
        while let Some(line) = self.read_line()? {
            match HeaderLine::parse(&line) {
                HeaderLine::Length(length) => self.header.length = Some(length),
                HeaderLine::Other => self.header.other_fields = true,
                HeaderLine::Blank => {
                    let header = std::mem::take(&mut self.header);
                    if let Some(length) = header.length {
                        return self.read_body(length);
                    }
                    // Stray line ends between frames hurt nobody.
                    if header.other_fields && !self.lost {
                        return Ok(self.lose("no Content-Length in the header"));
                    }
                }
                HeaderLine::Garbage { why, length } => {
                    self.header.length = length;
                    if !self.lost {
                        return Ok(self.lose(why));
                    }
                }
            }
        }
        Ok(Frame::End)
    }

    /// Told at once, before the search for the next header, which may have to wait for the client.
    fn lose(&mut self, why: &'static str) -> Frame {
        self.lost = true;
        Frame::Malformed(why)
    }

    fn read_body(&mut self, length: u64) -> io::Result<Frame> {
        self.lost = false;
        if length > self.limit {
            self.to_skip = length;
            return Ok(Frame::TooLarge(length));
        }
        let mut body = Vec::with_capacity(length.min(FIRST_CAPACITY) as usize);
        self.input.by_ref().take(length).read_to_end(&mut body)?;
        Ok(if (body.len() as u64) < length { Frame::End } else { Frame::Body(body) })
    }

    /// One line with its line end, of a longer one no less than the last [`MAX_LINE`] bytes; `None` where the stream ends.
    fn read_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        loop {
            let mut part = self.input.by_ref().take(MAX_LINE as u64);
            if part.read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            if line.ends_with(b"\n") {
                return Ok(Some(line));
            }
            line.drain(..line.len().saturating_sub(MAX_LINE));
        }
    }
}

#[derive(Debug, PartialEq)]
enum HeaderLine {
    Blank,
    /// `Content-Length`, in bytes.
    Length(u64),
    /// Another field, such as `Content-Type`.
    Other,
    /// No header; with the length that its end announces, for a body without length runs into the next header.
    Garbage {
        why: &'static str,
        length: Option<u64>,
    },
}

const CONTENT_LENGTH: &[u8] = b"Content-Length";

impl HeaderLine {
    fn parse(line: &[u8]) -> Self {
        let line = line.trim_ascii();
        if line.is_empty() {
            return HeaderLine::Blank;
        }
        let (name, value) = split_field(line).unwrap_or((line, b""));
        if name.eq_ignore_ascii_case(CONTENT_LENGTH) {
            let garbage =
                HeaderLine::Garbage { why: "Content-Length is no number of bytes", length: length_at_end(value) };
            return parse_length(value).map_or(garbage, HeaderLine::Length);
        }
        let length = length_at_end(line);
        let is_name = |name: &[u8]| name.iter().all(|c| c.is_ascii_alphanumeric() || *c == b'-');
        if name.len() < line.len() && is_name(name) && length.is_none() {
            return HeaderLine::Other;
        }
        HeaderLine::Garbage { why: "not a header", length }
    }
}

fn split_field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|c| *c == b':')?;
    Some((line[..colon].trim_ascii_end(), &line[colon + 1..]))
}

fn parse_length(value: &[u8]) -> Option<u64> {
    let digits = value.trim_ascii();
    // `parse` alone would take a plus sign.
    let plain = digits.iter().all(u8::is_ascii_digit);
    plain.then(|| str::from_utf8(digits).ok()?.parse().ok())?
}

/// The number in `…Content-Length: 42`. No JSON text reads like that, as a line cannot end within a JSON string.
fn length_at_end(line: &[u8]) -> Option<u64> {
    let mut windows = line.windows(CONTENT_LENGTH.len());
    let start = windows.rposition(|name| name.eq_ignore_ascii_case(CONTENT_LENGTH))?;
    parse_length(split_field(&line[start..])?.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    const NOT_A_HEADER: Frame = Frame::Malformed("not a header");
    const BAD_LENGTH: Frame = Frame::Malformed("Content-Length is no number of bytes");

    /// All frames of `input`, without the final end.
    fn frames(input: &[u8]) -> Vec<Frame> {
        let mut reader = FrameReader::with_limit(input, 1000);
        let next = || reader.read().unwrap();
        std::iter::repeat_with(next).take_while(|frame| *frame != Frame::End).collect()
    }

    fn body(text: &str) -> Frame {
        Frame::Body(text.into())
    }

    /// Delivers its parts one read at a time.
    struct Drip(VecDeque<Vec<u8>>);

    impl Read for Drip {
        fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
            let Some(part) = self.0.pop_front() else {
                return Ok(0);
            };
            target[..part.len()].copy_from_slice(&part);
            Ok(part.len())
        }
    }

    #[test]
    fn reads_frames_back_to_back() {
        let input = b"Content-Length: 2\r\n\r\n{}Content-Length: 3\r\n\r\n[1]";
        assert_eq!(frames(input), [body("{}"), body("[1]")]);
    }

    #[test]
    fn reads_frames_byte_by_byte() {
        let input = b"Content-Length: 2\r\n\r\n{}nonsense\r\nContent-Length: 3\r\n\r\n[1]";
        let mut reader = FrameReader::new(Drip(input.iter().map(|byte| vec![*byte]).collect()));
        assert_eq!(reader.read().unwrap(), body("{}"));
        assert_eq!(reader.read().unwrap(), NOT_A_HEADER);
        assert_eq!(reader.read().unwrap(), body("[1]"));
        assert_eq!(reader.read().unwrap(), Frame::End);
    }

    #[test]
    fn takes_any_case_order_and_spacing_of_headers() {
        let input = b"content-LENGTH :2 \r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n{}";
        assert_eq!(frames(input), [body("{}")]);
        assert_eq!(frames(b"X-Other: y\nContent-Length: 2\n\n{}"), [body("{}")]);
    }

    #[test]
    fn overlooks_blank_lines_between_frames() {
        let input = b"\r\nContent-Length: 2\r\n\r\n{}\r\n\nContent-Length: 0\r\n\r\n";
        assert_eq!(frames(input), [body("{}"), body("")]);
    }

    #[test]
    fn finds_the_next_header_after_a_garbage_line() {
        let input = b"garbage\r\nmore\r\n\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(frames(input), [NOT_A_HEADER, body("{}")]);
    }

    #[test]
    fn finds_the_next_header_behind_a_body_without_length() {
        let missing = Frame::Malformed("no Content-Length in the header");
        let input = b"Content-Type: x\r\n\r\n{\"a\":1}Content-Length: 2\r\n\r\n{}";
        assert_eq!(frames(input), [missing, body("{}")]);
        // The number and the name of the header read as one name.
        assert_eq!(frames(b"5Content-Length: 2\r\n\r\n{}"), [NOT_A_HEADER, body("{}")]);
    }

    #[test]
    fn finds_the_next_header_after_a_bad_length() {
        for bad in ["-5", "five", "", "+2", "1.0", "99999999999999999999999"] {
            let input = format!("Content-Length: {bad}\r\n\r\n{{\"a\":1}}Content-Length: 2\r\n\r\n{{}}");
            assert_eq!(frames(input.as_bytes()), [BAD_LENGTH, body("{}")], "{bad}");
        }
    }

    #[test]
    fn finds_the_next_header_on_the_line_of_a_bad_length() {
        let input = b"Content-Length: 7\r\r{\"a\":1}Content-Length: 2\r\n\r\n{}";
        assert_eq!(frames(input), [BAD_LENGTH, body("{}")]);
    }

    #[test]
    fn complains_once_for_each_loss() {
        let input = b"a\n\nb\n\nContent-Length: x\n\nContent-Length: 2\n\n{}c\n\nContent-Length: 2\n\n[]";
        assert_eq!(frames(input), [NOT_A_HEADER, body("{}"), NOT_A_HEADER, body("[]")]);
    }

    #[test]
    fn finds_the_next_header_after_a_body_longer_than_announced() {
        let input = b"Content-Length: 2\r\n\r\n{}, \"Content-Length: 7\": 1}Content-Length: 3\r\n\r\n[1]";
        assert_eq!(frames(input), [body("{}"), NOT_A_HEADER, body("[1]")]);
    }

    #[test]
    fn scans_a_long_line_without_keeping_it() {
        let mut input = vec![b'x'; 10 * MAX_LINE];
        input.extend(b"Content-Length: 2\r\n\r\n{}");
        assert_eq!(frames(&input), [NOT_A_HEADER, body("{}")]);
    }

    #[test]
    fn reads_garbage_as_garbage_wherever_a_long_line_is_cut() {
        let input = [vec![b'x'; 2 * MAX_LINE - 17].as_slice(), b"Content-Length: 2\r\n\r\n{}"].concat();
        for cut in 0..40 {
            assert_eq!(frames(&input[cut..]), [NOT_A_HEADER, body("{}")], "{cut}");
        }
    }

    #[test]
    fn skips_a_body_over_the_limit_after_telling_so() {
        let input =
            [b"Content-Length: 1001\r\n\r\n".as_slice(), &[b' '; 1001], b"Content-Length: 2\r\n\r\n{}"].concat();
        assert_eq!(frames(&input), [Frame::TooLarge(1001), body("{}")]);
    }

    #[test]
    fn ends_with_the_stream_wherever_it_stops() {
        let input = b"Content-Length: 2\r\n\r\n{}";
        for length in 0..input.len() {
            assert_eq!(frames(&input[..length]), [], "{length}");
        }
        assert_eq!(frames(b"Content-Length: 5000\r\n\r\n{}"), [Frame::TooLarge(5000)]);
    }
}
