//! Rows of numbers with labels as delimited text. Knows nothing of what the numbers are, and quotes nothing.

/// A number that can be written in the fewest digits that give the same number of its width again.
pub trait ShortText: Copy {
    /// Appends the number, without `.0` behind whole ones; `NaN`, `inf` and `-inf` by these names.
    fn append(self, text: &mut Vec<u8>);
}

macro_rules! short_text {
    ($($float:ty),*) => {
        $(impl ShortText for $float {
            fn append(self, text: &mut Vec<u8>) {
                // A third of a matrix may be zeros.
                if self == 0.0 {
                    return text.push(b'0');
                }
                let mut buffer = zmij::Buffer::new();
                let number = buffer.format(self);
                text.extend_from_slice(number.strip_suffix(".0").unwrap_or(number).as_bytes());
            }
        })*
    };
}

short_text!(f32, f64);

/// Characters of a number with its delimiter, about.
const NUMBER_BYTES: usize = 12;

/// One line per label: the label, then `values.len() / labels.len()` numbers, each behind a delimiter, and a line end.
///
/// # Panics
///
/// If the values do not fill the rows.
pub fn number_rows<T: ShortText>(labels: &[String], values: &[T], delimiter: u8) -> Vec<u8> {
    let columns = values.len().checked_div(labels.len()).unwrap_or(0);
    assert_eq!(columns * labels.len(), values.len(), "values do not fill the rows");
    let label_bytes: usize = labels.iter().map(String::len).sum();
    let mut text = Vec::with_capacity(label_bytes + labels.len() + values.len() * NUMBER_BYTES);
    for (row, label) in labels.iter().enumerate() {
        text.extend_from_slice(label.as_bytes());
        for &value in &values[row * columns..(row + 1) * columns] {
            text.push(delimiter);
            value.append(&mut text);
        }
        text.push(b'\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text_of<T: ShortText>(values: &[T]) -> String {
        String::from_utf8(number_rows(&[String::from("s")], values, b'\t')).expect("ASCII")
    }

    #[test]
    fn writes_labels_delimiters_and_line_ends() {
        let labels = [String::from("a b"), String::from("ä")];
        let text = number_rows(&labels, &[0.0, 0.5, 0.1_f64, -0.0], b',');
        assert_eq!(String::from_utf8(text).expect("UTF-8"), "a b,0,0.5\nä,0.1,0\n");
        assert_eq!(number_rows::<f32>(&[], &[], b','), b"");
    }

    #[test]
    fn writes_whole_numbers_without_a_point_and_names_what_is_none() {
        assert_eq!(text_of(&[1.0_f32, 16_777_216.0]), "s\t1\t16777216\n");
        assert_eq!(text_of(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY]), "s\tNaN\tinf\t-inf\n");
    }

    #[test]
    fn uses_the_digits_of_the_width() {
        assert_eq!(text_of(&[0.1_f32, 0.726_69]), "s\t0.1\t0.72669\n");
        assert_eq!(text_of(&[f64::from(0.1_f32)]), "s\t0.10000000149011612\n");
    }

    proptest! {
        #[test]
        fn is_read_again_to_the_last_bit(a in any::<f64>(), b in any::<f32>()) {
            let wide = text_of(&[a]);
            let narrow = text_of(&[b]);
            let digits = |text: &str| text.trim_end().trim_start_matches("s\t").to_owned();
            let (again_a, again_b): (f64, f32) = (digits(&wide).parse()?, digits(&narrow).parse()?);
            prop_assert!(again_a == a || (a.is_nan() && again_a.is_nan()), "{wide}");
            prop_assert!(again_b == b || (b.is_nan() && again_b.is_nan()), "{narrow}");
        }
    }
}
